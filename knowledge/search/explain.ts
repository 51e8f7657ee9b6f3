import type { Explanation, Leg } from '#core/knowledge.ts';
import { normalise, stemsOf } from '#core/terms.ts';
import { analysisLanguage } from '#core/words/analysis-language.ts';
import { markdownStems } from '../words/analyze.ts';
import type { Hit } from './hit.ts';
import { type AskedTerm, impact } from './lexical.ts';

/** What each leg found, in its order. */
export type Rankings = Readonly<Partial<Record<Leg, readonly Pick<Hit, 'chunkId' | 'score'>[]>>>;

/** Why a hit was found: its place in each leg, and the words it has, counted as they are indexed. */
export const explain = (
  hit: Hit & { readonly alsoIn?: readonly string[] },
  rankings: Rankings,
  terms: readonly AskedTerm[],
): Explanation => {
  const legs: Partial<Record<Leg, { readonly rank: number; readonly score: number }>> = {};
  for (const [leg, ranking] of Object.entries(rankings) as [Leg, Rankings[Leg]][]) {
    const at = ranking?.findIndex(({ chunkId }) => chunkId === hit.chunkId) ?? -1;
    const place = ranking?.[at];
    if (place !== undefined) legs[leg] = { rank: at + 1, score: place.score };
  }
  const language = analysisLanguage(hit.language ?? undefined);
  const above = stemsOf(normalise([hit.title, ...hit.headings].join(' ')), language);
  const indexed = [...above, ...above, ...markdownStems(hit.body, language)];
  const words = terms
    .map(({ stem, also, idf, trust }) => {
      const count = indexed.filter((word) => word === stem || also.includes(word)).length;
      return { stem, count, score: idf * trust * impact(count, indexed.length) };
    })
    .filter(({ count }) => count > 0)
    .sort((one, other) => other.score - one.score);
  return { legs, words, ...(hit.alsoIn === undefined || hit.alsoIn.length === 0 ? {} : { alsoIn: hit.alsoIn }) };
};
