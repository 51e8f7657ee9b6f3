import type { Log } from '#core/channel.ts';
import { errorMessage } from '#core/errors.ts';

export interface RestingSettings {
  /** How long somebody who failed is left alone, in milliseconds; longer where they ask for it. */
  readonly restMs: number;
  /** Logged at the first failure, and again at the first one after it worked. */
  readonly warning: string;
  readonly fields?: object;
  readonly log?: Log | undefined;
  /** Milliseconds. */
  readonly now?: () => number;
}

/** Somebody outside whose help is welcome but not needed. */
export interface Resting {
  readonly isResting: () => boolean;
  /** What `work` gives; `undefined` when it fails, and without a try while it rests after a failure. */
  readonly ask: <Result>(work: () => Promise<Result>) => Promise<Result | undefined>;
}

/** The longest rest that an endpoint may ask for. */
const longestRestMs = 300_000;

/** Nobody waits for an endpoint that is away: after a failure it is left alone for a while, and the log is told once. */
export const createResting = (settings: RestingSettings): Resting => {
  const { restMs, warning, fields = {}, log, now = () => performance.now() } = settings;
  let isWarned = false;
  let restUntil = Number.NEGATIVE_INFINITY;
  return {
    isResting: () => now() < restUntil,
    ask: async (work) => {
      if (now() < restUntil) return undefined;
      try {
        const result = await work();
        isWarned = false;
        return result;
      } catch (error) {
        if (!isWarned) log?.warn({ ...fields, error: errorMessage(error) }, warning);
        isWarned = true;
        const { retryAfterMs } = (error ?? {}) as { readonly retryAfterMs?: unknown };
        const wished = typeof retryAfterMs === 'number' ? Math.min(retryAfterMs, longestRestMs) : 0;
        restUntil = now() + Math.max(restMs, wished);
        return undefined;
      }
    },
  };
};
