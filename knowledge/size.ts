import { type Kysely, sql } from 'kysely';
import type { KnowledgeSize } from '#core/knowledge.ts';

/** Reads the size. Counts rows, so ask once a minute and not once a second. */
export const sizeOf = async <T>(db: Kysely<T>, space: string | undefined): Promise<KnowledgeSize> => {
  const { rows } = await sql<Record<keyof KnowledgeSize['bytes'] | 'documents' | 'chunks' | 'embedded', string>>`
    with size as (
      select relname, pg_table_size(oid) as data, pg_indexes_size(oid) as indexes from pg_class
      where oid in ('documents'::regclass, 'chunks'::regclass, 'chunk_terms'::regclass, 'lexicon'::regclass, 'embeddings'::regclass)
    )
    select (select count(*) from documents) as documents, (select df from lexicon where word = '') as chunks,
      (select count(*) from embeddings e join embedding_spaces s on s.id = e.space_id where s.name = ${space ?? ''}) as embedded,
      sum(data) filter (where relname in ('documents', 'chunks')) as text,
      sum(data) filter (where relname in ('chunk_terms', 'lexicon')) as words,
      sum(data) filter (where relname = 'embeddings') as vectors, sum(indexes) as indexes
    from size`.execute(db);
  const row = rows[0];
  const number = (value: string | undefined): number => Number(value ?? 0);
  const chunks = number(row?.chunks);
  return {
    documents: number(row?.documents),
    chunks,
    unembedded: space === undefined ? 0 : Math.max(0, chunks - number(row?.embedded)),
    bytes: {
      text: number(row?.text),
      words: number(row?.words),
      vectors: number(row?.vectors),
      indexes: number(row?.indexes),
    },
  };
};
