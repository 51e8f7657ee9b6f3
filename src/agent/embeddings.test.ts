import { LLMock } from '@copilotkit/aimock';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startEmbeddingServer } from '#test/fakes/embeddings.ts';
import { createOpenAiEmbedder, embedderForSpace } from './embeddings.ts';
import { createEmbedder } from './index.ts';

const mock = new LLMock({ port: 0 });
beforeAll(() => mock.start());
afterAll(() => mock.stop());
beforeEach(() => void mock.reset());

const embedder = (parts: { dimension?: number; retries?: number; timeoutMs?: number } = {}) =>
  createOpenAiEmbedder({ baseUrl: `${mock.url}/v1`, model: 'embed-1', timeoutMs: 5_000, retries: 0, ...parts });

describe('the embedder', () => {
  it('is there only when a model is set', async () => {
    expect(await createEmbedder(undefined)).toBeUndefined();
  });

  it('names its space without a call', () => {
    expect(embedder().space).toBe('embed-1');
    expect(embedder({ dimension: 256 }).space).toBe('embed-1:256');
  });

  it('turns texts into vectors, in order, in as few requests as it can', async () => {
    mock.onEmbedding('one', { embedding: [1, 0, 0.5] });
    expect(await embedder().embed(['one', 'one'])).toEqual([
      [1, 0, 0.5],
      [1, 0, 0.5],
    ]);
    expect(mock.getRequests()).toHaveLength(1);
    expect(mock.getRequests()[0]?.body).toMatchObject({ model: 'embed-1' });
    expect(await embedder().embed([])).toEqual([]);
    expect(mock.getRequests()).toHaveLength(1);
  });

  it('refuses vectors of another length than before, and says what to do', async () => {
    mock.onEmbedding('short', { embedding: [1, 0] });
    mock.onEmbedding('long', { embedding: [1, 0, 0] });
    const one = embedder();
    await one.embed(['short']);
    await expect(one.embed(['long'])).rejects.toMatchObject({
      code: 'misconfigured',
      message: expect.stringContaining('returned 3 numbers instead of 2'),
    });
    await expect(one.embed(['short'])).resolves.toEqual([[1, 0]]);
  });

  it('holds the endpoint to the length that is set', async () => {
    mock.onEmbedding('x', { embedding: [1, 0] });
    await expect(embedder({ dimension: 4 }).embed(['x'])).rejects.toMatchObject({ code: 'misconfigured' });
  });

  it.each([500, 429, 401])('says that the endpoint failed: %i', async (status) => {
    mock.onEmbedding(/.*/, { error: { message: 'no' }, status });
    await expect(embedder().embed(['x'])).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining(String(status)),
    });
  });

  it('tells what it refuses from what it cannot do, and how long it wants to be left alone', async () => {
    await using server = await startEmbeddingServer({ 'embed-1': 8 });
    const one = createOpenAiEmbedder({ baseUrl: server.baseUrl, model: 'embed-1', timeoutMs: 5_000, retries: 0 });
    server.fail({ kind: 'status', status: 400 }, { kind: 'status', status: 429, retryAfter: '3' });
    await expect(one.embed(['x'])).rejects.toMatchObject({ code: 'bad-request' });
    await expect(one.embed(['x'])).rejects.toMatchObject({ code: 'unavailable', retryAfterMs: 3_000 });
    expect((await one.embed(['x', 'y'])).map((vector) => vector.length)).toEqual([8, 8]);
  });

  it('knows from the name of a space which model filled it', () => {
    const endpoint = { timeoutMs: 1 };
    for (const space of ['embed-1', 'embed-1:256', 'local/embed:latest']) {
      expect(embedderForSpace(endpoint, space).space).toBe(space);
    }
  });

  it('stops waiting when it is told to', async () => {
    mock.onEmbedding(/.*/, { embedding: [1] }, { chaos: { latencyMs: 10_000 } });
    const reason = new Error('too late');
    const controller = new AbortController();
    const waiting = embedder().embed(['x'], controller.signal);
    controller.abort(reason);
    await expect(waiting).rejects.toBe(reason);
    await expect(embedder().embed(['x'], AbortSignal.abort(reason))).rejects.toBe(reason);
  });
});
