import type { Log } from '#core/channel.ts';
import { createListeners } from './listeners.ts';
import { closeRedis, type RedisClient } from './redis-client.ts';

/** Pub/sub channels over one connection of their own, opened with the first subscription. */
export interface Subscriptions {
  subscribe(channel: string, listener: (payload: string) => void): () => void;
  /** Lets a connection that died in silence notice: unanswered, its socket timeout ends it. */
  ping(): void;
  close(): Promise<void>;
}

/**
 * Keeps what Redis is subscribed to in step with who listens: a channel is subscribed with its first listener, dropped with
 * its last, and all are subscribed again whenever the connection is new.
 */
export const createSubscriptions = (connect: () => RedisClient, log: Log): Subscriptions => {
  const listeners = createListeners<string>(log);
  let client: RedisClient | undefined;

  /** What fails here is made good by the next connection, which subscribes to everything anew. */
  const send = (verb: 'subscribe' | 'unsubscribe', channels: readonly string[]) => {
    if (client?.status !== 'ready' || channels.length === 0) return;
    client[verb](...channels).catch((error: Error) => {
      log.debug({ reason: error.message, channels: channels.length }, `Redis did not ${verb}`);
      if (error.name === 'ReplyError')
        log.warn({ reason: error.message }, 'Redis refuses pub/sub; live updates stay local');
    });
  };
  const open = (): RedisClient => {
    const opened = connect();
    opened.on('ready', () => send('subscribe', listeners.topics()));
    opened.on('message', (channel: string, payload: string) => listeners.deliver(channel, payload));
    // The connection for commands goes to the same server and says what is wrong; one warning per outage is enough.
    opened.on('error', (error: Error) => log.debug({ reason: error.message }, 'Redis subscriber connection failed'));
    return opened;
  };

  return {
    subscribe: (channel, listener) => {
      client ??= open();
      if (!listeners.has(channel)) send('subscribe', [channel]);
      const remove = listeners.add(channel, listener);
      return () => {
        remove();
        if (!listeners.has(channel)) send('unsubscribe', [channel]);
      };
    },
    ping: () => {
      if (client?.status === 'ready') client.ping().catch(() => undefined);
    },
    close: async () => {
      if (client !== undefined) await closeRedis(client);
    },
  };
};
