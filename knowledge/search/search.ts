import { type Kysely, sql } from 'kysely';
import { toSql } from 'pgvector';
import type { Log } from '#core/channel.ts';
import { errorMessage } from '#core/errors.ts';
import type { Embedder, Knowledge, Passage, QueryTerm } from '#core/knowledge.ts';
import { findSpace, type Space, unitVector } from '../dense/embedding-space.ts';
import { type DocumentVisibility, visibleTo } from '../visibility.ts';
import { questionStems } from '../words/analyze.ts';
import { confidence } from './confidence.ts';
import { fuse } from './fuse.ts';
import type { AskedTerm } from './lexical.ts';
import { rank } from './rank.ts';

/** Hits that each leg contributes to the fusion. */
const pool = 40;

/** A question waits no longer than this for its vector, in milliseconds; then words alone decide. */
const embeddingTimeoutMs = 3_000;

export interface SearchDeps<T> {
  readonly db: Kysely<T>;
  readonly embedder?: Embedder;
  /** How long an embedder that failed is left alone, in milliseconds. */
  readonly embedderRestMs: number;
  readonly log?: Log;
}

/** A chunk as a leg of the search found it. */
interface Hit {
  readonly chunk_id: string;
  readonly document_id: string;
  readonly title: string;
  readonly url: string | null;
  readonly headings: readonly string[];
  readonly body: string;
  readonly score: number;
}

/** What the corpus knows of a word that was asked for. */
interface KnownTerm {
  readonly word: string;
  readonly meant: string | null;
  readonly idf: number;
  readonly trust: number | null;
}

interface LexicalHit extends Hit {
  readonly corpus: number;
  /** On the first row. */
  readonly terms: readonly KnownTerm[] | null;
}

interface ByWords {
  readonly hits: readonly Hit[];
  readonly terms: readonly QueryTerm[];
  readonly confidence: number;
}

/**
 * The search of the core's `Knowledge` port. Words alone take one statement; what it finds is put in order here. With an embedder, vectors are
 * asked at the same time and both rankings fused; when it fails, words go on alone and the log is told once until it works
 * again. Confidence always comes from the words: how near vectors are means something else with every model.
 */
export const createSearch = <T>({ db, embedder, embedderRestMs, log }: SearchDeps<T>): Knowledge['search'] => {
  const dense = embedder && createDenseLeg(db, embedder, embedderRestMs, log);
  return async (query, { audience, limit }) => {
    const visible = visibleTo(audience);
    const wanted = Math.max(0, Math.floor(limit));
    const [byWords, byMeaning] = await Promise.all([
      searchLexical(db, query, visible, wanted === 0 ? 0 : Math.max(pool, wanted)),
      dense?.(query, visible, Math.max(pool, wanted)),
    ]);
    const hits: readonly Hit[] =
      byMeaning && byMeaning.length > 0 ? fuse<Hit>([byWords.hits, byMeaning], (hit) => hit.chunk_id) : byWords.hits;
    return {
      passages: hits.slice(0, wanted).map(passage),
      terms: byWords.terms,
      confidence: byWords.confidence,
    };
  };
};

const passage = (hit: Hit): Passage => ({
  documentId: hit.document_id,
  title: hit.title,
  ...(hit.url === null ? {} : { url: hit.url }),
  text: hit.body,
  headings: hit.headings,
  score: hit.score,
});

const nothing: ByWords = { hits: [], terms: [], confidence: 0 };

const searchLexical = async <T>(
  db: Kysely<T>,
  query: string,
  visible: readonly DocumentVisibility[],
  limit: number,
): Promise<ByWords> => {
  const words = questionStems(query);
  if (words.length === 0 || limit === 0) return nothing;
  const { rows } =
    await sql<LexicalHit>`select * from knowledge_search_lexical(${words}, ${visible}, ${limit})`.execute(db);
  const [first] = rows;
  if (!first?.terms) return nothing;
  const terms = first.terms.map(
    ({ word, meant, idf, trust }): AskedTerm => ({ stem: meant ?? word, idf, trust: trust ?? 0 }),
  );
  const ranked = rank(rows, terms);
  return {
    hits: ranked.map(({ hit, score }) => ({ ...hit, score })),
    terms: terms.map(({ stem, idf }) => ({ stem, weight: idf })),
    confidence: confidence({ score: ranked[0]?.hit.score ?? 0, terms, corpus: first.corpus }),
  };
};

type DenseLeg = (query: string, visible: readonly DocumentVisibility[], limit: number) => Promise<readonly Hit[]>;

const createDenseLeg = <T>(db: Kysely<T>, embedder: Embedder, restMs: number, log: Log | undefined): DenseLeg => {
  // A space's number and dimension never change, so they are asked for once; whether it is ready is in each search.
  let space: Space | undefined;
  let isWarned = false;
  /** After a failure words decide alone for a while: no question waits for an endpoint that is away. */
  let restUntil = 0;
  return async (query, visible, limit) => {
    if (performance.now() < restUntil) return [];
    try {
      space ??= await findSpace(db, embedder.space);
      if (!space || query.trim() === '' || limit === 0) return [];
      const [vector] = await embedder.embed([query], AbortSignal.timeout(embeddingTimeoutMs));
      const question = toSql([...unitVector(vector, space.dimensions)]);
      const { rows } =
        await sql<Hit>`select * from knowledge_search_dense(${space.id}, ${question}, ${visible}, ${limit})`.execute(
          db,
        );
      isWarned = false;
      return rows;
    } catch (error) {
      if (!isWarned)
        log?.warn(
          { space: embedder.space, error: errorMessage(error) },
          'no vector for a question; searching by words alone',
        );
      isWarned = true;
      restUntil = performance.now() + restMs;
      return [];
    }
  };
};
