import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { EscalationReason } from '#core/escalation.ts';
import type { KnowledgeSize } from '#core/knowledge.ts';
import type { ChannelId, InboundBody } from '#core/message.ts';
import type { TurnOutcome } from '#core/turn.ts';

/** What became of an event from a channel. `full`: the queue had no room, and whoever wrote was told. */
export type InboundResult = 'accepted' | 'duplicate' | 'unsupported' | 'full' | 'quarantined';
/** What became of a turn: its outcome, or why it has none (its version was overtaken, it broke). */
export type TurnResult = TurnOutcome['kind'] | 'relayed' | 'discarded' | 'failed';
/** What a platform said to one send. `found`: it was there already, from a try that had not been recorded. */
export type SendOutcome = 'sent' | 'found' | 'retry' | 'failed';
export type ModelResult = 'ok' | 'error' | 'aborted' | 'fallback';
export type BreakerState = 'closed' | 'half-open' | 'open';

/** Conversations that are due in each lane. */
export interface QueueDepth {
  readonly reading: number;
  readonly delivering: number;
}

/** What the product counts. Durations are given in milliseconds and exported in seconds, as Prometheus wants them. */
export interface Metrics {
  inbound(event: {
    readonly channel: ChannelId;
    /** `unknown` when it could not be decoded. */
    readonly kind: InboundBody['kind'] | 'unknown';
    readonly result: InboundResult;
  }): void;
  turn(turn: { readonly outcome: TurnResult; readonly ms: number }): void;
  model(call: { readonly result: ModelResult; readonly ms: number }): void;
  /** `leg`: words, meaning, the reranker, or the whole search. */
  retrieval(search: { readonly leg: 'lexical' | 'dense' | 'rerank' | 'all'; readonly ms: number }): void;
  /** Something restricted was found by somebody who must not. */
  visibilityAlarm(): void;
  /** `code`: the platform's short word for why not. */
  send(send: { readonly channel: ChannelId; readonly result: SendOutcome; readonly code?: string }): void;
  /** From accepting the customer's message until the platform has our answer. */
  delivered(delivery: { readonly channel: ChannelId; readonly ms: number }): void;
  /** An outbound message that is given up. */
  deadLetter(channel: ChannelId): void;
  escalation(event: { readonly event: 'opened' | 'claimed' | 'resolved'; readonly reason: EscalationReason }): void;
  /** A reader found an answer helpful (1) or not (-1). Counts what was said, also when somebody changes their mind. */
  feedback(vote: { readonly channel: ChannelId; readonly score: -1 | 1 }): void;
  session(result: 'hit' | 'miss'): void;
  /** State of a circuit breaker, by the name of what it protects. */
  breaker(name: string, state: BreakerState): void;
  /** Asked at every scrape. What throws or takes longer than a second is left out of that scrape and counted. */
  watchQueue(read: () => Promise<QueueDepth>): void;
  watchRedis(available: () => boolean): void;
  /** Counting takes a moment where there is much: asked at most once a minute. */
  watchKnowledge(read: () => Promise<KnowledgeSize>): void;
  /** Everything in Prometheus' text format; serve `body` with `contentType`. */
  scrape(): Promise<{ readonly contentType: string; readonly body: string }>;
}

/** Turns take from a millisecond (extractive, in process) to a minute (tools and a slow model). */
const turnBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40, 60];
/** Deliveries may wait out a platform's Retry-After of minutes. */
const deliveryBuckets = [...turnBuckets, 120, 300, 600, 1_800];
const retrievalBuckets = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5];
const breakerValues: Readonly<Record<BreakerState, number>> = { closed: 0, 'half-open': 0.5, open: 1 };

/** Metrics with a registry of their own: two products in one process (tests) do not meet. */
export const createMetrics = (
  options: { readonly processMetrics?: boolean; readonly readTimeoutMs?: number } = {},
): Metrics => {
  const { processMetrics = true, readTimeoutMs = 1_000 } = options;
  const registry = new Registry();
  const registers = [registry];
  if (processMetrics) collectDefaultMetrics({ register: registry });

  const counter = <L extends string>(name: string, help: string, labelNames: readonly L[]) =>
    new Counter({ name: `frontdesk_${name}_total`, help, labelNames, registers });
  const seconds = <L extends string>(name: string, help: string, labelNames: readonly L[], buckets: number[]) =>
    new Histogram({ name: `frontdesk_${name}_seconds`, help, labelNames, buckets, registers });
  const gauge = <L extends string>(name: string, help: string, labelNames: readonly L[] = []) =>
    new Gauge({ name: `frontdesk_${name}`, help, labelNames, registers });

  const inbound = counter('inbound_events', 'Events from channels.', ['channel', 'kind', 'result']);
  const turns = counter('turns', 'Turns by outcome.', ['outcome']);
  const turnTimes = seconds('turn_duration', 'Turns, from claim to commit.', ['outcome'], turnBuckets);
  const model = seconds('model_duration', 'Calls to the language model.', ['result'], turnBuckets);
  const retrieval = seconds('retrieval_duration', 'Searches of the knowledge base, by leg.', ['leg'], retrievalBuckets);
  const sends = counter('outbox_sends', 'Tries to send a message.', ['channel', 'result']);
  const failures = counter(
    'outbox_send_failures',
    'Sends that a platform refused or did not answer, by its word for why.',
    ['channel', 'code'],
  );
  const latency = seconds('delivery_latency', 'From accepted to delivered.', ['channel'], deliveryBuckets);
  const deadLetters = counter('dead_letters', 'Outbound messages given up.', ['channel']);
  const escalations = counter('escalations', 'Escalations by what happened.', ['event', 'reason']);
  const feedback = counter('feedback', 'Votes on answers.', ['channel', 'score']);
  const alarms = counter(
    'visibility_alarms',
    'Finds of restricted knowledge by somebody who must not. Always look.',
    [],
  );
  // There from the start, so that an alert can watch it.
  alarms.inc(0);
  const sessions = counter('session_lookups', 'Lookups of hot context.', ['result']);
  const breakers = gauge('breaker_state', 'Circuit breakers: 0 closed, 0.5 half open, 1 open.', ['name']);
  const readErrors = counter('scrape_errors', 'Gauges that could not be read for a scrape.', ['gauge']);

  /** Reads run before every scrape, side by side. */
  const reads = new Map<string, () => Promise<void>>();
  const watch = (name: string, gauges: readonly Gauge[], read: () => Promise<readonly number[]>) =>
    reads.set(name, async () => {
      try {
        const values = await within(read(), readTimeoutMs);
        for (const [index, each] of gauges.entries()) each.set(values[index] ?? 0);
      } catch {
        // A number of long ago would be a lie: better none, and a count that says why.
        for (const each of gauges) each.remove();
        readErrors.inc({ gauge: name });
      }
    });

  return {
    inbound: ({ channel, kind, result }) => inbound.inc({ channel, kind, result }),
    turn: ({ outcome, ms }) => {
      turns.inc({ outcome });
      turnTimes.observe({ outcome }, ms / 1_000);
    },
    model: ({ result, ms }) => model.observe({ result }, ms / 1_000),
    retrieval: ({ leg, ms }) => retrieval.observe({ leg }, ms / 1_000),
    visibilityAlarm: () => alarms.inc(),
    send: ({ channel, result, code }) => {
      sends.inc({ channel, result });
      if (code !== undefined) failures.inc({ channel, code });
    },
    delivered: ({ channel, ms }) => latency.observe({ channel }, ms / 1_000),
    deadLetter: (channel) => deadLetters.inc({ channel }),
    escalation: ({ event, reason }) => escalations.inc({ event, reason }),
    feedback: ({ channel, score }) => feedback.inc({ channel, score }),
    session: (result) => sessions.inc({ result }),
    breaker: (name, state) => breakers.set({ name }, breakerValues[state]),
    watchQueue: (read) => {
      const due = gauge('queue_due_conversations', 'Conversations that are due to be read.');
      const delivering = gauge('queue_delivering_conversations', 'Conversations that have something due to be sent.');
      watch('queue', [due, delivering], async () => {
        const depth = await read();
        return [depth.reading, depth.delivering];
      });
    },
    watchRedis: (available) => {
      const up = gauge('redis_available', 'Whether Redis is in use: 1, or 0 while it is away.');
      watch('redis', [up], async () => [available() ? 1 : 0]);
    },
    watchKnowledge: (read) => {
      const documents = gauge('knowledge_documents', 'Documents of the knowledge base.');
      const chunks = gauge('knowledge_chunks', 'Passages of the knowledge base.');
      const unembedded = gauge('knowledge_unembedded_chunks', 'Passages that still lack a vector.');
      const bytes = gauge('knowledge_text_bytes', 'Documents and passages on disk.');
      const words = gauge('knowledge_words_bytes', 'The words of each passage on disk.');
      const vectors = gauge('knowledge_vectors_bytes', 'Vectors on disk.');
      const indexes = gauge('knowledge_indexes_bytes', 'Indexes of all of these on disk.');
      let known: Promise<KnowledgeSize> | undefined;
      let askedAt = 0;
      watch('knowledge', [documents, chunks, unembedded, bytes, words, vectors, indexes], async () => {
        if (known === undefined || performance.now() - askedAt > 60_000) {
          askedAt = performance.now();
          known = read();
          known.catch(() => {
            known = undefined;
          });
        }
        const size = await known;
        const { text, words, vectors, indexes } = size.bytes;
        return [size.documents, size.chunks, size.unembedded, text, words, vectors, indexes];
      });
    },
    scrape: async () => {
      await Promise.all([...reads.values()].map((read) => read()));
      return { contentType: registry.contentType, body: await registry.metrics() };
    },
  };
};

const within = <T>(promise: Promise<T>, ms: number): Promise<T> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
