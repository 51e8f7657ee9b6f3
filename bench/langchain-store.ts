/** LangChain's vector store over a copy of our vectors, with the same kind of index. */
import { type Kysely, sql } from 'kysely';
import type { Embedder } from '#core/knowledge.ts';
import { percentile } from './report.ts';

interface Store {
  similaritySearchVectorWithScore(
    vector: number[],
    k: number,
  ): Promise<readonly [{ readonly pageContent: string }, number][]>;
  end(): Promise<void>;
}

/** Times of the vector search alone, the question's vector given; nothing where the package is not installed. */
export const timeLangChain = async <T>(
  url: string | undefined,
  db: Kysely<T>,
  embedder: Embedder,
  questions: readonly { readonly text: string }[],
): Promise<{ readonly p50: string; readonly p95: string } | undefined> => {
  const name = '@langchain/community/vectorstores/pgvector';
  const module = (await import(name).catch(() => undefined)) as
    | { readonly PGVectorStore: { initialize(embeddings: unknown, options: unknown): Promise<Store> } }
    | undefined;
  if (module === undefined || url === undefined) return undefined;
  const [{ dimensions } = { dimensions: 0 }] = (
    await sql<{ dimensions: number }>`select dimensions from embedding_spaces order by id desc limit 1`.execute(db)
  ).rows;
  const type = sql.raw(`halfvec(${Math.trunc(dimensions)})`);
  await sql`create table langchain as select gen_random_uuid() as id, c.body as text, '{}'::jsonb as metadata,
    e.embedding::${type} as embedding from chunks c join embeddings e using (text_hash)`.execute(db);
  await sql`create index on langchain using hnsw (embedding halfvec_cosine_ops)`.execute(db);
  await sql`analyze langchain`.execute(db);
  const embeddings = {
    embedDocuments: (texts: string[]) => embedder.embed(texts),
    embedQuery: async (text: string) => (await embedder.embed([text]))[0],
  };
  const store = await module.PGVectorStore.initialize(embeddings, {
    postgresConnectionOptions: { connectionString: url },
    tableName: 'langchain',
    columns: {
      idColumnName: 'id',
      vectorColumnName: 'embedding',
      contentColumnName: 'text',
      metadataColumnName: 'metadata',
    },
    distanceStrategy: 'cosine',
    skipInitializationCheck: true,
  });
  const times: number[] = [];
  for (const { text } of [...questions.slice(0, 20), ...questions]) {
    const [vector = []] = await embedder.embed([text]);
    const started = performance.now();
    await store.similaritySearchVectorWithScore([...vector], 40);
    times.push(performance.now() - started);
  }
  await store.end();
  const measured = times.slice(20);
  return { p50: percentile(measured, 0.5).toFixed(1), p95: percentile(measured, 0.95).toFixed(1) };
};
