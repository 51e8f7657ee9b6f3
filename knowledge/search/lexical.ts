import { SparseVector, toSql } from 'pgvector';

/** Dimensions of `chunk_terms.terms`: the highest id that a word may get. */
const dimensions = 1_000_000_000;

/** How many words of a chunk the index that narrows a large corpus knows. */
const keyCount = 32;

/** BM25's k1 and b, and the chunk length in words that counts as average: fixed, so that no chunk is ever re-weighted. */
const k1 = 1.2;
const b = 0.75;
const averageLength = 60;

/** A word of a chunk: its row in the lexicon and how often it occurs (a title's words count twice). */
export interface Term {
  readonly id: number;
  readonly df: number;
  readonly count: number;
}

/** A word of a question, as the corpus knows it. */
export interface AskedTerm {
  /** Of the known word that was most likely meant, else the word asked for. */
  readonly stem: string;
  /** How telling the word is; one that the corpus lacks most of all. */
  readonly idf: number;
  /** 1 for a known word, less for one that only resembles a known one, 0 for one that resembles none. */
  readonly trust: number;
  /** Other known words that count for it: its stem in other languages, synonyms. */
  readonly also: readonly string[];
}

/** What `impact` approaches for a word that occurs again and again. */
export const maxImpact = k1 + 1;

/** The document side of BM25: the saturated frequency of a word that occurs `count` times in a chunk of `length` words. */
export const impact = (count: number, length: number): number =>
  (count * (k1 + 1)) / (count + k1 * (1 - b + (b * length) / averageLength));

/** The query side of BM25: how telling a word is that `df` of `corpus` chunks contain. `knowledge_idf` in SQL is the same. */
export const idf = (corpus: number, df: number): number => Math.log(1 + (corpus - df + 0.5) / (df + 0.5));

/** What is stored of a chunk's words: the sparse vector as a query parameter, and the ids of its most telling words. */
export const lexicalVector = (terms: readonly Term[], corpus: number): { terms: string; keys: readonly number[] } => {
  const length = terms.reduce((sum, term) => sum + term.count, 0);
  const weighted = terms.map((term) => ({ ...term, weight: impact(term.count, length) }));
  const values = new Map(weighted.map(({ id, weight }) => [id - 1, Math.round(weight * 10_000) / 10_000]));
  const keys = weighted
    .map(({ id, df, weight }) => ({ id, strength: weight * idf(corpus, df) }))
    .sort((one, other) => other.strength - one.strength || one.id - other.id)
    .slice(0, keyCount)
    .map(({ id }) => id);
  return { terms: toSql(new SparseVector(values, dimensions)) ?? '', keys };
};
