import type { Log } from '#core/channel.ts';
import { createMemory } from '../shared/remember.ts';
import type { Connector, Member, Where } from './connector.ts';
import type { CallResult } from './errors.ts';

export interface RosterDeps {
  readonly connector: Pick<Connector, 'members' | 'member'>;
  readonly now: () => Date;
  readonly log: Log;
}

/** Who is in a conversation, as far as the connector tells. */
export interface Roster {
  readonly members: readonly Member[];
  /** Everybody is listed. */
  readonly complete: boolean;
}

const keptMs = 600_000;
const failureKeptMs = 30_000;
const callMs = 8_000;

/**
 * Members of conversations, remembered for ten minutes, failures for half a minute. Channels of one team share their roster with
 * it, private and shared ones have their own: each is asked for by its own id.
 */
export const createRosters = ({ connector, now, log }: RosterDeps) => {
  const ttlMs = ({ ok }: CallResult<unknown>) => (ok ? keptMs : failureKeptMs);
  const rosters = createMemory<CallResult<Roster>>({ now, max: 2_000, ttlMs });
  const people = createMemory<CallResult<Member>>({ now, max: 10_000, ttlMs });
  // A look-up is shared, so it has its own time limit; whoever waits for it may stop waiting.
  const limited = (): AbortSignal => AbortSignal.timeout(callMs);

  return {
    /** `space`: the conversation without a thread. */
    async of(space: string, where: Where): Promise<Roster | undefined> {
      const result = await rosters.get(space, () => connector.members(where, limited()));
      if (result.ok) return result.data;
      log.info({ code: result.code }, `who reads a conversation is not known: ${result.message}`);
      return undefined;
    },
    /** One person, by `29:…` or by object id; `undefined` also when they are not in the conversation. */
    async person(space: string, where: Where, id: string): Promise<Member | undefined> {
      const result = await people.get(`${space} ${id}`, () => connector.member(where, id, limited()));
      return result.ok ? result.data : undefined;
    },
    /** Somebody came or went. */
    forget(space: string): void {
      rosters.forget(space);
      people.forgetWhere((key) => key.startsWith(`${space} `));
    },
  };
};
