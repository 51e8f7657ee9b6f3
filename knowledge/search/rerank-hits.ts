import type { Log } from '#core/channel.ts';
import type { Reranker } from '#core/knowledge.ts';
import { createResting } from '../dense/resting.ts';

export interface RerankDeps {
  readonly reranker: Reranker;
  /** How long a reranker that failed is left alone, in milliseconds. */
  readonly restMs: number;
  /** Hits that are read again, from the best; the others keep their order behind them. */
  readonly depth?: number;
  readonly log?: Log | undefined;
}

/** The same hits, best first for the reranker, with its score; `undefined` where there was none: the order stays. */
export type RerankHits = <Hit>(
  query: string,
  hits: readonly Hit[],
  textOf: (hit: Hit) => string,
) => Promise<readonly { readonly hit: Hit; readonly score: number | undefined }[] | undefined>;

/** Puts the best hits in the order that a reranker gives them. Equal scores keep their order. */
export const createRerankHits = ({ reranker, restMs, depth = 30, log }: RerankDeps): RerankHits => {
  const resting = createResting({ restMs, log, warning: 'no reranker for a question; its passages keep their order' });
  return async (query, hits, textOf) => {
    const read = hits.slice(0, depth);
    if (read.length < 2 || query.trim() === '') return undefined;
    return resting.ask(async () => {
      const scores = await reranker.rerank(query, read.map(textOf));
      if (scores.length !== read.length || !scores.every(Number.isFinite))
        throw new Error(`the reranker gave ${scores.length} scores for ${read.length} texts, or one that is no number`);
      const ranked = read.map((hit, i) => ({ hit, score: scores[i] }));
      ranked.sort((one, other) => (other.score ?? 0) - (one.score ?? 0));
      return [...ranked, ...hits.slice(depth).map((hit) => ({ hit, score: undefined }))];
    });
  };
};
