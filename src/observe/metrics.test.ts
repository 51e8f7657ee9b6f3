import { describe, expect, it } from 'vitest';
import { createMetrics } from './metrics.ts';

/** The samples of one metric: `labels → value`. */
const samples = async (metrics: ReturnType<typeof createMetrics>, name: string): Promise<Record<string, number>> => {
  const { body } = await metrics.scrape();
  const lines = body
    .split('\n')
    .filter((line) => line === name || line.startsWith(`${name}{`) || line.startsWith(`${name} `));
  return Object.fromEntries(
    lines.map((line) => {
      const cut = line.lastIndexOf(' ');
      return [line.slice(name.length, cut), Number(line.slice(cut + 1))];
    }),
  );
};

describe('metrics', () => {
  it('count what happens, by label', async () => {
    const metrics = createMetrics({ processMetrics: false });
    metrics.inbound({ channel: 'email', kind: 'message', result: 'accepted' });
    metrics.inbound({ channel: 'email', kind: 'message', result: 'accepted' });
    metrics.inbound({ channel: 'web', kind: 'unknown', result: 'quarantined' });
    metrics.send({ channel: 'web', result: 'sent' });
    metrics.deadLetter('email');
    metrics.escalation({ event: 'opened', reason: 'asked-for-human' });
    metrics.feedback({ channel: 'slack', score: 1 });
    metrics.feedback({ channel: 'slack', score: 1 });
    metrics.feedback({ channel: 'web', score: -1 });
    metrics.session('hit');
    metrics.session('miss');
    metrics.breaker('model', 'open');
    metrics.breaker('embeddings', 'half-open');
    expect(await samples(metrics, 'frontdesk_inbound_events_total')).toEqual({
      '{channel="email",kind="message",result="accepted"}': 2,
      '{channel="web",kind="unknown",result="quarantined"}': 1,
    });
    expect(await samples(metrics, 'frontdesk_outbox_sends_total')).toEqual({ '{channel="web",result="sent"}': 1 });
    expect(await samples(metrics, 'frontdesk_dead_letters_total')).toEqual({ '{channel="email"}': 1 });
    expect(await samples(metrics, 'frontdesk_escalations_total')).toEqual({
      '{event="opened",reason="asked-for-human"}': 1,
    });
    expect(await samples(metrics, 'frontdesk_feedback_total')).toEqual({
      '{channel="slack",score="1"}': 2,
      '{channel="web",score="-1"}': 1,
    });
    expect(await samples(metrics, 'frontdesk_session_lookups_total')).toEqual({
      '{result="hit"}': 1,
      '{result="miss"}': 1,
    });
    expect(await samples(metrics, 'frontdesk_breaker_state')).toEqual({
      '{name="model"}': 1,
      '{name="embeddings"}': 0.5,
    });
  });

  it('take milliseconds and export seconds', async () => {
    const metrics = createMetrics({ processMetrics: false });
    metrics.turn({ outcome: 'answer', ms: 1_500 });
    metrics.model({ result: 'ok', ms: 250 });
    metrics.retrieval({ leg: 'all', ms: 4 });
    metrics.delivered({ channel: 'web', ms: 12 });
    expect(await samples(metrics, 'frontdesk_turns_total')).toEqual({ '{outcome="answer"}': 1 });
    expect(await samples(metrics, 'frontdesk_turn_duration_seconds_sum')).toEqual({ '{outcome="answer"}': 1.5 });
    expect(await samples(metrics, 'frontdesk_model_duration_seconds_sum')).toEqual({ '{result="ok"}': 0.25 });
    expect(await samples(metrics, 'frontdesk_retrieval_duration_seconds_sum')).toEqual({ '{leg="all"}': 0.004 });
    expect(await samples(metrics, 'frontdesk_delivery_latency_seconds_count')).toEqual({ '{channel="web"}': 1 });
  });

  it('say what the knowledge base takes, and that nothing has leaked', async () => {
    const metrics = createMetrics({ processMetrics: false });
    const bytes = { text: 10, words: 20, vectors: 30, indexes: 40 };
    metrics.watchKnowledge(async () => ({ documents: 2, chunks: 5, unembedded: 1, bytes }));
    expect(await samples(metrics, 'frontdesk_knowledge_chunks')).toEqual({ '': 5 });
    expect(await samples(metrics, 'frontdesk_knowledge_indexes_bytes')).toEqual({ '': 40 });
    expect(await samples(metrics, 'frontdesk_visibility_alarms_total')).toEqual({ '': 0 });
    metrics.visibilityAlarm();
    expect(await samples(metrics, 'frontdesk_visibility_alarms_total')).toEqual({ '': 1 });
  });

  it('read the gauges at every scrape', async () => {
    const metrics = createMetrics({ processMetrics: false });
    let due = 3;
    let available = true;
    metrics.watchQueue(async () => ({ reading: due, delivering: 5 }));
    metrics.watchRedis(() => available);
    expect(await samples(metrics, 'frontdesk_queue_due_conversations')).toEqual({ '': 3 });
    expect(await samples(metrics, 'frontdesk_queue_delivering_conversations')).toEqual({ '': 5 });
    expect(await samples(metrics, 'frontdesk_redis_available')).toEqual({ '': 1 });
    due = 4;
    available = false;
    expect(await samples(metrics, 'frontdesk_queue_due_conversations')).toEqual({ '': 4 });
    expect(await samples(metrics, 'frontdesk_redis_available')).toEqual({ '': 0 });
  });

  it.each([
    ['fails', () => Promise.reject(new Error('no database'))],
    ['hangs', () => new Promise<never>(() => undefined)],
  ])('go without a gauge whose reading %s, and count it', async (_, broken) => {
    const metrics = createMetrics({ processMetrics: false, readTimeoutMs: 20 });
    let read: () => Promise<{ reading: number; delivering: number }> = async () => ({ reading: 1, delivering: 1 });
    metrics.watchQueue(() => read());
    expect(await samples(metrics, 'frontdesk_queue_delivering_conversations')).toEqual({ '': 1 });
    read = broken;
    expect(await samples(metrics, 'frontdesk_queue_delivering_conversations')).toEqual({});
    expect(await samples(metrics, 'frontdesk_scrape_errors_total')).toEqual({ '{gauge="queue"}': 2 });
  });

  it('include the process, in the format that Prometheus reads', async () => {
    const { contentType, body } = await createMetrics().scrape();
    expect(contentType).toMatch(/^text\/plain; version=0\.0\.4/);
    for (const name of ['process_resident_memory_bytes', 'nodejs_eventloop_lag_seconds', 'process_cpu_seconds_total']) {
      expect(body).toContain(`\n${name} `);
    }
    const odd = body.split('\n').filter((line) => !/^(#.*|[a-z_:][\w:]*(\{.*\})? \S+|)$/.test(line));
    expect(odd).toEqual([]);
  });

  it('are values: two do not share', async () => {
    const [one, two] = [createMetrics({ processMetrics: false }), createMetrics({ processMetrics: false })];
    one.session('hit');
    expect(await samples(two, 'frontdesk_session_lookups_total')).toEqual({});
  });
});
