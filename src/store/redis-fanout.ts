import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Log } from '#core/channel.ts';
import { errorMessage } from '#core/errors.ts';
import type { SharedFanout } from './fanout.ts';
import { createListeners } from './listeners.ts';
import type { Redis } from './redis.ts';

const envelope = z.object({ from: z.string(), event: z.unknown() });

/**
 * Live events between processes over Redis pub/sub, one channel per topic. Listeners of this process hear at once and
 * without Redis; the copy that Redis sends back is dropped. Without Redis, other processes hear nothing until it is back.
 * Events cross as JSON: a `Date` arrives there as a string.
 */
export const createRedisFanout = (options: { readonly redis: Redis; readonly log: Log }): SharedFanout => {
  const { redis, log } = options;
  const self = randomUUID();
  const listeners = createListeners<unknown>(log);
  const channels = new Map<string, () => void>();
  const channelOf = (topic: string) => `${redis.prefix}fanout:${topic}`;

  const receive = (topic: string) => (payload: string) => {
    const message = parse(payload);
    if (message === undefined) log.debug({ topic }, 'a message on a fan-out channel is not ours');
    else if (message.from !== self) listeners.deliver(topic, message.event);
  };
  const stop = (topic: string) => {
    channels.get(topic)?.();
    channels.delete(topic);
  };

  return {
    publish: (topic, event) => {
      listeners.deliver(topic, event);
      try {
        const payload = JSON.stringify({ from: self, event });
        void redis.run((client) => client.publish(channelOf(topic), payload));
      } catch (error) {
        log.warn({ topic, reason: errorMessage(error) }, 'an event cannot be written as JSON; other processes miss it');
      }
    },
    subscribe: (topic, listener) => {
      const remove = listeners.add(topic, listener);
      if (!channels.has(topic)) channels.set(topic, redis.subscribe(channelOf(topic), receive(topic)));
      return () => {
        remove();
        if (!listeners.has(topic)) stop(topic);
      };
    },
    [Symbol.asyncDispose]: async () => {
      for (const topic of [...channels.keys()]) stop(topic);
    },
  };
};

const parse = (payload: string): z.output<typeof envelope> | undefined => {
  try {
    return envelope.safeParse(JSON.parse(payload)).data;
  } catch {
    return undefined;
  }
};
