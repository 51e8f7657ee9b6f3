import type { ChannelAdapter, Log } from '#core/channel.ts';
import type { HumanDesk } from '#core/escalation.ts';
import type { ChannelId, InboundEvent, Outbound, SendResult, Sent } from '#core/message.ts';
import type { SessionStore } from '#core/session.ts';
import type { Turn, TurnOutcome } from '#core/turn.ts';
import { createDesk, transition } from '#src/desk/index.ts';
import { createMetrics } from '#src/observe/metrics.ts';
import { createTracing } from '#src/observe/traces.ts';
import { createAccept } from '#src/pipeline/accept.ts';
import { createDeliver } from '#src/pipeline/deliver.ts';
import { createGiveUp } from '#src/pipeline/give-up.ts';
import type { Tracer } from '#src/pipeline/ports.ts';
import { createSettled } from '#src/pipeline/settle.ts';
import { createSignal } from '#src/pipeline/signal.ts';
import { createTakeTurn, type TurnDeps } from '#src/pipeline/take-turn.ts';
import { createWorker } from '#src/pipeline/work.ts';
import type { Database } from '#src/store/database.ts';
import { createLocalFanout } from '#src/store/fanout.ts';
import { createLedger } from '#src/store/ledger.ts';
import { createMemorySessions } from '#src/store/session.ts';
import { quietLog } from './database.ts';
import { anAdapter } from './fakes/pipeline.ts';

/** A platform in memory. `script` decides what it says to each send; what it took is in `arrived`. */
export const createPlatform = (id: ChannelId = 'slack') => {
  const arrived: Outbound[] = [];
  const platform = {
    arrived,
    script: (_message: Outbound, _signal: AbortSignal): SendResult | 'take' | Promise<SendResult | 'take'> => 'take',
    searchable: true,
    adapter: {
      id,
      capabilities: {
        maxChars: 4_000,
        actions: true,
        attachments: true,
        streaming: false,
        edits: true,
        threads: true,
        settleMs: 0,
      },
      receive: () => Promise.resolve({ events: [], response: { status: 200, body: '' } }),
      async send(message: Outbound, signal: AbortSignal): Promise<SendResult> {
        const said = await platform.script(message, signal);
        if (said !== 'take') return said;
        arrived.push(message);
        return { ok: true, externalId: `sent:${message.id}`, address: message.address };
      },
      find: (message: Outbound): Promise<Sent | undefined> =>
        Promise.resolve(
          platform.searchable && arrived.some((one) => one.id === message.id)
            ? { externalId: `sent:${message.id}`, address: message.address }
            : undefined,
        ),
    } satisfies ChannelAdapter,
  };
  return platform;
};

/** One message as everybody sees it on a platform with threads. */
export interface Shown {
  readonly id: string;
  readonly space: string;
  readonly thread: string;
  /** Missing while it is only part of an answer. */
  readonly message?: Outbound;
}

/** A platform with threads in memory, as people see it: roots make threads, streams turn into answers, cards change in place. */
export const createRoom = (id: ChannelId = 'slack') => {
  const platform = createPlatform(id);
  const shown = new Map<string, Shown>();
  /** Every message as it was taken, in order, under the id by which it is shown. */
  const taken = new Map<string, Sent>();
  let streams = 0;
  const take = (message: Outbound): Sent => {
    const { space, thread } = message.address;
    const before = message.replaces === undefined ? undefined : shown.get(message.replaces);
    const externalId = before?.id ?? `${id}:${message.id}`;
    const place = before ?? { space, thread: thread === '' ? externalId : thread };
    shown.set(externalId, { id: externalId, space: place.space, thread: place.thread, message });
    platform.arrived.push(message);
    const sent = { externalId, address: { ...message.address, space: place.space, thread: place.thread } };
    taken.set(message.id, sent);
    return sent;
  };
  const adapter: ChannelAdapter = {
    ...platform.adapter,
    capabilities: { ...platform.adapter.capabilities, streaming: true, staffPresent: true },
    async send(message, signal) {
      const said = await room.script(message, signal);
      return said === 'take' ? { ok: true, ...take(message) } : said;
    },
    find: async (message) => (room.searchable ? taken.get(message.id) : undefined),
    async present(_conversation, { space, thread }, { text, stream }) {
      if (text === undefined || stream !== undefined) return stream;
      streams += 1;
      const externalId = `${id}:stream-${streams}`;
      shown.set(externalId, { id: externalId, space, thread });
      return externalId;
    },
    async discard(_address, stream) {
      // What has become an answer is not partial any more.
      if (shown.get(stream)?.message === undefined) shown.delete(stream);
    },
  };
  const room = { ...platform, adapter, shown };
  return room;
};
export type Room = ReturnType<typeof createRoom>;

let count = 0;
/** A customer's message on a platform. */
export const said = (thread: string, markdown: string, more: Partial<InboundEvent> = {}): InboundEvent => {
  count += 1;
  return {
    dedupeKey: `said:${count}`,
    externalId: `said:${count}`,
    address: { channel: 'slack', space: 'support', thread },
    author: { role: 'customer', externalId: `customer:${thread}` },
    at: new Date(),
    body: { kind: 'message', content: { markdown, attachments: [] } },
    ...more,
  };
};

/** Echoes the question as an answer. */
export const echo = (turn: Turn): Promise<TurnOutcome> =>
  Promise.resolve({
    kind: 'answer',
    content: { markdown: `re: ${turn.question}`, attachments: [] },
    citations: [],
    confidence: 1,
  });

/** The message path in this process, over a real database, with a platform in memory. */
export const startSpine = async (
  database: Database,
  platform: { readonly adapter: ChannelAdapter },
  options: {
    readonly worker?: string;
    readonly decide?: TurnDeps['decide'];
    readonly leaseMs?: number;
    readonly start?: boolean;
    /** Where cards go; the console unless said otherwise. */
    readonly desk?: HumanDesk['place'];
    readonly settleArticles?: NonNullable<TurnDeps['settleArticles']>;
    readonly log?: Log;
    readonly tracer?: Tracer;
    readonly sessions?: SessionStore;
  } = {},
) => {
  const fanout = createLocalFanout();
  const ledger = createLedger(database.db, { worker: options.worker ?? 'worker-1', leaseMs: options.leaseMs ?? 8_000 });
  const meter = createMetrics({ processMetrics: false });
  const tracer = options.tracer ?? (await createTracing({ serviceName: 'test' }));
  const log = options.log ?? quietLog;
  const blobs = { put: () => Promise.resolve(), get: () => Promise.resolve(undefined) };
  const pipeline = {
    // The console is always there.
    adapters: new Map<ChannelId, ChannelAdapter>([
      ['web', anAdapter({ id: 'web' })],
      [platform.adapter.id, platform.adapter],
    ]),
    blobs,
    fanout,
    log,
    meter,
    tracer,
  };
  const turnDeps: TurnDeps = {
    ...pipeline,
    ledger,
    sessions: options.sessions ?? createMemorySessions({ ttlMs: 60_000, max: 1_000, now: () => new Date() }),
    decide: options.decide ?? echo,
    desk: createDesk(options.desk ?? { channel: 'web', space: 'desk', ownThreads: true }),
    transition,
    remember: () => [],
    newCode: () => 'TEST',
    reach: () => ({ kind: 'open' }),
    firstReplyDue: () => undefined,
    answererName: 'test',
    ...(options.settleArticles === undefined ? {} : { settleArticles: options.settleArticles }),
    limits: { window: 20, turnsPerEpoch: 50 },
  };
  const reading = createSignal();
  const deliver = createDeliver(
    ledger,
    pipeline,
    { sendTimeoutMs: 5_000, giveUpAfterMs: 3_600_000 },
    () => new Date(),
    Math.random,
  );
  const worker = createWorker(
    {
      ledger,
      takeTurn: createTakeTurn(turnDeps),
      giveUp: createGiveUp(turnDeps),
      deliver,
      log,
      tracer,
      onDepth: () => {},
    },
    { concurrency: 16, pollMs: 50, heartbeatMs: (options.leaseMs ?? 8_000) / 3, maxAttempts: 3 },
    reading,
  );
  const accept = createAccept(ledger, pipeline, reading, worker, { priorityRules: [], queueLimit: 1_000 });
  if (options.start !== false) worker.start();
  return {
    ledger,
    meter,
    worker,
    reading,
    settled: createSettled(ledger, fanout),
    /** Takes events in, as a webhook would. */
    say: (...events: readonly InboundEvent[]) => accept(platform.adapter.id, { events }),
    [Symbol.asyncDispose]: () => worker.stop(1_000),
  };
};
