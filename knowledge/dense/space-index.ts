import { type Kysely, sql } from 'kysely';
import type { Space } from './embedding-space.ts';

/** First half of the advisory lock of a space: whoever builds or drops its index holds it. */
const indexLock = 7_340_023;

/** Bytes that a vector takes in the graph while it is built, beside its two bytes per dimension. */
const graphBytes = 700;
/** Memory for a build, in megabytes. A graph that does not fit is finished on disk, which takes many times as long. */
const leastMemory = 64;
const mostMemory = 1_024;

const indexName = (space: Pick<Space, 'id'>): string => `embeddings_space_${space.id}`;

/**
 * Builds the space's own index while others go on writing, and opens the space for searching; nothing to do where that is done.
 * What an interrupted build left behind is dropped first. Answers false when another process is building it.
 */
export const finishSpace = async <T>(db: Kysely<T>, space: Space): Promise<boolean> => {
  const isBuilt = await alone(db, space, async (connection) => {
    const state = await indexState(connection, space);
    if (state === 'valid') return;
    if (state === 'invalid') await dropIndex(connection, space);
    await setMemory(connection, space);
    try {
      await createIndex(connection, space);
    } catch (error) {
      // A parallel build takes all its memory as shared memory at once, of which a container may have very little.
      if (!/shared memory|No space left/i.test(String(error))) throw error;
      await dropIndex(connection, space);
      await sql`set max_parallel_maintenance_workers = 0`.execute(connection);
      await createIndex(connection, space);
    }
    // Without statistics the planner compares every vector instead of asking the index.
    await sql`analyze embeddings`.execute(connection);
  });
  if (isBuilt)
    await sql`update embedding_spaces set ready_at = now() where id = ${space.id} and ready_at is null`.execute(db);
  return isBuilt;
};

/**
 * Drops the spaces that the one named `keep` has replaced, once it has been ready for `graceMs`: until then other processes may still ask
 * with the old model. Vectors go in small steps, so that nobody waits for them. A newer space stays for a week: it may be filling.
 */
export const dropOldSpaces = async <T>(
  db: Kysely<T>,
  keep: string,
  { graceMs, signal }: { readonly graceMs: number; readonly signal?: AbortSignal | undefined },
): Promise<readonly string[]> => {
  const { rows } = await sql<Space & { readonly name: string }>`
    select o.id, o.name, o.dimensions from embedding_spaces o join embedding_spaces k on k.name = ${keep}
    where o.id <> k.id and k.ready_at <= now() - ${graceMs} * interval '1 millisecond'
      and (o.id < k.id or o.created_at < now() - interval '7 days')
    order by o.id`.execute(db);
  const dropped: string[] = [];
  for (const space of rows) {
    // From here on nobody searches it.
    await sql`update embedding_spaces set ready_at = null where id = ${space.id}`.execute(db);
    const isAlone = await alone(db, space, (connection) => dropIndex(connection, space));
    if (!isAlone) continue;
    for (let count = 1n; count > 0n; ) {
      signal?.throwIfAborted();
      const { numAffectedRows } = await sql`
        delete from embeddings where space_id = ${space.id} and text_hash in (
          select text_hash from embeddings where space_id = ${space.id} limit 5000)`.execute(db);
      count = numAffectedRows ?? 0n;
    }
    await sql`delete from embedding_spaces where id = ${space.id}`.execute(db);
    dropped.push(space.name);
  }
  return dropped;
};

/** Runs `work` on one connection without a time limit; answers false when another process has the space's lock. */
const alone = async <T>(
  db: Kysely<T>,
  space: Space,
  work: (connection: Kysely<T>) => Promise<void>,
): Promise<boolean> =>
  db.connection().execute(async (connection) => {
    const { rows } = await sql<{ locked: boolean }>`
      select pg_try_advisory_lock(${indexLock}, ${space.id}) as locked`.execute(connection);
    if (rows[0]?.locked !== true) return false;
    try {
      // Building takes as long as it takes; the pool's limit is for questions.
      await sql`set statement_timeout = 0`.execute(connection);
      await work(connection);
      return true;
    } finally {
      await sql`reset statement_timeout`.execute(connection);
      await sql`reset maintenance_work_mem`.execute(connection);
      await sql`reset max_parallel_maintenance_workers`.execute(connection);
      await sql`select pg_advisory_unlock(${indexLock}, ${space.id})`.execute(connection);
    }
  });

const indexState = async <T>(db: Kysely<T>, space: Space): Promise<'none' | 'valid' | 'invalid'> => {
  const { rows } = await sql<{ valid: boolean }>`
    select indisvalid as valid from pg_index where indexrelid = to_regclass(${indexName(space)})`.execute(db);
  if (!rows[0]) return 'none';
  return rows[0].valid ? 'valid' : 'invalid';
};

/** As much as the graph needs, never less than the server's own setting. */
const setMemory = async <T>(db: Kysely<T>, space: Space): Promise<void> => {
  const { rows } = await sql<{ count: number; current: number }>`
    select (select count(*)::int from embeddings where space_id = ${space.id}) as count,
      pg_size_bytes(current_setting('maintenance_work_mem'))::float8 as current`.execute(db);
  const { count = 0, current = 0 } = rows[0] ?? {};
  const needed = (count * (2 * space.dimensions + graphBytes)) / 1_048_576;
  const megabytes = Math.ceil(Math.min(Math.max(needed, leastMemory), mostMemory));
  if (megabytes * 1_048_576 > current) await sql`set maintenance_work_mem = ${sql.lit(`${megabytes}MB`)}`.execute(db);
};

const createIndex = async <T>(db: Kysely<T>, space: Space): Promise<void> => {
  const type = sql.raw(`halfvec(${Math.trunc(space.dimensions)})`);
  await sql`create index concurrently ${sql.id(indexName(space))} on embeddings
    using hnsw ((embedding::${type}) halfvec_cosine_ops) where space_id = ${sql.lit(space.id)}`.execute(db);
};

const dropIndex = async <T>(db: Kysely<T>, space: Space): Promise<void> => {
  await sql`drop index concurrently if exists ${sql.id(indexName(space))}`.execute(db);
};
