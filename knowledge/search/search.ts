import { type Kysely, sql } from 'kysely';
import type { Knowledge, SearchOptions } from '#core/knowledge.ts';
import { questionTerms } from '#core/terms.ts';
import type { Audience } from '#core/turn.ts';
import type { Dense } from '../dense/dense.ts';
import { type DocumentVisibility, visibleTo } from '../visibility.ts';
import type { AskedQuestion, Expansion } from '../words/expand.ts';
import { assemble, type Piece, wantedNeighbours } from './assemble.ts';
import { confidence, type EvidenceWeights } from './confidence.ts';
import { createCorpusWords } from './corpus-words.ts';
import { foldDuplicates, spread } from './diversify.ts';
import { explain, type Rankings } from './explain.ts';
import { type ByWords, findByWords, nothingByWords } from './find-by-words.ts';
import { fuse } from './fuse.ts';
import { type Hit, hitColumns, toPassage } from './hit.ts';
import type { RerankHits } from './rerank-hits.ts';
import { understand } from './understand.ts';
import { createWall, type WallDeps } from './wall.ts';

/** Hits that each leg contributes to the fusion. */
const pool = 40;

/** What took how long, in milliseconds; `all` is the whole search. */
export type OnSearched = (timed: { readonly leg: 'lexical' | 'dense' | 'rerank' | 'all'; readonly ms: number }) => void;

export interface SearchDeps<T> extends WallDeps {
  readonly db: Kysely<T>;
  /** Adds the search by meaning. */
  readonly dense?: Dense | undefined;
  /** Reads the best hits again. */
  readonly rerankHits?: RerankHits | undefined;
  /** Synonyms. */
  readonly expand: (asked: AskedQuestion) => readonly Expansion[];
  /** How much each signal of the evidence counts. */
  readonly weights?: EvidenceWeights | undefined;
  readonly onSearched?: OnSearched | undefined;
}

export interface Search extends Pick<Knowledge, 'search'> {
  /**
   * Is the document planted for `word` found, before the wall? A proof must not pass because of that, nor because the row says that
   * everybody may see it.
   */
  readonly findsMarker: (word: string, audience: Audience) => Promise<boolean>;
  /** Documents have come or gone. */
  readonly forget: () => void;
}

/**
 * The search of the core's `Knowledge` port. Words take one statement; what it finds is put in order here. With an embedder, vectors are
 * asked at the same time and both rankings fused; what says the same is folded, no document crowds out the others, and a reranker has
 * the last word. Whoever is away is done without. Confidence always comes from the words: how near vectors are means something
 * else with every model.
 */
export const createSearch = <T>(deps: SearchDeps<T>): Search => {
  const { db, dense, rerankHits, expand, weights, onSearched } = deps;
  const corpus = createCorpusWords(db);
  const wall = createWall(deps);
  const timed = async <R>(leg: Parameters<OnSearched>[0]['leg'], work: () => Promise<R>): Promise<R> => {
    const started = performance.now();
    const result = await work();
    onSearched?.({ leg, ms: performance.now() - started });
    return result;
  };

  const byMeaning = (text: string, visible: readonly DocumentVisibility[], most: number): Promise<readonly Hit[]> =>
    timed(
      'dense',
      async () =>
        (await dense?.nearest(text, async ({ id }, vector) => {
          const { rows } =
            await sql<Hit>`select ${hitColumns} from knowledge_search_dense(${id}, ${vector}, ${visible}, ${most})`.execute(
              db,
            );
          return rows;
        })) ?? [],
    );

  const neighboursOf = async (
    hits: readonly Hit[],
    visible: readonly DocumentVisibility[],
  ): Promise<readonly Piece[]> => {
    const wanted = wantedNeighbours(hits);
    if (wanted.length === 0) return [];
    const { rows } = await sql<Piece>`
      select document_id as "documentId", ordinal, headings, body, tokens
      from knowledge_read_chunks(${JSON.stringify(wanted)}::jsonb, ${visible})`.execute(db);
    return rows;
  };

  const find = async (query: string, options: SearchOptions) => {
    const { audience, limit, thread = [], locale, tokens, leg = 'reranked' } = options;
    const visible = visibleTo(audience);
    const wanted = Math.max(0, Math.floor(limit));
    const most = wanted === 0 ? 0 : Math.max(pool, wanted);
    const asked = await understand({ expand, known: corpus.known }, query, {
      thread,
      locale,
      languages: await corpus.languages(),
    });
    const [words, near] = await Promise.all([
      leg === 'dense' ? nothingByWords : timed('lexical', () => findByWords(db, asked.words, visible, most)),
      dense && leg !== 'lexical' && most > 0 ? byMeaning(asked.text, visible, most) : [],
    ]);
    const lexical = wall(words.hits, visible);
    const meant = wall(near, visible);
    const fused = meant.length === 0 ? lexical : fuse<Hit>([lexical, meant], (hit) => hit.chunkId);
    const distinct = foldDuplicates(leg === 'dense' ? meant : fused);
    const read =
      rerankHits && leg === 'reranked' && distinct.length > 1
        ? await timed('rerank', () => rerankHits(asked.text, distinct, textOf))
        : undefined;
    const reranked = read?.map(({ hit, score }) => ({ ...hit, score: score ?? 0 }));
    const best = spread(reranked ?? distinct, wanted).slice(0, wanted);
    const whole = tokens === undefined ? best : assemble(best, await neighboursOf(best, visible), tokens);
    const rankings: Rankings = {
      lexical,
      ...(meant.length === 0 ? {} : { dense: meant, fused }),
      ...(reranked === undefined ? {} : { reranked }),
    };
    return { words, whole, rankings };
  };

  const search: Search['search'] = (query, options) =>
    timed('all', async () => {
      const { words, whole, rankings } = await find(query, options);
      return {
        passages: whole.map(toPassage),
        terms: queryTerms(words),
        confidence: confidence(words.signals, weights),
        signals: { ...words.signals },
        ...(options.explain === true ? { explanations: whole.map((hit) => explain(hit, rankings, words.terms)) } : {}),
      };
    });

  return {
    search,
    findsMarker: async (word, audience) => {
      const visible = visibleTo(audience);
      const words = await findByWords(db, markerWords(word), visible, pool);
      const near = dense === undefined ? [] : await byMeaning(word, visible, pool);
      return [...words.hits, ...near].some(({ title }) => title === word);
    },
    forget: corpus.forget,
  };
};

/** A planted document is analysed like any other whose language nobody knows. */
const markerWords = (word: string) =>
  questionTerms(word, ['en']).flatMap(({ stems }) => stems.map((w) => ({ p: 0, w })));

const queryTerms = ({ terms }: ByWords) =>
  terms.map(({ stem, idf, also }) => ({ stem, weight: idf, ...(also.length === 0 ? {} : { also }) }));

const textOf = ({ title, headings, body }: Hit): string => [[title, ...headings].join(' › '), body].join('\n');
