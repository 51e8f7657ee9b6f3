/**
 * How often somebody may knock. The generic cell rate algorithm keeps one number per key, the time at which the key's
 * allowance would be full again: a burst of a whole minute's worth is fine, then requests drip in at the agreed rate.
 */

import { setTimeout as delay } from 'node:timers/promises';
import type { Log } from '#core/channel.ts';
import { AppError, errorMessage } from '#core/errors.ts';

/** Takes one request from `key`'s allowance. Resolves to 0, or to the milliseconds to wait. `perMinute` 0: no limit. */
export type Take = (key: string, perMinute: number) => number | Promise<number>;

const minute = 60_000;

/**
 * One step of the algorithm, in milliseconds. `fullAt` is the key's state; the next state is returned when the request
 * may pass, otherwise how long to wait.
 */
export const drip = (
  fullAt: number | undefined,
  now: number,
  perMinute: number,
): { readonly fullAt: number } | { readonly waitMs: number } => {
  const next = Math.max(fullAt ?? now, now) + minute / perMinute;
  // The small tolerance keeps sums of fractions from refusing the last request of a full allowance.
  const waitMs = next - now - minute;
  return waitMs > 1e-6 ? { waitMs } : { fullAt: next };
};

/** How many keys one process remembers; the oldest go first, which can only be kind to somebody. */
const maxKeys = 100_000;

/** Allowances of this process alone. */
export const createLocalLimiter = (now: () => number): Take => {
  const fullAt = new Map<string, number>();
  let sweepAt = 1_000;

  const makeRoom = (at: number): void => {
    for (const [key, full] of fullAt) if (full <= at) fullAt.delete(key);
    for (const key of fullAt.keys()) {
      if (fullAt.size <= maxKeys) break;
      fullAt.delete(key);
    }
    sweepAt = Math.min(maxKeys, Math.max(1_000, fullAt.size * 2));
  };

  return (key, perMinute) => {
    if (perMinute <= 0) return 0;
    const at = now();
    const step = drip(fullAt.get(key), at, perMinute);
    if ('waitMs' in step) return step.waitMs;
    fullAt.set(key, step.fullAt);
    if (fullAt.size > sweepAt) makeRoom(at);
    return 0;
  };
};

/** `drip` inside Redis, by Redis' own clock, so that processes with different clocks agree. */
const script = `
local t = redis.call('TIME')
local now = t[1] * 1000 + t[2] / 1000
local full = tonumber(redis.call('GET', KEYS[1]) or now)
local nextFull = math.max(full, now) + 60000 / tonumber(ARGV[1])
local wait = nextFull - now - 60000
if wait > 0.001 then return math.ceil(wait) end
redis.call('SET', KEYS[1], string.format('%.3f', nextFull), 'PX', math.ceil(nextFull - now))
return 0
`;

/** The one thing that is asked of a Redis connection (ioredis fits). */
interface RedisScripts {
  eval(script: string, keys: number, ...args: readonly (string | number)[]): Promise<unknown>;
}

const runsScripts = (redis: unknown): redis is RedisScripts =>
  typeof redis === 'object' && redis !== null && 'eval' in redis && typeof redis.eval === 'function';

/** Redis may take this long before a request is judged without it, in milliseconds. */
const redisPatience = 100;
/** After a failure Redis is left alone this long, in milliseconds. */
const redisRest = 5_000;

/**
 * Allowances shared by every process through Redis, or of this process while Redis does not answer: losing Redis costs
 * precision, never a request.
 */
export const createLimiter = (options: {
  readonly redis?: unknown;
  readonly log: Log;
  readonly now: () => number;
}): Take => {
  const { redis, log, now } = options;
  const local = createLocalLimiter(now);
  if (redis === undefined) return local;
  if (!runsScripts(redis)) {
    throw new AppError('misconfigured', 'Rate limits need a Redis connection that can run scripts (ioredis).');
  }
  let restUntil = 0;
  let away = false;

  const ask = async (key: string, perMinute: number): Promise<number> => {
    const patience = new AbortController();
    try {
      const wait = await Promise.race([
        redis.eval(script, 1, `frontdesk:rate:${key}`, perMinute),
        delay(redisPatience, undefined, { signal: patience.signal, ref: false }).then(() => {
          throw new Error(`no answer within ${redisPatience} ms`);
        }),
      ]);
      return Number(wait);
    } finally {
      patience.abort();
    }
  };

  return async (key, perMinute) => {
    if (perMinute <= 0) return 0;
    if (now() < restUntil) return local(key, perMinute);
    try {
      const waitMs = await ask(key, perMinute);
      away = false;
      return waitMs;
    } catch (error) {
      restUntil = now() + redisRest;
      // That Redis is gone is for its connection to say, once; that it answers but refuses us is known only here.
      const refused = error instanceof Error && error.name === 'ReplyError';
      const level = refused ? 'warn' : 'debug';
      if (!away) log[level]({ reason: errorMessage(error) }, 'rate limits count in this process, without Redis');
      away = true;
      return local(key, perMinute);
    }
  };
};
