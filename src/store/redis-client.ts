import { Redis as Client } from 'ioredis';
import { withDeadline } from './deadline.ts';

export type RedisClient = Client;

export interface RedisTiming {
  /** Longest wait for one command, in milliseconds. */
  readonly commandTimeoutMs: number;
  /** Pause before the first try to connect again; doubles up to `mostRetryMs`. */
  readonly retryMs: number;
  readonly mostRetryMs: number;
}

/** Opens one connection in the background. It queues nothing: a command fails at once while there is no connection. */
export const connectRedis = (url: string, timing: RedisTiming): RedisClient =>
  new Client(url, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    autoResubscribe: false,
    connectTimeout: 2_000,
    // A connection that stays silent with commands in flight is dead: drop it and connect again.
    socketTimeout: Math.max(1_000, 4 * timing.commandTimeoutMs),
    disconnectTimeout: 200,
    retryStrategy: (attempt) => Math.min(timing.retryMs * 2 ** (attempt - 1), timing.mostRetryMs),
    // After a failover the old primary is read-only: connecting again finds the new one.
    reconnectOnError: (error) => error.message.startsWith('READONLY'),
  });

/** Closes a connection in whatever state it is; never rejects, and waits half a second at most. */
export const closeRedis = async (client: RedisClient): Promise<void> => {
  const ended = new Promise<void>((resolve) => client.once('end', () => resolve()));
  const idle = client.status === 'end' || client.status === 'reconnecting';
  client.disconnect();
  if (!idle) await withDeadline(ended, 500).catch(() => undefined);
};

/** Redis answered, with an error: the connection is fine. While it refuses us altogether, it counts as away. */
export const isRefusal = (error: unknown): error is Error =>
  error instanceof Error &&
  error.name === 'ReplyError' &&
  !/^(NOAUTH|WRONGPASS|LOADING|MASTERDOWN)/.test(error.message);

/** Only the message: the error's other fields hold command arguments. A failed connect may have no message but a code. */
export const describeRedisError = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  return error.message || ('code' in error ? String(error.code) : error.name);
};
