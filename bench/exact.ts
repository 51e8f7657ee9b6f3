/** The same questions answered by comparing everything: what approximate paths are measured against. */
import { type Kysely, sql } from 'kysely';
import { toSql } from 'pgvector';
import type { Embedder } from '#core/knowledge.ts';
import { questionTerms } from '#core/terms.ts';

type Exact = (question: string) => Promise<readonly string[]>;

/** BM25 over every passage. */
export const exactLexical =
  <T>(db: Kysely<T>, limit: number): Exact =>
  async (question) => {
    const stems = questionTerms(question, ['en']).flatMap((term) => term.stems);
    const { rows } = await sql<{ body: string }>`
      with asked as (
        select id, knowledge_idf((select df from lexicon where word = ''), df) as weight from lexicon where word = any (${stems}::text[]) and df > 0
      ), query as materialized (
        select ('{' || string_agg(id || ':' || weight, ',') || '}/1000000000')::sparsevec as terms from asked
      ), best as (
        select t.chunk_id, t.terms <#> query.terms as distance from chunk_terms t, query order by distance limit ${limit}
      )
      select c.body from best join chunks c on c.id = best.chunk_id`.execute(db);
    return rows.map(({ body }) => body);
  };

/** Cosine distance to every vector; no index is asked, because the expression is another one than it has. */
export const exactDense =
  <T>(db: Kysely<T>, embedder: Embedder, limit: number): Exact =>
  async (question) => {
    const [vector = []] = await embedder.embed([question]);
    const { rows } = await sql<{ body: string }>`
      select c.body from (
        select text_hash from embeddings order by embedding <=> ${toSql([...vector])}::halfvec limit ${limit}
      ) best join chunks c using (text_hash)`.execute(db);
    return rows.map(({ body }) => body);
  };
