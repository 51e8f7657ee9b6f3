import { sql } from 'kysely';
import type { Database } from '#src/store/database.ts';

/** Forgets every document and what was learnt from it, as if nothing had ever been ingested. */
export const emptyKnowledge = async (db: Database['db']): Promise<void> => {
  await sql`truncate documents, embedding_spaces, knowledge_tombstones, knowledge_failures cascade`.execute(db);
  // The word '' stays: it counts all chunks.
  await sql`delete from lexicon where word <> ''`.execute(db);
  await sql`update lexicon set df = 0`.execute(db);
};
