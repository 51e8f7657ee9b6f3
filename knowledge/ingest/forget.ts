import { type Kysely, sql, type Transaction } from 'kysely';

/** Any fixed number: whoever changes knowledge does so one batch after the other, since all of them count words. */
const writeLock = 7_340_022;

/** Waits until nobody else changes knowledge. */
export const lockKnowledge = async <T>(trx: Transaction<T>): Promise<void> => {
  await sql`select pg_advisory_xact_lock(${writeLock}::bigint)`.execute(trx);
};

/** Changes knowledge in a transaction of its own. */
export const changeKnowledge = <T, R>(db: Kysely<T>, change: (trx: Transaction<T>) => Promise<R>): Promise<R> =>
  db.transaction().execute(async (trx) => {
    // A long document takes longer than a question may.
    await sql`select set_config('statement_timeout', '0', true)`.execute(trx);
    await lockKnowledge(trx);
    return change(trx);
  });

/** What chunks that are gone may have been the last to use. */
export interface Leftovers {
  /** Numbers of words that occur nowhere, as far as is known. */
  readonly words: readonly number[];
  readonly textHashes: readonly string[];
}

/** Removes the chunks of documents and takes their words out of the counts. */
export const forgetChunks = async <T>(trx: Transaction<T>, documentIds: readonly string[]): Promise<Leftovers> => {
  const { rows } = await sql<{ words: number[] | null; hashes: string[] | null }>`
    with gone as materialized (
      delete from chunks where document_id = any (${documentIds}::text[]) returning id, text_hash
    ), counted as materialized (
      select term as id, count(*)::int as n
      from chunk_terms t join gone on gone.id = t.chunk_id, knowledge_term_ids(t.terms) term group by term
    ), uncounted as (
      update lexicon l set df = l.df - counted.n from counted where l.id = counted.id returning l.id, l.df
    ), total as (
      update lexicon set df = df - (select count(*)::int from gone) where word = '' and exists (select from gone)
    )
    select (select array_agg(id) from uncounted where df <= 0) as words,
      (select array_agg(distinct text_hash) from gone) as hashes`.execute(trx);
  return { words: rows[0]?.words ?? [], textHashes: rows[0]?.hashes ?? [] };
};

/** Deletes what no chunk uses any more: words that occur nowhere, vectors of texts that are gone. */
export const forgetLeftovers = async <T>(trx: Transaction<T>, { words, textHashes }: Leftovers): Promise<void> => {
  if (words.length > 0)
    await sql`delete from lexicon where id = any (${words}::int[]) and df <= 0 and word <> ''`.execute(trx);
  if (textHashes.length > 0)
    await sql`
      delete from embeddings e where e.text_hash = any (${textHashes}::text[])
        and not exists (select from chunks c where c.text_hash = e.text_hash)`.execute(trx);
};
