import { type Kysely, sql } from 'kysely';
import type { Unreadable } from '../document.ts';

/** Longest place of an item that is remembered: an index holds no longer ones. */
const longestSource = 1_000;

/** Remembers what could not be read, and forgets what can be read again or is no longer there. */
export const recordFailures = async <T>(
  db: Kysely<T>,
  collection: string,
  failed: readonly Unreadable[],
  over: readonly string[],
): Promise<void> => {
  if (over.length > 0)
    await sql`delete from knowledge_failures where collection = ${collection} and source = any (${over}::text[])`.execute(
      db,
    );
  if (failed.length === 0) return;
  const reasons = new Map(
    failed.map(({ source, reason }) => [storable(source).slice(0, longestSource), storable(reason)]),
  );
  await sql`
    insert into knowledge_failures as f (collection, source, reason)
    select ${collection}, * from unnest(${[...reasons.keys()]}::text[], ${[...reasons.values()]}::text[])
    on conflict (collection, source) do update set reason = excluded.reason, last_at = now(), tries = f.tries + 1`.execute(
    db,
  );
};

const storable = (text: string): string => text.replaceAll('\0', '').toWellFormed();
