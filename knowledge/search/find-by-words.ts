import { type Kysely, sql } from 'kysely';
import type { DocumentVisibility } from '../visibility.ts';
import type { Signals } from './confidence.ts';
import { signalsOf } from './confidence.ts';
import { type Hit, hitColumns } from './hit.ts';
import type { AskedTerm } from './lexical.ts';
import { rank } from './rank.ts';

/** A word to look for, as the search function of migration 0007 takes it. */
export interface AskedWord {
  /** Its place in the question; words of one place are alternatives. */
  readonly p: number;
  /** A stem. */
  readonly w: string;
  /** What it counts, 0…1; 1 when left out. */
  readonly k?: number;
  /** It is a synonym of the word at its place. */
  readonly s?: boolean;
  /** It comes from what was said before, or tells of circumstances: helps to rank, and its absence says nothing about the corpus. */
  readonly c?: boolean;
}

/** What the corpus knows of a place of the question. */
interface KnownTerm {
  readonly word: string;
  readonly meant: string | null;
  readonly idf: number;
  readonly trust: number | null;
  readonly also: readonly string[] | null;
}

interface Row extends Hit {
  readonly corpus: number;
  /** On the first row. */
  readonly terms: readonly KnownTerm[] | null;
}

export interface ByWords {
  /** Best first; `score` is BM25 with what titles and neighbouring words add. */
  readonly hits: readonly Hit[];
  readonly terms: readonly AskedTerm[];
  readonly signals: Signals;
}

export const nothingByWords: ByWords = { hits: [], terms: [], signals: signalsOf({ score: 0, terms: [], corpus: 0 }) };

/** The chunks that the words find, in one statement, put in order here. */
export const findByWords = async <T>(
  db: Kysely<T>,
  asked: readonly AskedWord[],
  visible: readonly DocumentVisibility[],
  limit: number,
): Promise<ByWords> => {
  if (asked.length === 0 || limit === 0) return nothingByWords;
  const { rows } = await sql<Row>`
    select ${hitColumns}, corpus, terms from knowledge_search_lexical(${JSON.stringify(asked)}::jsonb, ${visible}, ${limit})`.execute(
    db,
  );
  const [first] = rows;
  if (!first?.terms) return nothingByWords;
  const terms = first.terms.map(
    ({ word, meant, idf, trust, also }): AskedTerm => ({
      stem: meant ?? word,
      idf,
      trust: trust ?? 0,
      also: also ?? [],
    }),
  );
  const ranked = rank(rows, terms);
  return {
    hits: ranked.map(({ hit: { corpus: _corpus, terms: _terms, ...hit }, score }) => ({ ...hit, score })),
    terms,
    signals: signalsOf({ score: ranked[0]?.hit.score ?? 0, terms, corpus: first.corpus }),
  };
};
