import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Log } from '#core/channel.ts';
import { errorMessage } from '#core/errors.ts';
import { withDeadline } from './deadline.ts';
import type { SharedFanout } from './fanout.ts';
import { keepListening, type ListenClient } from './listen-client.ts';
import { createListeners } from './listeners.ts';
import { createOutage } from './outage.ts';

/**
 * PostgreSQL refuses a NOTIFY payload of 8000 bytes or more
 * (https://www.postgresql.org/docs/current/sql-notify.html).
 */
export const maxPayloadBytes = 7_999;

/** Most events that wait while the database is slow; the oldest go first, the rows remain the truth. */
const maxWaiting = 1_000;

const envelope = z.object({ from: z.string(), events: z.array(z.tuple([z.string(), z.unknown()])) });

export interface NotifyFanoutOptions {
  /** Opens a connection for LISTEN alone; called again whenever the last one is lost. */
  readonly listenClient: () => Promise<ListenClient>;
  /** Runs `select pg_notify(channel, payload)`, on any connection. */
  readonly notify: (channel: string, payload: string) => Promise<unknown>;
  readonly log: Log;
  /** The one NOTIFY channel that carries every topic. */
  readonly channel?: string;
  /** How long events gather before one NOTIFY carries them, in milliseconds. */
  readonly coalesceMs?: number;
  /** Pause before a lost LISTEN connection is opened again, in milliseconds; doubles up to 32 times that. */
  readonly retryMs?: number;
  /**
   * What of an event crosses to other processes; `undefined` keeps it at home. Events must stay small, so a big one goes as
   * the ids by which `unpack` finds the rest. Without it everything crosses but partial text.
   */
  readonly pack?: (topic: string, event: unknown) => unknown;
  /** What listeners here are told for what crossed; `undefined` tells them nothing. Only called when somebody listens. */
  readonly unpack?: (topic: string, packed: unknown) => unknown;
}

/**
 * Live events between processes over PostgreSQL LISTEN/NOTIFY, for several processes without Redis. Listeners of this process
 * hear at once. A NOTIFY costs a commit, so events gather for a moment, equal neighbours on a topic become one, and partial
 * text stays at home.
 */
export const createNotifyFanout = (options: NotifyFanoutOptions): SharedFanout => {
  const { notify, log, channel = 'frontdesk_fanout', coalesceMs = 20, pack = withoutPartialText } = options;
  const { unpack = (_topic: string, packed: unknown) => packed } = options;
  const self = randomUUID();
  const listeners = createListeners<unknown>(log);
  const outage = createOutage({ what: 'NOTIFY', consequence: 'other processes miss live updates', log });
  const waiting: Entry[] = [];
  let timer: NodeJS.Timeout | undefined;
  let sending: Promise<void> | undefined;
  /** Events are told in the order in which they came, however long one takes to unpack. */
  let told = Promise.resolve();

  const send = async (): Promise<void> => {
    while (waiting.length > 0) {
      const payloads = fillPayloads(self, waiting.splice(0));
      try {
        for (const payload of payloads) await notify(channel, payload);
        outage.end();
      } catch (error) {
        outage.begin(errorMessage(error));
      }
    }
  };
  const flush = () => {
    timer = undefined;
    sending ??= send().finally(() => {
      sending = undefined;
    });
  };
  const enqueue = (topic: string, event: unknown) => {
    const packed = pack(topic, event);
    if (packed === undefined) return;
    const entry = { topic, json: JSON.stringify([topic, packed]) };
    if (byteLength(envelopeOf(self, [entry])) > maxPayloadBytes) {
      log.warn({ topic, bytes: byteLength(entry.json) }, 'an event is too big for NOTIFY; other processes miss it');
      return;
    }
    if (waiting.findLast((other) => other.topic === topic)?.json === entry.json) return;
    waiting.push(entry);
    if (waiting.length > maxWaiting) waiting.shift();
    timer ??= setTimeout(flush, coalesceMs);
  };
  const tell = async (topic: string, packed: unknown): Promise<void> => {
    if (!listeners.has(topic)) return;
    try {
      const event = await unpack(topic, packed);
      if (event !== undefined) listeners.deliver(topic, event);
    } catch (error) {
      log.warn({ topic, reason: errorMessage(error) }, 'an event from another process could not be read');
    }
  };
  const receive = (payload: string) => {
    const message = parse(payload);
    if (message === undefined) return log.debug({ channel }, 'a notification on the fan-out channel is not ours');
    if (message.from === self) return;
    for (const [topic, packed] of message.events) told = told.then(() => tell(topic, packed));
  };
  const listening = keepListening({ ...options, channel, receive });

  return {
    publish: (topic, event) => {
      listeners.deliver(topic, event);
      try {
        enqueue(topic, event);
      } catch (error) {
        log.warn({ topic, reason: errorMessage(error) }, 'an event cannot be written as JSON; other processes miss it');
      }
    },
    subscribe: listeners.add,
    [Symbol.asyncDispose]: async () => {
      clearTimeout(timer);
      flush();
      // A database that hangs does not hold up the end of the process.
      const sent = withDeadline(Promise.resolve(sending), 1_000).catch(() => undefined);
      await Promise.all([sent, listening[Symbol.asyncDispose]()]);
    },
  };
};

interface Entry {
  readonly topic: string;
  /** `[topic, event]` as JSON. */
  readonly json: string;
}

/** A `partial` is the whole text so far, many times a second: too much for NOTIFY, and the message that follows replaces it. */
const withoutPartialText = (_topic: string, event: unknown): unknown =>
  typeof event === 'object' && event !== null && 'type' in event && event.type === 'partial' ? undefined : event;

const byteLength = (text: string): number => Buffer.byteLength(text);

const envelopeOf = (from: string, entries: readonly Entry[]): string =>
  `{"from":"${from}","events":[${entries.map((entry) => entry.json).join(',')}]}`;

/** The entries in as few payloads as they fit in, in order. Each alone has to fit. */
const fillPayloads = (from: string, entries: readonly Entry[]): readonly string[] => {
  const room = maxPayloadBytes - byteLength(envelopeOf(from, []));
  const batches: Entry[][] = [];
  let left = 0;
  for (const entry of entries) {
    // Each entry brings a comma but the first of a batch, which `+ 1` makes up for.
    const bytes = byteLength(entry.json) + 1;
    if (bytes > left) {
      batches.push([]);
      left = room + 1;
    }
    batches.at(-1)?.push(entry);
    left -= bytes;
  }
  return batches.map((batch) => envelopeOf(from, batch));
};

const parse = (payload: string): z.output<typeof envelope> | undefined => {
  try {
    return envelope.safeParse(JSON.parse(payload)).data;
  } catch {
    return undefined;
  }
};
