import { type Kysely, sql, type Transaction } from 'kysely';
import { changeKnowledge, forgetChunks, forgetLeftovers } from './forget.ts';

/** Documents per transaction: some 100 ms each. */
const batchSize = 200;

/**
 * Deletes documents from everything that could bring them back, leaving a tombstone each: rows, passages, words, vectors and
 * failures go in one transaction.
 */
export const deleteDocuments = async <T>(db: Kysely<T>, ids: readonly string[]): Promise<void> => {
  for (let at = 0; at < ids.length; at += batchSize)
    await changeKnowledge(db, (trx) => deleteWithin(trx, ids.slice(at, at + batchSize)));
};

/** The same within a transaction that holds the lock of knowledge. */
export const deleteWithin = async <T>(trx: Transaction<T>, ids: readonly string[]): Promise<void> => {
  const leftovers = await forgetChunks(trx, ids);
  await sql`
      with gone as (
        delete from documents where id = any (${ids}::text[])
        returning id, collection, source, title, url, visibility, content_hash, version
      ), forgotten as (
        delete from knowledge_failures f using gone where f.collection = gone.collection and f.source = gone.source
      )
      insert into knowledge_tombstones (document_id, collection, source, title, url, visibility, content_hash, version)
      select * from gone
      on conflict (document_id) do update set collection = excluded.collection, source = excluded.source, title = excluded.title,
        url = excluded.url, visibility = excluded.visibility, content_hash = excluded.content_hash,
        version = excluded.version, deleted_at = now()`.execute(trx);
  await forgetLeftovers(trx, leftovers);
};

/** Deletes every document of a collection, and what is remembered of items that could not be read; answers how many documents there were. */
export const deleteCollection = async <T>(db: Kysely<T>, collection: string): Promise<number> => {
  const { rows } = await sql<{ id: string }>`select id from documents where collection = ${collection}`.execute(db);
  await deleteDocuments(
    db,
    rows.map((row) => row.id),
  );
  await sql`delete from knowledge_failures where collection = ${collection}`.execute(db);
  return rows.length;
};
