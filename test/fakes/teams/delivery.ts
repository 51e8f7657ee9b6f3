import { setTimeout as delay } from 'node:timers/promises';
import type { Keys, TokenVariant } from './keys.ts';
import type { State } from './state.ts';
import { isThing, type Thing } from './types.ts';

/** One try to hand an activity to the app. */
export interface Attempt {
  /** HTTP status; 0 for no answer at all. */
  readonly status: number;
  /** Why there was none when `status` is 0. */
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Until it was answered, in milliseconds. */
  readonly ms: number;
}

/** An activity handed to the app, with all its tries; none when the app is not connected. */
export interface Delivered {
  readonly activity: Thing;
  readonly attempts: readonly Attempt[];
  /** The last try was answered with 2xx. */
  readonly ok: boolean;
  /** Status of the last try; 0 without one. */
  readonly status: number;
  /** The JSON object of the last answer, if it was one: of invokes `{statusCode, type, value}`. */
  readonly answer?: Thing;
}

export interface DeliverOptions {
  /** The same activity so many times (same id), as when answers were late. */
  readonly times?: number;
  /** All at the same moment instead of one after the other. */
  readonly together?: boolean;
  /** Another token than a good one. Forged activities are not tried again. */
  readonly token?: TokenVariant;
  /** Not again when it is not answered well. */
  readonly once?: boolean;
}

/** How patient Teams is. The real one waits about 15 s for an answer before it sends again. */
export interface Patience {
  readonly answerMs: number;
  readonly retriesMs: readonly number[];
}

export interface Delivery {
  /** From now on to these addresses, in turns. */
  connect(...urls: readonly string[]): void;
  /** Signs an activity as Teams does and hands it over. */
  deliver(activity: Thing, options?: DeliverOptions): Promise<readonly Delivered[]>;
  /** Everything delivered so far, in the order of the last answers. */
  readonly log: readonly Delivered[];
}

const isGood = (status: number) => status >= 200 && status < 300;

const objectIn = (body: string): Thing | undefined => {
  try {
    const value: unknown = JSON.parse(body);
    return isThing(value) ? value : undefined;
  } catch {
    return undefined;
  }
};

/** Hands activities to the app as the Bot Framework does: with a token, and messages again when nobody answers. */
export const createDelivery = (state: State, keys: Keys, patience: Patience, signal: AbortSignal): Delivery => {
  let urls: readonly string[] = [];
  let turn = 0;
  const log: Delivered[] = [];

  const attempt = async (activity: Thing, token: TokenVariant = {}): Promise<Attempt> => {
    const url = urls[turn++ % urls.length] ?? '';
    const start = performance.now();
    const authorization = await keys.authorization({ serviceUrl: String(activity.serviceUrl), ...token });
    const answered = (status: number, body: string, headers: Readonly<Record<string, string>> = {}): Attempt => {
      return { status, body, headers, ms: performance.now() - start };
    };
    try {
      const response = await fetch(url, {
        method: 'POST',
        body: JSON.stringify(activity),
        headers: {
          'content-type': 'application/json; charset=utf-8',
          'user-agent': 'Microsoft-SkypeBotApi (Microsoft-BotFramework/3.0)',
          'x-ms-conversation-id': isThing(activity.conversation) ? String(activity.conversation.id) : '',
          ...(authorization !== undefined && { authorization }),
        },
        signal: AbortSignal.any([signal, AbortSignal.timeout(patience.answerMs)]),
      });
      return answered(response.status, await response.text(), Object.fromEntries(response.headers));
    } catch (thrown) {
      const late = thrown instanceof Error && thrown.name === 'TimeoutError';
      return answered(0, late ? 'timeout' : 'connection_failed');
    }
  };

  const one = async (activity: Thing, options: DeliverOptions): Promise<Delivered> => {
    const attempts: Attempt[] = [];
    if (urls.length === 0) return { activity, attempts, ok: false, status: 0 };
    const waits = options.once === true || options.token !== undefined ? [] : patience.retriesMs;
    for (let n = 0; ; n += 1) {
      const last = await attempt(activity, options.token);
      attempts.push(last);
      const wait = waits[n];
      // Answers that say no are final; only missing ones and failures of the server are tried again.
      if (wait === undefined || signal.aborted || !(last.status === 0 || last.status >= 500)) break;
      await delay(wait);
    }
    const { status = 0, body = '' } = attempts.at(-1) ?? {};
    const answer = objectIn(body);
    const delivered: Delivered = {
      activity,
      attempts,
      ok: isGood(status),
      status,
      ...(answer !== undefined && { answer }),
    };
    log.push(delivered);
    state.changed();
    return delivered;
  };

  return {
    log,
    connect: (...given) => {
      urls = given;
    },
    deliver: async (activity, options = {}) => {
      const all = Array.from({ length: options.times ?? 1 }, () => activity);
      if (options.together === true) return Promise.all(all.map((next) => one(next, options)));
      const done: Delivered[] = [];
      for (const next of all) done.push(await one(next, options));
      return done;
    },
  };
};
