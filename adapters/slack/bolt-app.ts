import { App, type AuthorizeResult } from '@slack/bolt';
import type { Log } from '#core/channel.ts';
import { errorMessage } from '#core/errors.ts';
import type { Workspaces } from './api.ts';
import type { SlackDecoded } from './context.ts';
import { sdkLog } from './sdk-log.ts';

/** Slack's own note that it tried before. */
export interface Retry {
  readonly number?: number;
  readonly reason?: string;
}

/** Translates one verified body; `botUserId` is our own user there, when it is known. */
export type Decode = (body: unknown, botUserId: string | undefined) => SlackDecoded;

export interface BoltReaderOptions {
  readonly workspaces: Pick<Workspaces, 'find'>;
  readonly decode: Decode;
  readonly log: Log;
  /** How long looking up our own user may take, in milliseconds: Slack waits three seconds for an answer. */
  readonly lookUpMs?: number;
}

/** One delivery on its way through Bolt. */
interface Bag {
  decoded?: SlackDecoded;
}

const silence: Pick<AuthorizeResult, 'botUserId'> = {};

/**
 * Bolt between the delivery and our translation: its App says which workspace an event came through and asks `authorize`, and
 * its only listener collects what `decode` makes of the body. Deliveries that Bolt knows no type for, or trips over, are
 * decoded all the same. An unknown workspace or a revoked token stops nothing here: the message is kept, sending to it fails
 * in words later.
 */
export const createBoltReader = ({ workspaces, decode, log, lookUpMs = 1_800 }: BoltReaderOptions) => {
  const bags = new WeakMap<object, Bag>();

  const lookUp = async (team: string | undefined, enterprise: string | undefined) => {
    const { promise: late, resolve } = Promise.withResolvers<undefined>();
    const timer = setTimeout(resolve, lookUpMs, undefined);
    try {
      const found = await Promise.race([workspaces.find(team, enterprise), late]);
      if (found === undefined) {
        log.warn({ team, enterprise }, 'looking up the workspace took too long, going on without our own user');
        return silence;
      }
      if (!found.ok) {
        log.warn({ team, enterprise, code: found.code }, `messages are kept, but not answered: ${found.message}`);
        return silence;
      }
      const { botUserId, key } = found.workspace;
      if (key !== '' && key !== team && key !== enterprise)
        log.warn(
          { team, enterprise, ours: key },
          'an event of a workspace that the token is not for: nothing can be answered there',
        );
      return botUserId === undefined ? silence : { botUserId };
    } catch (thrown) {
      log.warn({ team, enterprise, error: errorMessage(thrown) }, 'the workspace could not be looked up');
      return silence;
    } finally {
      clearTimeout(timer);
    }
  };

  const app = new App({
    receiver: { init: () => undefined, start: () => Promise.resolve(), stop: () => Promise.resolve() },
    authorize: async ({ teamId, enterpriseId }) => ({ ...(await lookUp(teamId, enterpriseId)) }),
    logger: sdkLog(log, 'slack-bolt', true),
    // Our own messages are told apart in the translation, which says so; nothing is dropped in silence.
    ignoreSelf: false,
    convoStore: false,
    tokenVerificationEnabled: false,
    attachFunctionToken: false,
  });
  // Whoever asked reports it.
  app.error((error) => Promise.reject(error));
  app.use(async ({ body, context, next }) => {
    const bag = bags.get(body);
    if (bag !== undefined) bag.decoded = decode(body, context.botUserId);
    await next();
  });

  /** What a verified body means. Throws only what `decode` throws. */
  return async (body: unknown, retry: Retry = {}): Promise<SlackDecoded> => {
    if (typeof body !== 'object' || body === null || Array.isArray(body)) return decode(body, undefined);
    const bag: Bag = {};
    bags.set(body, bag);
    try {
      await app.processEvent({
        body,
        ack: () => Promise.resolve(),
        ...(retry.number === undefined ? {} : { retryNum: retry.number }),
        ...(retry.reason === undefined ? {} : { retryReason: retry.reason }),
      });
    } catch (thrown) {
      log.debug({ error: errorMessage(thrown) }, 'Bolt could not place a delivery, it is read without');
    }
    return bag.decoded ?? decode(body, undefined);
  };
};
