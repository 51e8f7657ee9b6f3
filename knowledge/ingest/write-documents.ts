import { type Kysely, sql, type Transaction } from 'kysely';
import { lexicalVector } from '../search/lexical.ts';
import { type ChunkRow, chunkRows } from './chunk-rows.ts';
import { changeKnowledge, forgetChunks, forgetLeftovers } from './forget.ts';
import type { PreparedDocument } from './prepare-document.ts';

/**
 * Stores documents in the place of their earlier versions: texts, word counts and sparse vectors in one transaction, so
 * that a search sees either version whole. Returns how many of them were there before.
 */
export const writeDocuments = async <T>(db: Kysely<T>, documents: readonly PreparedDocument[]): Promise<number> => {
  // Before the transaction, which others wait for.
  const rows = chunkRows(documents);
  return changeKnowledge(db, (trx) => writeWithin(trx, documents, rows));
};

/** The same within a transaction that holds the lock of knowledge. */
export const writeWithin = async <T>(
  trx: Transaction<T>,
  documents: readonly PreparedDocument[],
  rows: readonly ChunkRow[] = chunkRows(documents),
): Promise<number> => {
  const ids = documents.map((document) => document.id);
  const leftovers = await forgetChunks(trx, ids);
  const changed = await upsertDocuments(trx, documents);
  const lexicon = await learnWords(trx, rows);
  await insertChunks(trx, rows, lexicon);
  await forgetLeftovers(trx, leftovers);
  return changed;
};

/** Refreshes the planner's statistics: the embedded database never does so by itself, and a first ingestion changes everything. */
export const analyseTables = async <T>(db: Kysely<T>): Promise<void> => {
  await sql`analyze documents, chunks, chunk_terms, lexicon`.execute(db);
};

/** A document that was deleted once goes on counting its versions. */
const upsertDocuments = async <T>(trx: Transaction<T>, documents: readonly PreparedDocument[]): Promise<number> => {
  const rows = documents.map((document) => ({
    id: document.id,
    collection: document.collection,
    source: document.source,
    title: document.displayTitle,
    path: document.path ?? [],
    url: document.url,
    language: document.language,
    published_at: document.publishedAt,
    modified_at: document.modifiedAt,
    visibility: document.visibility,
    content_hash: document.contentHash,
    state: document.state,
    personal_data: document.personalData,
  }));
  const { rows: stored } = await sql<{ changed: boolean }>`
    with back as (
      delete from knowledge_tombstones where document_id = any (${rows.map(({ id }) => id)}::text[])
      returning document_id, version
    )
    insert into documents as d (id, version, collection, source, title, path, url, language, published_at, modified_at,
      visibility, content_hash, state, personal_data)
    select r.id, coalesce(back.version, 0) + 1, r.collection, r.source, r.title, r.path, r.url, r.language, r.published_at, r.modified_at,
      r.visibility, r.content_hash, r.state, r.personal_data
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r (
      id text, collection text, source text, title text, path text[], url text, language text, published_at timestamptz,
      modified_at timestamptz, visibility text, content_hash text, state jsonb, personal_data text)
    left join back on back.document_id = r.id
    on conflict (id) do update set version = d.version + 1, collection = excluded.collection, source = excluded.source,
      title = excluded.title, path = excluded.path, url = excluded.url, language = excluded.language,
      published_at = excluded.published_at, modified_at = excluded.modified_at, visibility = excluded.visibility,
      content_hash = excluded.content_hash, state = excluded.state, personal_data = excluded.personal_data,
      updated_at = clock_timestamp()
    returning d.updated_at > d.created_at as changed`.execute(trx);
  return stored.filter((row) => row.changed).length;
};

interface Lexicon {
  readonly corpus: number;
  readonly words: ReadonlyMap<string, { readonly id: number; readonly df: number }>;
}

/** Counts the words of new chunks, each chunk once per word, and answers their ids with the new counts. */
const learnWords = async <T>(trx: Transaction<T>, rows: readonly ChunkRow[]): Promise<Lexicon> => {
  const seen = new Map<string, number>([['', rows.length]]);
  for (const row of rows) for (const word of row.words.keys()) seen.set(word, (seen.get(word) ?? 0) + 1);
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
  rows: readonly ChunkRow[],
  { corpus, words }: Lexicon,
): Promise<void> => {
  const records = rows.map((row) => {
    const terms = [...row.words].flatMap(([word, count]) => {
      const known = words.get(word);
      return known ? [{ ...known, count }] : [];
    });
    return { ...row, words: undefined, ...lexicalVector(terms, corpus) };
  });
  await sql`
    with r as materialized (
      select * from jsonb_to_recordset(${JSON.stringify(records)}::jsonb) as r (
        "documentId" text, ordinal int, headings text[], body text, tokens int, "textHash" text,
        visibility text, language text, fingerprint bigint, terms text, keys int[])
    ), stored as (
      insert into chunks (document_id, ordinal, headings, body, tokens, text_hash, visibility, language, fingerprint)
      select "documentId", ordinal, headings, body, tokens, "textHash", visibility, language, fingerprint from r
      returning id, document_id, ordinal
    )
    insert into chunk_terms (chunk_id, visibility, keys, terms)
    select stored.id, r.visibility, r.keys, r.terms::sparsevec
    from stored join r on r."documentId" = stored.document_id and r.ordinal = stored.ordinal`.execute(trx);
};
