import { type Kysely, sql } from 'kysely';
import type { Cursors } from '#core/channel.ts';
import type { Tables } from './tables.ts';

/** How far polled channels have read. */
export const createCursors = (db: Kysely<Tables>): Cursors => ({
  async load(name) {
    const row = await db.selectFrom('cursors').select('value').where('name', '=', name).executeTakeFirst();
    return row?.value;
  },
  async save(name, value) {
    await sql`insert into cursors (name, value) values (${name}, ${JSON.stringify(value)}::jsonb)
      on conflict (name) do update set value = excluded.value, updated_at = now()`.execute(db);
  },
});

/** Which process listens to what; a lease that is not renewed passes to the next that asks. */
export const createListenerLeases = (db: Kysely<Tables>, holder: string) => ({
  async acquire(name: string, ms: number): Promise<boolean> {
    const { rows } = await sql<{ holder: string }>`insert into listener_leases as l (name, holder, until)
      values (${name}, ${holder}, clock_timestamp() + make_interval(secs => ${ms / 1000}::float))
      on conflict (name) do update set holder = excluded.holder, until = excluded.until
        where l.holder = excluded.holder or l.until < clock_timestamp() returning holder`.execute(db);
    return rows.length > 0;
  },
  async release(name: string): Promise<void> {
    await db.deleteFrom('listener_leases').where('name', '=', name).where('holder', '=', holder).execute();
  },
});
