import { describe, expect, it } from 'vitest';
import type { Reranker } from '#core/knowledge.ts';
import { recordingLog } from '#test/recording-log.ts';
import { createRerankHits } from './rerank-hits.ts';

const setup = (rerank: Reranker['rerank']) => {
  const log = recordingLog();
  return { log, rerank: createRerankHits({ reranker: { rerank }, restMs: 60_000, depth: 3, log }) };
};
const same = (text: string) => text;

describe('rerankHits', () => {
  it('orders the best hits by their scores and leaves the others behind them', async () => {
    const { rerank } = setup(async (_query, texts) => texts.map((text) => (text === 'c' ? 1 : 0)));
    expect(await rerank('x', ['a', 'b', 'c', 'd'], same)).toEqual([
      { hit: 'c', score: 1 },
      { hit: 'a', score: 0 },
      { hit: 'b', score: 0 },
      { hit: 'd', score: undefined },
    ]);
  });

  it('says nothing about what needs no order', async () => {
    const { rerank } = setup(() => Promise.reject(new Error('not asked')));
    expect(await rerank('x', ['a'], same)).toBeUndefined();
    expect(await rerank(' ', ['a', 'b'], same)).toBeUndefined();
  });

  it.each([[() => Promise.reject(new Error('down'))], [async () => [1]], [async () => [1, Number.NaN]]])(
    'leaves the order alone when the reranker fails, and asks it no more for a while',
    async (answer) => {
      let calls = 0;
      const { rerank, log } = setup(() => {
        calls += 1;
        return answer();
      });
      expect(await rerank('x', ['a', 'b'], same)).toBeUndefined();
      expect(await rerank('x', ['a', 'b'], same)).toBeUndefined();
      expect(calls).toBe(1);
      expect(log.lines).toHaveLength(1);
    },
  );
});
