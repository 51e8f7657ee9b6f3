import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { engines, openTestDatabase, quietLog } from '#test/database.ts';
import { until } from '#test/product.ts';
import type { Database } from './database.ts';
import { sweepRows } from './housekeeping.ts';
import { startJobs } from './jobs.ts';
import { createCursors, createListenerLeases } from './listening.ts';

describe.each(engines)('what runs beside the message path (%s)', (engine) => {
  let database: Database & { readonly url?: string };
  beforeAll(async () => {
    database = await openTestDatabase(engine);
  });
  afterAll(() => database[Symbol.asyncDispose]());

  it('lets one process listen at a time, and the next once the lease has run out', async () => {
    const first = createListenerLeases(database.db, 'first');
    const second = createListenerLeases(database.db, 'second');
    expect(await first.acquire('mail', 10_000)).toBe(true);
    expect(await second.acquire('mail', 10_000)).toBe(false);
    expect(await first.acquire('mail', 1)).toBe(true);
    await until('the lease runs out', () => second.acquire('mail', 10_000));
    await first.release('mail');
    expect(await first.acquire('mail', 10_000)).toBe(false);
    await second.release('mail');
    expect(await first.acquire('mail', 10_000)).toBe(true);
  });

  it('remembers how far a mailbox was read', async () => {
    const cursors = createCursors(database.db);
    expect(await cursors.load('inbox')).toBeUndefined();
    await cursors.save('inbox', { uidValidity: '7', lastUid: 41 });
    await cursors.save('inbox', { uidValidity: '7', lastUid: 42 });
    expect(await cursors.load('inbox')).toEqual({ uidValidity: '7', lastUid: 42 });
  });

  it('sweeps away what has served its time and nothing else', async () => {
    await sql`insert into web_sessions (id, token_hash, expires_at) values
      (gen_random_uuid(), 'old', now() - interval '8 days'), (gen_random_uuid(), 'expired', now() - interval '1 day'), (gen_random_uuid(), 'good', now() + interval '1 day')`.execute(
      database.db,
    );
    await sql`insert into dedupe (key, inbox_id, at) values ('ancient', 0, now() - interval '61 days'), ('recent', 0, now())`.execute(
      database.db,
    );
    await sweepRows(database.db);
    const { rows } = await sql<{
      left: string;
    }>`select token_hash as left from web_sessions union all select key from dedupe order by 1`.execute(database.db);
    expect(rows.map((row) => row.left)).toEqual(['expired', 'good', 'recent']);
  });

  it('starts background work, schedules it, and stops', async () => {
    const jobs = startJobs({
      database,
      log: quietLog,
      jobs: { tidy: { cron: '0 3 * * *', run: () => Promise.resolve() } },
      ...(database.url === undefined ? {} : { url: database.url }),
    });
    await until('it is scheduled', async () => {
      const { rows } = await sql<{ there: boolean }>`select to_regclass('jobs.schedule') is not null as there`.execute(
        database.db,
      );
      if (rows[0]?.there !== true) return false;
      const scheduled = await sql<{ name: string; cron: string }>`select name, cron from jobs.schedule`.execute(
        database.db,
      );
      return scheduled.rows.some(({ name, cron }) => name === 'tidy' && cron === '0 3 * * *');
    });
    await jobs[Symbol.asyncDispose]();
  });
});
