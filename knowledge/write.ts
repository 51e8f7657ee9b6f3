import { createHash } from 'node:crypto';
import { type Kysely, sql, type Transaction } from 'kysely';
import { normalise, stemsOf } from '#core/terms.ts';
import type { Chunk } from './chunks/chunk.ts';
import type { SourceDocument } from './document.ts';
import { lexicalVector } from './search/lexical.ts';
import type { DocumentVisibility } from './visibility.ts';
import { markdownStems } from './words/analyze.ts';

/** Any fixed number: whoever changes knowledge does so one batch after the other, since all of them count words. */
const writeLock = 7_340_022;

/** A document with its chunks, as it is stored. */
export interface PreparedDocument extends SourceDocument {
  readonly id: string;
  readonly collection: string;
  readonly source: string;
  readonly visibility: DocumentVisibility;
  readonly contentHash: string;
  readonly chunks: readonly Chunk[];
}

/** The text that stands for a chunk in embedding space: what a reader would need to understand it. */
export const embeddedText = (title: string, headings: readonly string[], body: string): string =>
  [[title, ...headings].join(' › '), body].join('\n\n');

const displayTitle = (document: SourceDocument): string => {
  if (document.title) return document.title;
  const line = (document.text.split('\n', 1)[0] ?? '').replace(/^[#>\s*|-]+/, '').trim();
  return (
    (line.length > 80 ? `${line.slice(0, 79).toWellFormed()}…` : line) || document.text.slice(0, 80).toWellFormed()
  );
};

interface Row {
  readonly documentId: string;
  readonly ordinal: number;
  readonly headings: readonly string[];
  readonly body: string;
  readonly tokens: number;
  readonly textHash: string;
  readonly visibility: DocumentVisibility;
  /** Position in the batch, and the words with how often they occur. */
  readonly words: readonly string[];
  readonly counts: readonly number[];
}

/**
 * Stores documents in the place of their earlier versions: texts, word counts and sparse vectors in one transaction, so
 * that a search sees either version whole. Returns how many of them were there before.
 */
export const writeDocuments = async <T>(db: Kysely<T>, documents: readonly PreparedDocument[]): Promise<number> => {
  const rows = analyse(documents);
  return db.transaction().execute(async (trx) => {
    await lock(trx);
    await forgetChunks(
      trx,
      documents.map((document) => document.id),
    );
    const changed = await upsertDocuments(trx, documents);
    const lexicon = await learnWords(trx, rows);
    await insertChunks(trx, rows, lexicon);
    return changed;
  });
};

/** Deletes documents from every table that a search reads, in one transaction. */
export const deleteDocuments = async <T>(db: Kysely<T>, ids: readonly string[]): Promise<void> => {
  await db.transaction().execute(async (trx) => {
    await lock(trx);
    await forgetChunks(trx, ids);
    await sql`delete from documents where id = any (${ids}::text[])`.execute(trx);
  });
};

/** Drops what no chunk refers to any more: words that occur nowhere, vectors of texts that are gone. */
export const sweepKnowledge = async <T>(db: Kysely<T>): Promise<void> => {
  await db.transaction().execute(async (trx) => {
    await lock(trx);
    await sql`delete from lexicon where df <= 0 and word <> ''`.execute(trx);
    await sql`delete from embeddings e where not exists (select from chunks c where c.text_hash = e.text_hash)`.execute(
      trx,
    );
  });
};

/** Refreshes the planner's statistics: the embedded database never does so by itself, and a first ingestion changes everything. */
export const analyseTables = async <T>(db: Kysely<T>): Promise<void> => {
  await sql`analyze documents, chunks, chunk_terms, lexicon`.execute(db);
};

const lock = <T>(trx: Transaction<T>) => sql`select pg_advisory_xact_lock(${writeLock}::bigint)`.execute(trx);

/** Finds the words of every chunk; those of its title and headings count twice. */
const analyse = (documents: readonly PreparedDocument[]): Row[] =>
  documents.flatMap((document) =>
    document.chunks.map((chunk, ordinal) => {
      const above = stemsOf(normalise([document.title ?? '', ...chunk.headings].join(' ')));
      const counts = new Map<string, number>();
      for (const word of [...above, ...above, ...markdownStems(chunk.text)]) {
        counts.set(word, (counts.get(word) ?? 0) + 1);
      }
      return {
        documentId: document.id,
        ordinal,
        headings: chunk.headings,
        body: chunk.text,
        tokens: chunk.tokens,
        textHash: sha256(embeddedText(displayTitle(document), chunk.headings, chunk.text)),
        visibility: document.visibility,
        words: [...counts.keys()],
        counts: [...counts.values()],
      };
    }),
  );

/** Removes the chunks of documents and takes their words out of the counts. */
const forgetChunks = async <T>(trx: Transaction<T>, ids: readonly string[]): Promise<void> => {
  await sql`
    with gone as materialized (
      select t.terms from chunk_terms t join chunks c on c.id = t.chunk_id where c.document_id = any (${ids}::text[])
    ), counted as (
      select term as id, count(*)::int as n from gone, knowledge_term_ids(gone.terms) term group by term
    )
    update lexicon l set df = l.df - counted.n from counted where l.id = counted.id`.execute(trx);
  await sql`
    with gone as (delete from chunks where document_id = any (${ids}::text[]) returning 1)
    update lexicon set df = df - (select count(*)::int from gone) where word = '' and exists (select from gone)`.execute(
    trx,
  );
};

const upsertDocuments = async <T>(trx: Transaction<T>, documents: readonly PreparedDocument[]): Promise<number> => {
  const rows = documents.map((document) => ({
    id: document.id,
    collection: document.collection,
    source: document.source,
    title: displayTitle(document),
    url: document.url ?? null,
    language: document.language ?? null,
    visibility: document.visibility,
    content_hash: document.contentHash,
  }));
  const { rows: stored } = await sql<{ changed: boolean }>`
    insert into documents as d (id, collection, source, title, url, language, visibility, content_hash)
    select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r (
      id text, collection text, source text, title text, url text, language text, visibility text, content_hash text)
    on conflict (id) do update set collection = excluded.collection, source = excluded.source, title = excluded.title,
      url = excluded.url, language = excluded.language, visibility = excluded.visibility,
      content_hash = excluded.content_hash, updated_at = clock_timestamp()
    returning d.updated_at > d.created_at as changed`.execute(trx);
  return stored.filter((row) => row.changed).length;
};

interface Lexicon {
  readonly corpus: number;
  readonly words: ReadonlyMap<string, { readonly id: number; readonly df: number }>;
}

/** Counts the words of new chunks, each chunk once per word, and answers their ids with the new counts. */
const learnWords = async <T>(trx: Transaction<T>, rows: readonly Row[]): Promise<Lexicon> => {
  const seen = new Map<string, number>([['', rows.length]]);
  for (const word of rows.flatMap((row) => row.words)) seen.set(word, (seen.get(word) ?? 0) + 1);
  const { rows: learnt } = await sql<{ word: string; id: number; df: number }>`
    with seen as materialized (
      select * from unnest(${[...seen.keys()]}::text[], ${[...seen.values()]}::int[]) as s (word, n)
    ), known as (
      update lexicon l set df = l.df + seen.n from seen where l.word = seen.word returning l.word, l.id, l.df
    ), fresh as (
      insert into lexicon (word, df)
      select word, n from seen where not exists (select from lexicon l where l.word = seen.word)
      returning word, id, df
    )
    select * from known union all select * from fresh`.execute(trx);
  const words = new Map(learnt.map(({ word, id, df }) => [word, { id, df }]));
  return { words, corpus: words.get('')?.df ?? rows.length };
};

const insertChunks = async <T>(
  trx: Transaction<T>,
  rows: readonly Row[],
  { corpus, words }: Lexicon,
): Promise<void> => {
  const records = rows.map((row) => {
    const terms = row.words.flatMap((word, i) => {
      const known = words.get(word);
      return known ? [{ ...known, count: row.counts[i] ?? 1 }] : [];
    });
    const vector = lexicalVector(terms, corpus);
    return { ...row, words: undefined, counts: undefined, terms: vector.terms, keys: vector.keys };
  });
  await sql`
    with r as materialized (
      select * from jsonb_to_recordset(${JSON.stringify(records)}::jsonb) as r (
        "documentId" text, ordinal int, headings text[], body text, tokens int, "textHash" text,
        visibility text, terms text, keys int[])
    ), stored as (
      insert into chunks (document_id, ordinal, headings, body, tokens, text_hash)
      select "documentId", ordinal, headings, body, tokens, "textHash" from r
      returning id, document_id, ordinal
    )
    insert into chunk_terms (chunk_id, visibility, keys, terms)
    select stored.id, r.visibility, r.keys, r.terms::sparsevec
    from stored join r on r."documentId" = stored.document_id and r.ordinal = stored.ordinal`.execute(trx);
};

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
