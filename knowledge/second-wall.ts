import { type Kysely, sql } from 'kysely';
import { errorMessage } from '#core/errors.ts';

/** `missing`: why it could not be built, with what to do where the database knows. */
export type SecondWall = 'stands' | 'raised' | { readonly missing: string };

/**
 * Row-level security behind the searches, as migration 0007 builds it. A backup that is restored on another server may come back without
 * it, and every search would go on as if nothing were missing; so it is built again.
 */
export const mendSecondWall = async <T>(db: Kysely<T>): Promise<SecondWall> => {
  const { rows } = await sql<{ stands: boolean }>`select knowledge_wall_stands() as stands`.execute(db);
  if (rows[0]?.stands === true) return 'stands';
  try {
    await sql`select knowledge_raise_wall()`.execute(db);
    return 'raised';
  } catch (error) {
    const hint = error instanceof Error && 'hint' in error && typeof error.hint === 'string' ? `. ${error.hint}` : '';
    return { missing: `${errorMessage(error)}${hint}` };
  }
};
