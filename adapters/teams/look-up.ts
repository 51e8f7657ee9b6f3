import { z } from 'zod';
import type { Log, Particulars } from '#core/channel.ts';
import { errorMessage } from '#core/errors.ts';
import type { Address, InboundEvent } from '#core/message.ts';
import { cleanLine } from '../shared/clean.ts';
import { createMemory } from '../shared/remember.ts';
import type { TeamsConfig } from './config.ts';
import type { Connector, Member } from './connector.ts';
import type { CallResult } from './errors.ts';
import type { Reach } from './reach.ts';
import type { TeamsReference } from './reference.ts';
import { createRosters, type Roster } from './roster.ts';

export interface LookUpDeps {
  readonly config: Pick<TeamsConfig, 'channels' | 'tenantId'>;
  readonly connector: Pick<Connector, 'members' | 'member' | 'teamName' | 'channels'>;
  readonly reach: Reach;
  readonly log: Log;
  readonly now: () => Date;
}

export interface LookUp {
  /** Who wrote, and who reads along. Never throws: what is not known is left out, unknown readers count as several. */
  lookUp(event: Pick<InboundEvent, 'address' | 'author'>, signal: AbortSignal): Promise<Particulars>;
  /** Who sees a card there: ids of its first members, for Teams to refresh it for them. Best effort. */
  membersAt(address: Address): Promise<readonly string[]>;
  /** The same as it was found last, at any desk. */
  lastMembers(): readonly string[];
  /** What is remembered of a conversation is stale; `space` as in its address. */
  forget(space: string): void;
}

const keptMs = 600_000;
const failureKeptMs = 30_000;
const callMs = 8_000;

const unknownReaders = { organizations: [], shared: true } as const;
const email = z.email();

/** The object id in an author's id, `<tenant>:<object id>`; the second half may be a `29:…` id of its own. */
const personId = (externalId: string): string => externalId.slice(externalId.indexOf(':') + 1);

const word = (name: string | undefined): string | undefined => cleanLine(name ?? '') || undefined;

/** Somebody of another company, or of none, whom the tenant that they visit lists as if they were its own. */
const isGuest = ({ userRole, userPrincipalName }: Member): boolean =>
  userRole?.toLowerCase() === 'guest' ||
  userRole?.toLowerCase() === 'anonymous' ||
  (userPrincipalName ?? '').includes('#EXT#');

/**
 * Whose people read a conversation: the tenants of its members besides ours; ours when nobody else does. Guests belong to somebody else, but their roster
 * entry names the tenant that they visit: whoever is a guest makes the readers several and unknown. Pure.
 */
export const readersOf = (
  { members, complete }: Roster,
  { ours, here }: { readonly ours: string | undefined; readonly here: string | undefined },
): NonNullable<Particulars['readers']> => {
  const tenants = members.map(({ tenantId = here }) => tenantId);
  if (!complete || members.length === 0 || members.some(isGuest) || tenants.includes(undefined)) return unknownReaders;
  const organizations = [...new Set(tenants.flatMap((tenant) => tenant ?? []))].filter((tenant) => tenant !== ours);
  return {
    organizations: organizations.length === 0 && ours !== undefined ? [ours] : organizations.sort(),
    shared: true,
  };
};

/** What Teams knows of people, their conversations, teams and channels; remembered for ten minutes. */
export const createLookUp = ({ config, connector, reach, log, now }: LookUpDeps): LookUp => {
  const ttlMs = ({ ok }: CallResult<unknown>) => (ok ? keptMs : failureKeptMs);
  const rosters = createRosters({ connector, log, now });
  const teams = createMemory<CallResult<string | undefined>>({ now, max: 2_000, ttlMs });
  const channels = createMemory<Awaited<ReturnType<Connector['channels']>>>({ now, max: 2_000, ttlMs });

  const overrideOf = (space: string): Particulars['readers'] => {
    const organization = config.channels[space]?.organization;
    return organization === undefined ? undefined : { organizations: [organization], shared: true };
  };

  /** `Team › Channel`; the first channel of a team has no name of its own. */
  const placeOf = async (space: string, { serviceUrl, teamId, type }: TeamsReference): Promise<string | undefined> => {
    if (type !== 'channel' || teamId === undefined) return undefined;
    const signal = AbortSignal.timeout(callMs);
    const [team, list] = await Promise.all([
      teams.get(teamId, () => connector.teamName(serviceUrl, teamId, signal)),
      channels.get(teamId, () => connector.channels(serviceUrl, teamId, signal)),
    ]);
    const teamName = team.ok ? word(team.data) : undefined;
    const found = list.ok ? list.data.find(({ id }) => id === space) : undefined;
    const channelName = found === undefined ? undefined : (word(found.name) ?? 'General');
    return [teamName, channelName].filter((name) => name !== undefined).join(' › ') || undefined;
  };

  /** The conversation whose roster counts: a thread has that of its channel. */
  const whole = (space: string, { serviceUrl }: TeamsReference) => ({ serviceUrl, conversationId: space });

  const unknown = (space: string, type: TeamsReference['type'] | undefined): Particulars => {
    const readers = overrideOf(space) ?? (type === 'personal' ? undefined : unknownReaders);
    return readers === undefined ? {} : { readers };
  };

  const gather = async ({ address, author }: Pick<InboundEvent, 'address' | 'author'>): Promise<Particulars> => {
    const { space } = address;
    const reached = await reach(address);
    if (!reached.ok) return unknown(space, undefined);
    const reference = reached.data;
    const where = whole(space, reference);
    const isPersonal = reference.type === 'personal';
    const [person, roster, place] = await Promise.all([
      rosters.person(space, where, personId(author.externalId)),
      isPersonal ? undefined : rosters.of(space, where),
      placeOf(space, reference),
    ]);
    // Some connectors know people of a channel by their own ids alone.
    const named = person ?? roster?.members.find(({ aadObjectId }) => aadObjectId === personId(author.externalId));
    const name = word(named?.name);
    const mail = email.safeParse(named?.email ?? named?.userPrincipalName).data?.toLowerCase();
    const organizationName = overrideOf(space)?.organizations[0] ?? mail?.slice(mail.indexOf('@') + 1);
    const alone = person !== undefined && isGuest(person) ? { organizations: [], shared: false } : undefined;
    const readers = isPersonal
      ? alone
      : (overrideOf(space) ??
        readersOf(roster ?? { members: [], complete: false }, { ours: config.tenantId, here: reference.tenantId }));
    return {
      ...(name === undefined ? {} : { name }),
      ...(mail === undefined ? {} : { email: mail }),
      // A tenant has no name that a bot may read: people know their companies by what is behind the @.
      ...(organizationName === undefined ? {} : { organizationName }),
      ...(place === undefined ? {} : { place }),
      ...(readers === undefined ? {} : { readers }),
    };
  };

  let shown: readonly string[] = [];

  /** The result, or `late` when the signal ends the wait; the work itself goes on for whoever asks next. */
  const within = <T>(signal: AbortSignal, work: () => Promise<T>, late: T): Promise<T> => {
    if (signal.aborted) return Promise.resolve(late);
    const { promise, resolve } = Promise.withResolvers<T>();
    const giveUp = () => resolve(late);
    signal.addEventListener('abort', giveUp, { once: true });
    work().then(resolve, (thrown: unknown) => {
      log.warn({ error: errorMessage(thrown) }, 'who wrote could not be looked up');
      resolve(late);
    });
    return promise.finally(() => signal.removeEventListener('abort', giveUp));
  };

  return {
    lookUp: (event, signal) => within(signal, () => gather(event), unknown(event.address.space, undefined)),

    async membersAt(address) {
      const reached = await reach(address);
      if (!reached.ok) return [];
      const roster = await rosters.of(address.space, whole(address.space, reached.data));
      shown = (roster?.members ?? []).slice(0, 60).map(({ id }) => id);
      return shown;
    },
    lastMembers: () => shown,

    forget: (space) => rosters.forget(space),
  };
};
