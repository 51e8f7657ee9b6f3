import type { Log } from '#core/channel.ts';
import { withDeadline } from './deadline.ts';
import { createOutage } from './outage.ts';
import { closeRedis, connectRedis, describeRedisError, isRefusal, type RedisClient } from './redis-client.ts';
import { createSubscriptions } from './redis-subscriptions.ts';

/** `away`: Redis did not answer in time or is being left alone. `refused`: it answered with an error, which is logged. */
export type RedisReply<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly why: 'away' | 'refused' };

/**
 * The product's one way to Redis, which is for speed and may go at any time. Nobody waits for it longer than the command
 * timeout, and only the first to notice that it is gone waits at all: until it answers a ping again, `run` returns at once.
 */
export interface Redis extends AsyncDisposable {
  /** Starts every key and channel of this deployment, so that several can share one Redis. */
  readonly prefix: string;
  /** For libraries that want an ioredis connection. It has no offline queue: commands fail at once while Redis is away. */
  readonly client: RedisClient;
  /** Whether commands are sent at the moment. */
  available(): boolean;
  /** Runs one command and never rejects because of Redis. */
  run<T>(command: (client: RedisClient) => Promise<T>): Promise<RedisReply<T>>;
  /** Listens on a pub/sub channel, over a second connection that heals itself. Returns how to stop. */
  subscribe(channel: string, listener: (payload: string) => void): () => void;
  /** A round trip, for `doctor` and health checks. `detail` says what to fix. */
  check(): Promise<{ readonly ok: boolean; readonly detail: string }>;
}

export interface RedisSettings {
  /** `redis://user:password@host:port/db`, or `rediss://` for TLS. */
  readonly url: string;
  readonly prefix?: string;
  /** Longest wait for one command, in milliseconds. */
  readonly commandTimeoutMs?: number;
  /** Pause before the first try to come back; doubles up to `mostRetryMs`. */
  readonly retryMs?: number;
  readonly mostRetryMs?: number;
  /** Pause between pings while all is well: they find connections that died in silence. */
  readonly heartbeatMs?: number;
}

/** Opens the connections in the background: an absent Redis is an outage like any other, not a reason not to start. */
export const openRedis = (settings: RedisSettings, log: Log): Redis => {
  const { url, prefix = 'frontdesk:', commandTimeoutMs = 200, heartbeatMs = 10_000 } = settings;
  const { retryMs = 100, mostRetryMs = 2_000 } = settings;
  const connect = () => connectRedis(url, { commandTimeoutMs, retryMs, mostRetryMs });
  const client = connect();
  const subscriptions = createSubscriptions(connect, log);
  const outage = createOutage({ what: 'Redis', consequence: 'going on without it', log });
  const refusals = new Set<string>();
  let state: 'connecting' | 'up' | 'down' = 'connecting';
  let closed = false;
  let pause = retryMs;
  let lastError = 'not connected yet';
  let timer: NodeJS.Timeout | undefined;

  const probeAfter = (ms: number) => {
    clearTimeout(timer);
    if (!closed) timer = setTimeout(probe, ms).unref();
  };
  const down = (error: unknown) => {
    if (closed || state === 'down') return;
    state = 'down';
    pause = retryMs;
    lastError = describeRedisError(error);
    outage.begin(lastError);
    probeAfter(pause);
  };
  const up = () => {
    if (closed) return;
    if (state === 'down') refusals.clear();
    state = 'up';
    outage.end();
    probeAfter(heartbeatMs);
  };
  const probe = async (): Promise<void> => {
    try {
      await withDeadline(client.ping(), commandTimeoutMs);
      up();
      subscriptions.ping();
    } catch (error) {
      down(error);
      pause = Math.min(pause * 2, mostRetryMs);
      probeAfter(pause);
    }
  };
  const refused = (error: Error) => {
    const code = error.message.split(' ', 1)[0] ?? '';
    // A full or misconfigured Redis refuses every command: say so once, not a thousand times a minute.
    if (!refusals.has(code)) log.warn({ reason: error.message }, 'Redis refuses a command; going on without it');
    refusals.add(code);
  };

  client.on('ready', () => void probe());
  client.on('error', (error: Error) => {
    down(error);
    lastError = describeRedisError(error);
  });
  client.on('close', () => down(new Error('connection closed')));

  return {
    prefix,
    client,
    available: () => state === 'up',
    run: async (command) => {
      if (state !== 'up') return { ok: false, why: 'away' };
      try {
        return { ok: true, value: await withDeadline(command(client), commandTimeoutMs) };
      } catch (error) {
        const refusal = isRefusal(error);
        if (refusal) refused(error);
        else down(error);
        return { ok: false, why: refusal ? 'refused' : 'away' };
      }
    },
    subscribe: subscriptions.subscribe,
    check: async () => {
      try {
        await withDeadline(client.ping(), commandTimeoutMs);
        return { ok: true, detail: 'answers' };
      } catch (error) {
        const reason = client.status === 'ready' ? describeRedisError(error) : lastError;
        return { ok: false, detail: `${reason}. Check REDIS_URL and that Redis is running.` };
      }
    },
    [Symbol.asyncDispose]: async () => {
      closed = true;
      state = 'down';
      clearTimeout(timer);
      await Promise.all([closeRedis(client), subscriptions.close()]);
    },
  };
};
