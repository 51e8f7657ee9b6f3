import { type Kysely, sql } from 'kysely';

/** How telling stems are in the corpus: their idf. A stem that no passage has is missing. */
export const corpusWeights = async <T>(
  db: Kysely<T>,
  stems: readonly string[],
): Promise<ReadonlyMap<string, number>> => {
  const { rows } = await sql<{ word: string; idf: number }>`
    select l.word, knowledge_idf(total.df, l.df) as idf from lexicon l, (select df from lexicon where word = '') total
    where l.df > 0 and l.word <> '' and l.word = any (${stems}::text[])`.execute(db);
  return new Map(rows.map(({ word, idf }) => [word, idf]));
};
