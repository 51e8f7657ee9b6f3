import { sql } from 'kysely';
import type { Database } from './database.ts';

/** Any fixed number: whoever holds this lock of the database syncs the knowledge base. */
const syncLock = 7_340_023;

/**
 * Runs `work` unless some process of this installation runs another one already; then the answer is undefined. The lock goes
 * with the connection, so a process that dies frees it at once.
 */
export const createAlone = ({ db, engine }: Pick<Database, 'db' | 'engine'>) => {
  let isBusy = false;
  return async <R>(work: () => Promise<R>): Promise<R | undefined> => {
    if (isBusy) return undefined;
    isBusy = true;
    try {
      // The embedded database has one process and one connection: holding that would stop the work itself.
      if (engine === 'embedded') return await work();
      return await db.connection().execute(async (connection) => {
        const { rows } = await sql<{ held: boolean }>`select pg_try_advisory_lock(${syncLock}::bigint) as held`.execute(
          connection,
        );
        if (rows[0]?.held !== true) return undefined;
        try {
          return await work();
        } finally {
          // A connection that was lost meanwhile took the lock with it.
          await sql`select pg_advisory_unlock(${syncLock}::bigint)`.execute(connection).catch(() => undefined);
        }
      });
    } finally {
      isBusy = false;
    }
  };
};
