import { type Kysely, sql } from 'kysely';
import { toSql } from 'pgvector';

/** Where the vectors of one model and dimension live. */
export interface Space {
  readonly id: number;
  readonly dimensions: number;
}

/** The most that pgvector can index as `halfvec`. */
const maxDimensions = 4_000;

export const findSpace = async <T>(db: Kysely<T>, name: string): Promise<Space | undefined> => {
  const { rows } = await sql<Space>`select id, dimensions from embedding_spaces where name = ${name}`.execute(db);
  return rows[0];
};

/** The space of that name, made with `dimensions` if there is none yet. Throws when no index could hold its vectors. */
export const openSpace = async <T>(db: Kysely<T>, name: string, dimensions: number): Promise<Space> => {
  if (dimensions < 1 || dimensions > maxDimensions) {
    throw new Error(
      `vectors of ${dimensions} dimensions cannot be indexed; choose a model or setting with 1 to ${maxDimensions}`,
    );
  }
  await sql`insert into embedding_spaces (name, dimensions) values (${name}, ${dimensions}) on conflict (name) do nothing`.execute(
    db,
  );
  const space = await findSpace(db, name);
  if (!space) throw new Error(`embedding space ${name} was removed while it was filled`);
  return space;
};

export interface Embedded {
  readonly textHash: string;
  readonly vector: readonly number[];
}

export const storeVectors = async <T>(db: Kysely<T>, space: Space, embedded: readonly Embedded[]): Promise<void> => {
  const hashes = embedded.map(({ textHash }) => textHash);
  const vectors = embedded.map(({ vector }) => toSql([...vector]));
  await sql`
    insert into embeddings (space_id, text_hash, embedding)
    select ${space.id}, hash, vector::halfvec from unnest(${hashes}::text[], ${vectors}::text[]) as v (hash, vector)
    on conflict do nothing`.execute(db);
};

/** Builds the space's own index, if it has none, and opens the space for searching. */
export const finishSpace = async <T>(db: Kysely<T>, space: Space): Promise<void> => {
  const id = sql.lit(space.id);
  const type = sql.raw(`halfvec(${Math.trunc(space.dimensions)})`);
  await db.transaction().execute(async (trx) => {
    // Building takes as long as it takes; the pool's limit is for questions.
    await sql`set local statement_timeout = 0`.execute(trx);
    await sql`create index if not exists ${sql.id(`embeddings_space_${space.id}`)} on embeddings
      using hnsw ((embedding::${type}) halfvec_cosine_ops) where space_id = ${id}`.execute(trx);
    await sql`update embedding_spaces set ready_at = now() where id = ${id} and ready_at is null`.execute(trx);
  });
  // Without statistics the planner compares every vector instead of asking the index.
  await sql`analyze embeddings`.execute(db);
};

/**
 * `vector` with length 1, as stored and asked for. Throws when a model answers with nothing, with another dimension than
 * its space has, or with numbers that have no direction.
 */
export const unitVector = (vector: readonly number[] | undefined, dimensions: number): readonly number[] => {
  if (!vector) throw new Error('the embedding endpoint sent too few vectors');
  if (vector.length !== dimensions) {
    throw new Error(
      `the embedding endpoint sent ${vector.length} dimensions where ${dimensions} were stored; give the changed model a name of its own`,
    );
  }
  const length = Math.hypot(...vector);
  if (!Number.isFinite(length) || length === 0)
    throw new Error('the embedding endpoint sent a vector without direction');
  return vector.map((value) => value / length);
};
