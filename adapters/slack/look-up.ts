import { z } from 'zod';
import type { Log, Particulars } from '#core/channel.ts';
import { errorMessage } from '#core/errors.ts';
import type { InboundEvent } from '#core/message.ts';
import { createMemory } from '../shared/remember.ts';
import type { CallResult, SlackApi, Workspace, Workspaces } from './api.ts';
import { isOurTeam, type SlackConfig } from './config.ts';
import { stateOf, workspaceFor } from './reach.ts';

export interface LookUpDeps {
  readonly api: SlackApi;
  readonly workspaces: Pick<Workspaces, 'find' | 'ofChannel'>;
  readonly log: Log;
  readonly now: () => Date;
}

export interface LookUp {
  /** Who wrote, and who reads along. Never throws: what is not known is left out, unknown readers count as several. */
  lookUp(event: Pick<InboundEvent, 'address' | 'author'>, signal: AbortSignal): Promise<Particulars>;
  /** What is remembered of a channel is stale. */
  forget(channel: string): void;
}

const keptMs = 600_000;
const failureKeptMs = 30_000;
const callMs = 8_000;

const word = z.string().optional().catch(undefined);
const profileOf = z.object({
  user: z.object({
    real_name: word,
    name: word,
    profile: z
      .object({ display_name: word, real_name: word, email: z.email().optional().catch(undefined) })
      .optional()
      .catch(undefined),
  }),
});
const team = z.object({ team: z.object({ name: z.string().min(1) }) });
const teamIds = z.array(z.string()).catch([]);
const flag = z.boolean().catch(false);
const conversation = z.object({
  channel: z.object({
    name: word,
    is_im: flag,
    is_mpim: flag,
    is_ext_shared: flag,
    is_org_shared: flag,
    is_pending_ext_shared: flag,
    connected_team_ids: teamIds,
    shared_team_ids: teamIds,
    pending_shared: teamIds,
    pending_connected_team_ids: teamIds,
    /** Workspaces of our own organisation. */
    internal_team_ids: teamIds,
  }),
});
type Channel = z.output<typeof conversation>['channel'];

const unknownReaders = { organizations: [], shared: true } as const;

/** A name on one line, or nothing. */
const named = (...names: readonly (string | undefined)[]): string | undefined =>
  names
    .map((name) =>
      name
        ?.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
        .trim()
        .slice(0, 100),
    )
    .find((name) => name !== undefined && name !== '');

/** Outside workspaces whose people read a channel; nothing when only our own do. */
const readersOf = (channel: Channel, here: string, isOurs: (team: string) => boolean): Particulars['readers'] => {
  if (!channel.is_ext_shared && !channel.is_org_shared && !channel.is_pending_ext_shared) return undefined;
  // Other workspaces of the organisation that we look from are ours as much as it is.
  const internal = isOurs(here) ? channel.internal_team_ids : [];
  const outside = new Set([
    here,
    ...channel.connected_team_ids,
    ...channel.shared_team_ids,
    ...channel.pending_shared,
    ...channel.pending_connected_team_ids,
  ]).difference(new Set(['', ...internal]));
  const organizations = [...outside].filter((team) => !isOurs(team)).sort();
  if (organizations.length > 0) return { organizations, shared: true };
  // Shared with somebody whom Slack does not name.
  return channel.is_org_shared && !channel.is_ext_shared && !channel.is_pending_ext_shared ? undefined : unknownReaders;
};

/** What Slack knows of people, their workspaces and channels; remembered for ten minutes, failures for half a minute. */
export const createLookUp = (
  config: Pick<SlackConfig, 'channels'> & Partial<SlackConfig>,
  { api, workspaces, log, now }: LookUpDeps,
): LookUp => {
  const ttlMs = ({ ok }: CallResult<unknown>) => (ok ? keptMs : failureKeptMs);
  const people = createMemory<CallResult<unknown>>({ now, max: 10_000, ttlMs });
  const teams = createMemory<CallResult<unknown>>({ now, max: 2_000, ttlMs });
  const channels = createMemory<CallResult<unknown>>({ now, max: 5_000, ttlMs });

  // A look-up is shared, so it has its own time limit; whoever waits for it may stop waiting.
  const ask = (workspace: Workspace, method: string, args: Readonly<Record<string, unknown>>) =>
    api.call<unknown>(workspace, method, args, AbortSignal.timeout(callMs));

  const personOf = async (workspace: Workspace, user: string): Promise<Pick<Particulars, 'name' | 'email'>> => {
    if (user === '') return {};
    const result = await people.get(`${workspace.key}:${user}`, () => ask(workspace, 'users.info', { user }));
    const parsed = result.ok ? profileOf.safeParse(result.data) : undefined;
    if (!parsed?.success) return {};
    const { profile, real_name, name } = parsed.data.user;
    // The full name before the short one: that is how people are introduced to somebody who does not know them.
    const known = named(profile?.real_name, real_name, profile?.display_name, name);
    return {
      ...(known === undefined ? {} : { name: known }),
      ...(profile?.email === undefined ? {} : { email: profile.email.toLowerCase() }),
    };
  };

  const teamName = async (workspace: Workspace, id: string): Promise<string | undefined> => {
    if (id === '') return undefined;
    if (id === workspace.key) return named(workspace.name);
    const result = await teams.get(`${workspace.key}:${id}`, () => ask(workspace, 'team.info', { team: id }));
    const parsed = result.ok ? team.safeParse(result.data) : undefined;
    return parsed?.success ? named(parsed.data.team.name) : undefined;
  };

  // Which workspaces are outside depends on who asks: two that installed the app may share the channel.
  const channelOf = async (workspace: Workspace, id: string): Promise<Channel | undefined> => {
    const result = await channels.get(`${workspace.key}:${id}`, () =>
      ask(workspace, 'conversations.info', { channel: id }),
    );
    if (!result.ok) log.info({ channel: id, code: result.code }, `who reads a channel is not known: ${result.message}`);
    const parsed = result.ok ? conversation.safeParse(result.data) : undefined;
    return parsed?.success ? parsed.data.channel : undefined;
  };

  const overrideOf = (space: string): Particulars['readers'] => {
    const organization = config.channels[space]?.organization;
    return organization === undefined ? undefined : { organizations: [organization], shared: true };
  };

  /** What is said of a place that Slack tells nothing about: in a direct message nobody else reads along. */
  const unknown = (space: string): Particulars => {
    const readers = overrideOf(space) ?? (space.startsWith('D') ? undefined : unknownReaders);
    return readers === undefined ? {} : { readers };
  };

  const gather = async ({ address, author }: Pick<InboundEvent, 'address' | 'author'>): Promise<Particulars> => {
    const { space } = address;
    const { team: home, enterprise, user, userTeam } = stateOf(address);
    const [authorTeam = '', authorUser = ''] = author.externalId.split(':');
    const isDirect = space.startsWith('D');
    const known = overrideOf(space);

    const found = await workspaceFor(workspaces, address);
    if (!found.ok) return unknown(space);
    const { workspace } = found;
    const [person, organizationName, channel] = await Promise.all([
      personOf(workspace, authorUser || user),
      teamName(workspace, authorUser === '' ? userTeam : authorTeam),
      isDirect ? undefined : channelOf(workspace, space),
    ]);
    const through = [workspace.key, home, enterprise].filter((id) => id !== '');
    const isOurs = (team: string): boolean => isOurTeam(config, team, through);
    const readers =
      known ??
      (channel === undefined
        ? unknown(space).readers
        : channel.is_im
          ? undefined
          : readersOf(channel, home || workspace.key, isOurs));
    const place = channel === undefined || channel.is_im || channel.is_mpim ? undefined : named(channel.name);
    return {
      ...person,
      ...(organizationName === undefined ? {} : { organizationName }),
      ...(place === undefined ? {} : { place: `#${place}` }),
      ...(readers === undefined ? {} : { readers }),
    };
  };

  return {
    async lookUp(event, signal) {
      const { promise, resolve } = Promise.withResolvers<Particulars>();
      const late = unknown(event.address.space);
      const giveUp = () => resolve(late);
      if (signal.aborted) return late;
      signal.addEventListener('abort', giveUp, { once: true });
      gather(event).then(resolve, (thrown: unknown) => {
        log.warn({ error: errorMessage(thrown) }, 'who wrote could not be looked up');
        resolve(late);
      });
      return promise.finally(() => signal.removeEventListener('abort', giveUp));
    },
    forget: (channel) => channels.forgetWhere((key) => key.endsWith(`:${channel}`)),
  };
};
