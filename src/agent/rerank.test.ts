import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { JsonEndpoint } from '#test/fakes/json-endpoint.ts';
import { startRerankServer } from '#test/fakes/rerank.ts';
import { createReranker } from './rerank.ts';
import { retryAfterMs } from './retry-after.ts';

const texts = ['Opening hours of the museum', 'How to return a lamp', 'A lamp that does not return'];
let server: JsonEndpoint;
beforeAll(async () => {
  server = await startRerankServer();
});
afterAll(() => server[Symbol.asyncDispose]());
beforeEach(() => server.reset());

const reranker = (parts: { timeoutMs?: number; url?: string } = {}) =>
  createReranker({ url: `${server.url}/v2/rerank`, apiKey: 'key-1', model: 'rank-1', timeoutMs: 5_000, ...parts });
const rerank = (parts = {}) => reranker(parts).rerank('return lamp', texts);

describe('the reranker', () => {
  it('sends one request in the common form and puts the scores in the order of the texts', async () => {
    expect(await rerank()).toEqual([0, 1, 1]);
    expect(server.requests).toEqual([
      {
        path: '/v2/rerank',
        authorization: 'Bearer key-1',
        body: { model: 'rank-1', query: 'return lamp', documents: texts, top_n: 3, return_documents: false },
      },
    ]);
  });

  it.each(['data', 'inference'] as const)('understands the form "%s", and remembers which one', async (form) => {
    await using other = await startRerankServer(form);
    const one = reranker({ url: other.url });
    expect(await one.rerank('return lamp', texts)).toEqual([0, 1, 1]);
    expect(await one.rerank('museum', texts)).toEqual([1, 0, 0]);
    expect(other.requests).toHaveLength(form === 'inference' ? 3 : 2);
  });

  it('asks nothing when there is nothing to rank', async () => {
    expect(await reranker().rerank('x', [])).toEqual([]);
    expect(server.requests).toEqual([]);
  });

  it('cuts what is longer than any reranker reads, and sends only whole characters', async () => {
    await reranker().rerank('q'.repeat(50_000), ['x'.repeat(50_000), '\ud800']);
    expect(server.requests[0]?.body).toMatchObject({
      query: 'q'.repeat(2_000),
      documents: ['x'.repeat(8_000), '\ufffd'],
    });
  });

  it.each([
    [{ results: [{ index: 0, relevance_score: 1 }] }, /1 scores for 3 texts/],
    [{ results: [0, 1, 1].map((index) => ({ index, relevance_score: 1 })) }, /twice/],
    [{ results: [0, 1, 7].map((index) => ({ index, relevance_score: 1 })) }, /no score for text 3 of 3/],
    [{ results: [0, 1, 2].map((index) => ({ index, relevance_score: null })) }, /no list of index and score/],
    [{ results: 'none' }, /no list/],
    [{ scores: [1, 2, 3] }, /no list/],
    [null, /no list/],
  ])('refuses the answer %j', async (body, message) => {
    server.fail({ kind: 'answer', body });
    await expect(rerank()).rejects.toMatchObject({ code: 'unavailable', message: expect.stringMatching(message) });
  });

  it.each([
    ['a page', { kind: 'text', text: '<html>' }, /no JSON/],
    ['far too much', { kind: 'text', text: `[${'1,'.repeat(600_000)}1]` }, /larger than/],
    ['500', { kind: 'status', status: 500 }, /500/],
    ['401', { kind: 'status', status: 401 }, /RERANK_API_KEY/],
    ['413', { kind: 'status', status: 413 }, /too large/],
    ['half an answer', { kind: 'cut' }, /no connection/],
    ['a redirect', { kind: 'redirect', to: 'http://127.0.0.1:1/' }, /no connection/],
  ] as const)('says what failed: %s', async (_name, fault, message) => {
    server.fail(fault);
    const failure = await rerank().catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'unavailable', message: expect.stringMatching(message) });
    expect(String(failure)).not.toMatch(/lamp|museum|key-1/);
    expect(server.requests).toHaveLength(1);
  });

  it('tells how long the endpoint wants to be left alone', async () => {
    server.fail({ kind: 'status', status: 429, retryAfter: '7' });
    await expect(rerank()).rejects.toMatchObject({ retryAfterMs: 7_000, message: expect.stringContaining('429') });
  });

  it('does not wait longer than it may', async () => {
    server.fail({ kind: 'hang' });
    await expect(rerank({ timeoutMs: 30 })).rejects.toThrow('no answer within 30 ms');
    await expect(rerank({ url: 'http://127.0.0.1:1/rerank' })).rejects.toThrow(/no connection/);
  });

  it('stops when it is told to', async () => {
    const reason = new Error('too late');
    await expect(reranker().rerank('x', texts, AbortSignal.abort(reason))).rejects.toBe(reason);
    server.fail({ kind: 'hang' });
    const controller = new AbortController();
    const waiting = reranker().rerank('x', texts, controller.signal);
    controller.abort(reason);
    await expect(waiting).rejects.toBe(reason);
  });
});

describe('retryAfterMs', () => {
  it('reads seconds and dates', () => {
    const now = () => Date.UTC(2026, 0, 1);
    expect(retryAfterMs('2', now)).toBe(2_000);
    expect(retryAfterMs('Thu, 01 Jan 2026 00:00:30 GMT', now)).toBe(30_000);
    expect(retryAfterMs('Wed, 31 Dec 2025 00:00:30 GMT', now)).toBe(0);
    for (const nothing of [null, undefined, '', 'soon', '-1']) expect(retryAfterMs(nothing, now)).toBeUndefined();
  });
});
