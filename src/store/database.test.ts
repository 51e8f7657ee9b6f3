import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBench } from '#test/contract/ledger-fixture.ts';
import { engines, openTestDatabase, quietLog } from '#test/database.ts';
import { said } from '#test/spine.ts';
import { type Database, openDatabase } from './database.ts';
import { sweepRows } from './housekeeping.ts';

describe.each(engines)('the database (%s)', (engine) => {
  let database: Awaited<ReturnType<typeof openTestDatabase>>;
  beforeAll(async () => {
    database = await openTestDatabase(engine);
  });
  afterAll(() => database[Symbol.asyncDispose]());

  it('is swept of what has served its time, and of nothing that is unread or young', async () => {
    const bench = openBench(database);
    await bench.take(said('read', 'old'), said('unread', 'old'), said('young', 'new'));
    await bench.run(
      sql`update conversations set consumed_seq = inbox_seq where id in (select conversation_id from addresses where thread in ('read', 'young'))`,
    );
    await bench.run(
      sql`update inbox set at = now() - interval '31 days' where conversation_id in (select conversation_id from addresses where thread in ('read', 'unread'))`,
    );
    await bench.run(
      sql`update dedupe set at = now() - interval '61 days' where inbox_id = (select min(inbox_id) from dedupe)`,
    );
    await bench.run(
      sql`insert into web_sessions (id, token_hash, expires_at) values (gen_random_uuid(), 'old', now() - interval '8 days'), (gen_random_uuid(), 'new', now())`,
    );
    await bench.run(sql`insert into pacing values ('old', now() - interval '2 hours'), ('new', now())`);
    expect(await sweepRows(database.db)).toBe(4);
    expect(await sweepRows(database.db)).toBe(0);
    expect(
      await bench.run(
        sql`select thread from inbox i join addresses a on a.conversation_id = i.conversation_id order by 1`,
      ),
    ).toEqual([{ thread: 'unread' }, { thread: 'young' }]);
  });

  it('answers a ping, and can be vacuumed', async () => {
    await database.ping();
    await database.vacuum();
  });
});

describe('the embedded database', () => {
  it('keeps its rows over a restart, in a folder for its owner alone that one process has', {
    timeout: 60_000,
  }, async () => {
    const home = join(await mkdtemp(join(tmpdir(), 'frontdesk-home-')), 'new');
    const settings = { home, poolSize: 1, statementTimeoutMs: 1_000, idleTimeoutMs: 1_000 };
    const use = async <T>(run: (database: Database) => Promise<T>): Promise<T> => {
      await using database = await openDatabase(settings, quietLog);
      return await run(database);
    };
    try {
      await use(async ({ db, engine }) => {
        expect(engine).toBe('embedded');
        expect((await stat(home)).mode & 0o777).toBe(0o700);
        await sql`create table kept (id int)`.execute(db);
        await sql`insert into kept values (1)`.execute(db);
        await expect(openDatabase(settings, quietLog)).rejects.toMatchObject({ code: 'conflict' });
      });
      expect(await readdir(home)).toEqual(['database']);
      expect(await use(async ({ db }) => (await sql`select * from kept`.execute(db)).rows)).toEqual([{ id: 1 }]);
    } finally {
      await rm(join(home, '..'), { recursive: true, force: true });
    }
  });
});

it('says what to check when PostgreSQL does not answer', async () => {
  const settings = {
    url: 'postgres://nobody@127.0.0.1:1/none',
    home: 'unused',
    poolSize: 1,
    statementTimeoutMs: 1_000,
    idleTimeoutMs: 1_000,
  };
  await using database = await openDatabase(settings, quietLog);
  await expect(database.ping()).rejects.toMatchObject({
    code: 'unavailable',
    userMessage: expect.stringContaining('DATABASE_URL'),
  });
});
