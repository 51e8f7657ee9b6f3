import { type Kysely, sql } from 'kysely';
import { errorMessage } from '#core/errors.ts';
import type { Embedder } from '#core/knowledge.ts';
import { embeddedText } from '../write.ts';
import { findSpace, finishSpace, openSpace, type Space, storeVectors, unitVector } from './embedding-space.ts';

/** Texts per request: small enough for every common endpoint's limits. */
const batchSize = 64;

export interface EmbedReport {
  /** Texts that got a vector now. */
  readonly embedded: number;
  /** Why it stopped before every chunk had its vector. The next run goes on from there. */
  readonly failure?: string;
}

/**
 * Gives every chunk that has none a vector in the embedder's space, batch by batch, and opens the space for searching
 * when all have one. An endpoint that fails ends the run with a reason; search goes on without the missing vectors.
 */
export const embedChunks = async <T>(
  db: Kysely<T>,
  embedder: Embedder,
  { signal, onProgress }: { readonly signal?: AbortSignal; readonly onProgress?: (embedded: number) => void } = {},
): Promise<EmbedReport> => {
  let embedded = 0;
  try {
    let space = await findSpace(db, embedder.space);
    let last = '';
    for (;;) {
      signal?.throwIfAborted();
      const missing = await chunksWithoutVector(db, space, last);
      if (missing.length === 0) break;
      const vectors = await embedder.embed(
        missing.map((row) => embeddedText(row.title, row.headings, row.body)),
        signal,
      );
      space ??= await openSpace(db, embedder.space, vectors[0]?.length ?? 0);
      const { dimensions } = space;
      await storeVectors(
        db,
        space,
        missing.map(({ textHash }, i) => ({ textHash, vector: unitVector(vectors[i], dimensions) })),
      );
      embedded += missing.length;
      last = missing.at(-1)?.textHash ?? last;
      onProgress?.(embedded);
    }
    if (space) await finishSpace(db, space);
    return { embedded };
  } catch (error) {
    return { embedded, failure: errorMessage(error) };
  }
};

interface ChunkText {
  readonly textHash: string;
  readonly title: string;
  readonly headings: readonly string[];
  readonly body: string;
}

const chunksWithoutVector = async <T>(db: Kysely<T>, space: Space | undefined, after: string): Promise<ChunkText[]> => {
  const { rows } = await sql<ChunkText>`
    select distinct on (c.text_hash) c.text_hash as "textHash", d.title, c.headings, c.body
    from chunks c join documents d on d.id = c.document_id
    where c.text_hash > ${after}
      and not exists (select from embeddings e where e.space_id = ${space?.id ?? 0} and e.text_hash = c.text_hash)
    order by c.text_hash limit ${batchSize}`.execute(db);
  return rows;
};
