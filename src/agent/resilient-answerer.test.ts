import { LLMock } from '@copilotkit/aimock';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Answerer, Turn, TurnOutcome } from '#core/turn.ts';
import { aPassage, aTurn } from '#test/fakes/turn.ts';
import { recordingLog } from '#test/recording-log.ts';
import { createAnswerer } from './index.ts';
import { ModelFailure } from './model-failure.ts';
import { type BreakerState, createResilientAnswerer, type ResilienceSettings } from './resilient-answerer.ts';

const said = (markdown: string): TurnOutcome => ({
  kind: 'answer',
  content: { markdown, attachments: [] },
  citations: [],
  confidence: 1,
});
const textOf = (outcome: TurnOutcome): string => ('content' in outcome ? outcome.content.markdown : outcome.kind);
const fallback: Answerer = { name: 'fallback', answer: async () => said('quoted') };

/** A primary that does one thing after the other; the last one again and again. */
const scripted = (...script: ((turn: Turn) => Promise<TurnOutcome> | TurnOutcome)[]) => {
  let calls = 0;
  const answerer: Answerer = {
    name: 'model',
    answer: async (turn) => {
      const act = script[Math.min(calls, script.length - 1)];
      calls += 1;
      return act === undefined ? said('') : act(turn);
    },
  };
  return { answerer, calls: () => calls };
};
const fail =
  (...parts: ConstructorParameters<typeof ModelFailure>) =>
  () => {
    throw new ModelFailure(...parts);
  };

const setUp = (primary: Answerer, settings: Partial<ResilienceSettings> = {}, breaker?: BreakerState) => {
  const log = recordingLog();
  const answerer = createResilientAnswerer({
    primary,
    fallback,
    log,
    settings: { backoffMs: 1, ...settings },
    ...(breaker === undefined ? {} : { breaker }),
  });
  const ask = async (parts: Parameters<typeof aTurn>[0] = {}) => textOf(await answerer.answer(aTurn(parts)));
  const said = () =>
    log.lines.filter(({ level }) => level !== 'debug').map(({ level, message }) => `${level}: ${message}`);
  return { answerer, ask, log, said };
};

describe('the resilient answerer', () => {
  it('tries again while nothing was shown', async () => {
    const { answerer, calls } = scripted(fail('server-error'), () => said('from the model'));
    const { ask, said: lines } = setUp(answerer);
    expect(await ask()).toBe('from the model');
    expect(calls()).toBe(2);
    expect(lines()).toEqual([]);
  });

  it('never tries again after text was shown; the fallback replaces it', async () => {
    const { answerer, calls } = scripted((turn) => {
      turn.progress({ text: 'half an ans' });
      throw new ModelFailure('cut-stream');
    });
    const texts: (string | undefined)[] = [];
    expect(await setUp(answerer).ask({ progress: ({ text }) => texts.push(text) })).toBe('quoted');
    expect(calls()).toBe(1);
    expect(texts).toEqual(['half an ans', 'quoted']);
  });

  it.each([
    ['refused', {}],
    ['bad-request', {}],
    ['rate-limited', { retryAfterMs: 60_000 }],
  ] as const)('does not try again what cannot help: %s', async (code, details) => {
    const { answerer, calls } = scripted(fail(code, details));
    expect(await setUp(answerer).ask()).toBe('quoted');
    expect(calls()).toBe(1);
  });

  it('hands over instead of answering when a tool had acted', async () => {
    const { answerer, calls } = scripted(fail('cut-stream', { acted: true }));
    const outcome = await setUp(answerer).answerer.answer(aTurn());
    expect(outcome).toMatchObject({ kind: 'escalate', reason: 'tool-failure' });
    expect(calls()).toBe(1);
  });

  it('hands over when even the fallback fails', async () => {
    const log = recordingLog();
    const broken: Answerer = { name: 'broken', answer: () => Promise.reject(new Error('no')) };
    const { answerer } = scripted(fail('refused'));
    const outcome = await createResilientAnswerer({ primary: answerer, fallback: broken, log }).answer(aTurn());
    expect(outcome).toMatchObject({ kind: 'escalate', reason: 'tool-failure' });
  });

  it('falls back on errors that nobody expected, and logs them', async () => {
    const { answerer } = scripted(() => Promise.reject(new TypeError('a bug')));
    const { ask, said: lines } = setUp(answerer);
    expect(await ask()).toBe('quoted');
    expect(lines()).toEqual(['error: the model answerer failed unexpectedly']);
  });

  it('stops waiting at its deadline', async () => {
    const { answerer, calls } = scripted(
      (turn) =>
        new Promise<never>((_resolve, reject) => {
          turn.signal.addEventListener('abort', () => reject(turn.signal.reason));
        }),
    );
    expect(await setUp(answerer, { deadlineMs: 50 }).ask()).toBe('quoted');
    expect(calls()).toBe(1);
  });

  it('throws the reason of an aborted turn, and does not hold it against the endpoint', async () => {
    const { answerer } = scripted((turn) => Promise.reject(turn.signal.reason ?? new Error('not aborted')));
    const { answerer: resilient, said: lines } = setUp(answerer, { failuresToOpen: 1 });
    const reason = new Error('claimed by a person');
    await expect(resilient.answer(aTurn({ signal: AbortSignal.abort(reason) }))).rejects.toBe(reason);
    expect(lines()).toEqual([]);
  });

  it('leaves a failing endpoint alone, tries it again later, and says each change once', async () => {
    let healthy = false;
    const { answerer, calls } = scripted(() => {
      if (!healthy) throw new ModelFailure('server-error', { status: 500 });
      return said('from the model');
    });
    const shared: string[] = [];
    const breaker: BreakerState = {
      isOpen: () => false,
      opened: (forMs) => void shared.push(`opened ${forMs}`),
      closed: () => void shared.push('closed'),
    };
    const { ask, said: lines } = setUp(answerer, { retries: 0, failuresToOpen: 2, openForMs: 60 }, breaker);
    for (let turn = 0; turn < 5; turn += 1) expect(await ask()).toBe('quoted');
    expect(calls()).toBe(2);
    healthy = true;
    await vi.waitFor(async () => expect(await ask()).toBe('from the model'), { timeout: 5_000, interval: 20 });
    expect(shared).toEqual(['opened 60', 'closed']);
    expect(lines()).toEqual([
      'warn: the model does not answer; quoting the knowledge base instead',
      'warn: the model endpoint keeps failing and is left alone for a while',
      'info: the model answers again',
    ]);
  });

  it('lets nobody wait for the turn that tries the endpoint again', async () => {
    let answerProbe: (outcome: TurnOutcome) => void = () => {};
    const { answerer, calls } = scripted(
      fail('server-error'),
      () =>
        new Promise((resolve) => {
          answerProbe = resolve;
        }),
    );
    const { ask } = setUp(answerer, { retries: 0, failuresToOpen: 1, openForMs: 1 });
    await ask();
    const asked: Promise<string>[] = [];
    await vi.waitFor(() => {
      asked.push(ask());
      expect(calls()).toBe(2);
    });
    expect(await ask()).toBe('quoted');
    answerProbe(said('back'));
    const replies = await Promise.all(asked);
    expect(replies.filter((reply) => reply === 'back')).toHaveLength(1);
  });

  it('heeds the shared breaker, and goes on without it when it cannot be asked', async () => {
    const { answerer, calls } = scripted(() => said('from the model'));
    const nothing = () => {};
    expect(await setUp(answerer, {}, { isOpen: () => true, opened: nothing, closed: nothing }).ask()).toBe('quoted');
    expect(calls()).toBe(0);
    const gone = () => Promise.reject(new Error('redis is gone'));
    expect(await setUp(answerer, {}, { isOpen: gone, opened: gone, closed: gone }).ask()).toBe('from the model');
  });
});

describe('with a real endpoint that fails', () => {
  const mock = new LLMock({ port: 0 });
  beforeAll(() => mock.start());
  afterAll(() => mock.stop());
  beforeEach(() => void mock.reset());

  const refunds = aPassage('Refunds', 'Refunds take 5 to 7 working days after the item has reached our warehouse.');
  const ask = async (timeoutMs = 5_000) => {
    const log = recordingLog();
    const answerer = await createAnswerer(
      {
        chat: { baseUrl: `${mock.url}/v1`, apiKey: 'sk-very-secret', model: 'm', timeoutMs },
        resilience: { backoffMs: 1 },
        limits: { textEveryMs: 0 },
      },
      { knowledge: { search: async () => ({ passages: [], confidence: 0 }) }, log },
    );
    const texts: string[] = [];
    const outcome = await answerer.answer(
      aTurn({ passages: [refunds], progress: ({ text }) => text !== undefined && texts.push(text) }),
    );
    expect(JSON.stringify(log.lines)).not.toContain('sk-very-secret');
    return { outcome, texts, requests: mock.getRequests().length };
  };
  const quoted = {
    kind: 'answer',
    content: { markdown: `${refunds.text} [1]` },
    citations: [{ documentId: 'Refunds' }],
  };

  it.each([429, 500])('answers %i from the passages after a second try', async (status) => {
    mock.onMessage(/.*/, { error: { message: 'no' }, status });
    const { outcome, requests } = await ask();
    expect(outcome).toMatchObject(quoted);
    expect(requests).toBe(2);
  });

  it('recovers within the turn', async () => {
    mock.nextRequestError(500).onMessage(/.*/, { content: 'Five to seven days [1].' });
    expect((await ask()).outcome).toMatchObject({ kind: 'answer', content: { markdown: 'Five to seven days [1].' } });
  });

  it('replaces a stream that was cut', async () => {
    mock.onMessage(
      /.*/,
      { content: 'Refunds take 99 days [1], that is for sure' },
      { truncateAfterChunks: 3, chunkSize: 8, latency: 40 },
    );
    const { outcome, texts, requests } = await ask();
    expect(outcome).toMatchObject(quoted);
    if (texts.length > 0) expect(texts.at(-1)).toBe(`${refunds.text} [1]`);
    expect(requests).toBe(texts.length > 0 ? 1 : 2);
  });

  it('does not wait for one that is too slow', async () => {
    mock.onMessage(/.*/, { content: 'Refunds take [1]' }, { latency: 120_000 });
    const started = performance.now();
    expect((await ask(200)).outcome).toMatchObject(quoted);
    expect(performance.now() - started).toBeLessThan(30_000);
  });
});
