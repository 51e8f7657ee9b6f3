import { type Kysely, sql } from 'kysely';
import type { Log } from '#core/channel.ts';
import type { Embedder, Knowledge } from '#core/knowledge.ts';
import { type EmbedReport, embedChunks } from './dense/embed.ts';
import { type IngestOptions, type IngestReport, ingest } from './ingest.ts';
import { createSearch } from './search/search.ts';
import { deleteDocuments } from './write.ts';

export type { EmbedReport } from './dense/embed.ts';
export type { IngestOptions, IngestProgress, IngestReport } from './ingest.ts';
export { parseVisibility } from './visibility.ts';

export interface KnowledgeDeps<T> {
  /** A migrated database; PGlite or PostgreSQL. */
  readonly db: Kysely<T>;
  /** Adds a search by meaning; without it, words decide alone. */
  readonly embedder?: Embedder;
  /** How long an embedder that failed is left alone, in milliseconds. */
  readonly embedderRestMs?: number;
  readonly log?: Log;
}

/** The core's port, and what fills it. */
export interface KnowledgeBase extends Knowledge {
  /** Brings a collection in line with its sources, then gives new chunks their vectors. */
  ingest(options: IngestOptions): Promise<IngestReport & { readonly embedding?: EmbedReport }>;
  /** Deletes every document of a collection; answers how many there were. */
  removeCollection(collection: string): Promise<number>;
  /** Gives chunks that still lack one a vector; nothing to do without an embedder. */
  embed(signal?: AbortSignal): Promise<EmbedReport>;
}

/** The knowledge base over `db`. Keeps nothing in memory that another process could change. */
export const createKnowledge = <T>({ db, embedder, embedderRestMs = 10_000, log }: KnowledgeDeps<T>): KnowledgeBase => {
  const embed = async (signal?: AbortSignal): Promise<EmbedReport> => {
    if (!embedder) return { embedded: 0 };
    const report = await embedChunks(db, embedder, signal ? { signal } : {});
    if (report.failure !== undefined) {
      log?.warn({ space: embedder.space, error: report.failure }, 'embedding stopped; the next run goes on from there');
    }
    return report;
  };
  return {
    search: createSearch({ db, embedderRestMs, ...(embedder ? { embedder } : {}), ...(log ? { log } : {}) }),
    embed,
    async removeCollection(collection) {
      const { rows } = await sql<{ id: string }>`select id from documents where collection = ${collection}`.execute(db);
      if (rows.length > 0)
        await deleteDocuments(
          db,
          rows.map((row) => row.id),
        );
      return rows.length;
    },
    ingest: async (options) => {
      const report = await ingest(db, options);
      return embedder ? { ...report, embedding: await embed(options.signal) } : report;
    },
  };
};
