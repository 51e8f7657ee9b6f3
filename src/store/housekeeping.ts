import { type Kysely, sql } from 'kysely';
import type { Tables } from './tables.ts';

/** Removes what has served its time; answers how many rows went. Batched, so that no statement runs long. */
export const sweepRows = async (db: Kysely<Tables>): Promise<number> => {
  const statements = [
    sql`delete from dedupe where ctid = any (array(select ctid from dedupe where at < now() - interval '60 days' limit 10000))`,
    sql`delete from inbox i where i.ctid = any (array(select x.ctid from inbox x join conversations c on c.id = x.conversation_id
      where x.at < now() - interval '30 days' and x.seq <= c.consumed_seq limit 10000))`,
    sql`delete from web_sessions where ctid = any (array(select ctid from web_sessions where expires_at < now() - interval '7 days' limit 10000))`,
    sql`delete from memories where expires_at < now()`,
    sql`delete from pacing where not_before < now() - interval '1 hour'`,
    sql`delete from decisions where ctid = any (array(select ctid from decisions where at < now() - interval '60 days' limit 10000))`,
    sql`delete from refusals where at < now() - interval '7 days'`,
  ];
  let removed = 0;
  for (const statement of statements) removed += Number((await statement.execute(db)).numAffectedRows ?? 0);
  return removed;
};
