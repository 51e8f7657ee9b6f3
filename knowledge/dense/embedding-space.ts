import { type Kysely, sql } from 'kysely';
import { toSql } from 'pgvector';

/** Where the vectors of one model and dimension live. */
export interface Space {
  readonly id: number;
  readonly dimensions: number;
}

export interface NamedSpace extends Space {
  readonly name: string;
}

/** The most that pgvector can index as `halfvec`. */
const maxDimensions = 4_000;

export const findSpace = async <T>(db: Kysely<T>, name: string): Promise<Space | undefined> => {
  const { rows } = await sql<Space>`select id, dimensions from embedding_spaces where name = ${name}`.execute(db);
  return rows[0];
};

/** The spaces that can be searched: the one of that name first, then the others, the newest first; at most four. */
export const readySpaces = async <T>(db: Kysely<T>, name: string): Promise<readonly NamedSpace[]> => {
  const { rows } = await sql<NamedSpace>`
    select id, name, dimensions from embedding_spaces where ready_at is not null
    order by name = ${name} desc, ready_at desc, id desc limit 4`.execute(db);
  return rows;
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
