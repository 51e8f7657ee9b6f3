import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { engines, openTestDatabase } from '#test/database.ts';
import { createAlone } from './alone.ts';

describe.each(engines)('alone on %s', (engine) => {
  let database: Awaited<ReturnType<typeof openTestDatabase>>;
  beforeAll(async () => {
    database = await openTestDatabase(engine, { migrated: false });
  }, 60_000);
  afterAll(() => database[Symbol.asyncDispose]());

  it('lets one work at a time, and the next one when that has ended, however it ended', async () => {
    const alone = createAlone(database);
    const { promise, resolve } = Promise.withResolvers<string>();
    const first = alone(() => promise);
    expect(await alone(async () => 'second')).toBeUndefined();
    resolve('first');
    expect(await first).toBe('first');
    await expect(alone(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    expect(await alone(async () => 'third')).toBe('third');
  });

  if (engine === 'embedded') return;
  it('counts other processes too', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    const first = createAlone(database)(() => {
      begun.resolve();
      return promise;
    });
    await begun.promise;
    const other = createAlone(database);
    expect(await other(async () => 'second')).toBeUndefined();
    resolve();
    await first;
    expect(await other(async () => 'third')).toBe('third');
  });

  it('loses its lock with the connection, and nothing else', async () => {
    const alone = createAlone(database);
    const worked = await alone(async () => {
      const { rows } = await sql<{ ended: boolean }>`
        select pg_terminate_backend(pid, 5000) as ended from pg_locks
        where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())`.execute(
        database.db,
      );
      return rows;
    });
    expect(worked).toEqual([{ ended: true }]);
    expect(await alone(async () => 'next')).toBe('next');
  });
});
