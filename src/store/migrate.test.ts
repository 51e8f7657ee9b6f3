import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { engines, openTestDatabase } from '#test/database.ts';
import type { Database } from './database.ts';
import { migrate, migrationsFolder, readMigrations, requireCurrentSchema, splitStatements } from './migrate.ts';

describe.each(engines)('migrate (%s)', (engine) => {
  let database: Database;
  let folder: string;
  beforeAll(async () => {
    database = await openTestDatabase(engine, { migrated: false });
  });
  afterAll(() => database[Symbol.asyncDispose]());
  beforeEach(async () => {
    await sql`drop schema public cascade`.execute(database.db);
    await sql`create schema public`.execute(database.db);
    folder = await mkdtemp(join(tmpdir(), 'frontdesk-migrations-'));
    await write(
      '0001_first.sql',
      'create table conversations (id int primary key); insert into conversations values (1);',
    );
    await write('0002_second.sql', "alter table conversations add column word text not null default 'a;b';");
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const write = (name: string, text: string) => writeFile(join(folder, name), text);
  const run = () => migrate(database.db, folder);
  const tables = async () =>
    (
      await sql<{
        name: string;
      }>`select table_name as name from information_schema.tables where table_schema = 'public' order by 1`.execute(
        database.db,
      )
    ).rows.map(({ name }) => name);
  const known = async () =>
    (await sql<{ version: number }>`select version from schema_migrations order by 1`.execute(database.db)).rows.map(
      ({ version }) => version,
    );

  it('brings an empty database to this release, and does nothing the second time', async () => {
    expect(await run()).toEqual(['0001_first.sql', '0002_second.sql']);
    expect(await run()).toEqual([]);
    await requireCurrentSchema(database.db, folder);
    expect((await sql`select * from conversations`.execute(database.db)).rows).toEqual([{ id: 1, word: 'a;b' }]);
  });

  it('goes on from where the last release stopped', async () => {
    await run();
    await write('0003_third.sql', 'create table more (id int);');
    await expect(requireCurrentSchema(database.db, folder)).rejects.toMatchObject({
      code: 'misconfigured',
      userMessage: expect.stringMatching(/1 migration behind.*0003_third\.sql.*npx frontdesk migrate/),
    });
    expect(await run()).toEqual(['0003_third.sql']);
    await requireCurrentSchema(database.db, folder);
  });

  it('runs each migration once when processes start together', async () => {
    const applied = await Promise.all(Array.from({ length: 5 }, run));
    expect(applied.flat().sort()).toEqual(['0001_first.sql', '0002_second.sql']);
    expect(await known()).toEqual([1, 2]);
  });

  it('says what the database suggests', async () => {
    await write('0003_third.sql', "do $$ begin raise exception 'no role' using hint = 'Create the role.'; end $$;");
    await expect(run()).rejects.toMatchObject({
      message: 'Migration 0003_third.sql failed and was rolled back: no role. Create the role.',
    });
  });

  it('rolls a failing migration back wholly, names it, and can run again once it is mended', async () => {
    await write(
      '0003_third.sql',
      'create table half (id int); insert into conversations (id) values (2); create table half (id int);',
    );
    await expect(run()).rejects.toMatchObject({
      message: expect.stringMatching(/0003_third\.sql failed and was rolled back: .*half/),
    });
    expect(await tables()).toEqual(['conversations', 'schema_migrations']);
    expect((await sql`select id from conversations`.execute(database.db)).rows).toHaveLength(1);
    expect(await known()).toEqual([1, 2]);
    await write('0003_third.sql', 'create table half (id int);');
    expect(await run()).toEqual(['0003_third.sql']);
  });

  it('refuses a database of a newer release', async () => {
    await run();
    await sql`insert into schema_migrations (version, name, checksum) values (3, '0003_future.sql', 'x')`.execute(
      database.db,
    );
    for (const check of [run, () => requireCurrentSchema(database.db, folder)]) {
      await expect(check()).rejects.toMatchObject({
        code: 'misconfigured',
        userMessage: expect.stringMatching(/newer Frontdesk.*0003_future\.sql.*Upgrade/),
      });
    }
  });

  it('refuses a file that was changed after it had been applied', async () => {
    await run();
    await write('0001_first.sql', 'create table conversations (id bigint primary key);');
    for (const check of [run, () => requireCurrentSchema(database.db, folder)]) {
      await expect(check()).rejects.toMatchObject({
        code: 'misconfigured',
        userMessage: expect.stringMatching(/0001_first\.sql was changed after/),
      });
    }
  });

  it('refuses a schema with a gap', async () => {
    await run();
    await sql`delete from schema_migrations where version = 1`.execute(database.db);
    for (const check of [run, () => requireCurrentSchema(database.db, folder)]) {
      await expect(check()).rejects.toMatchObject({
        code: 'misconfigured',
        userMessage: expect.stringMatching(/lacks migration 1 but has 0002_second\.sql.*half applied/),
      });
    }
  });

  it('refuses tables of ours without a record of their migrations', async () => {
    await run();
    await sql`drop table schema_migrations`.execute(database.db);
    for (const check of [run, () => requireCurrentSchema(database.db, folder)]) {
      await expect(check()).rejects.toMatchObject({
        code: 'misconfigured',
        userMessage: expect.stringMatching(/no record of its migrations.*empty database/),
      });
    }
    expect(await tables()).toEqual(['conversations']);
  });

  it.each(['0004_gap.sql', '3_short.sql', '0003-dashes.sql', '0002_twice.sql'])(
    'refuses a file out of order: %s',
    async (name) => {
      await write(name, 'select 1;');
      await expect(run()).rejects.toMatchObject({
        code: 'misconfigured',
        userMessage: expect.stringContaining(`expected number`),
      });
      expect(await tables()).toEqual([]);
    },
  );

  it('lets a migration take longer than a statement of the message path', async () => {
    await write('0003_slow.sql', "create table timeouts as select current_setting('statement_timeout') as statement;");
    await run();
    expect((await sql`select * from timeouts`.execute(database.db)).rows).toEqual([{ statement: '0' }]);
    const after = await sql<{ statement: string }>`select current_setting('statement_timeout') as statement`.execute(
      database.db,
    );
    expect(after.rows[0]?.statement).toBe(engine === 'postgres' ? '15s' : '0');
  });
});

describe('splitStatements', () => {
  const piece = fc.constantFrom(
    "select 'a;b''c';",
    'select "x;y""z";',
    'create function f() returns int language sql as $$ select 1; select 2; $$;',
    "do $body$ begin perform 'x;'; perform $$;$$; end $body$;",
    'do $b1$ begin perform 1; end $b1$;',
    '-- a comment; with a semicolon\nselect 1;',
    '/* block; comment \' with " quotes */ select 2;',
    'select $1;',
    'select 1;',
  );

  it('finds each statement whole, and loses nothing', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 10 }), fc.constantFrom('', '\n', '\n\n  '), (pieces, gap) => {
        const statements = splitStatements(pieces.join(gap));
        expect(statements).toEqual(pieces.map((text) => text.slice(0, -1)));
      }),
    );
  });

  it('has nothing to run in comments and empty statements', () => {
    expect(splitStatements('-- only this\n;; /* and this; */ ;\n  ')).toEqual([]);
    expect(splitStatements('')).toEqual([]);
  });

  it('keeps the last statement without a semicolon', () => {
    expect(splitStatements('select 1; select 2')).toEqual(['select 1', 'select 2']);
  });

  it('gives every statement of our own migrations a beginning that SQL knows', async () => {
    const migrations = await readMigrations(migrationsFolder);
    expect(migrations.length).toBeGreaterThan(2);
    for (const { name, text } of migrations) {
      for (const statement of splitStatements(text)) {
        const words = statement.replace(/^(?:\s*--[^\n]*\n)+/, '').trim();
        expect(words, `${name}: ${words.slice(0, 80)}`).toMatch(
          /^(?:create|alter|insert|update|delete|drop|grant|revoke|comment|do|select|with|set|analyze)\b/i,
        );
      }
    }
  });
});

it('numbers our own migrations without a gap, in files that nobody renames', async () => {
  const names = (await readdir(migrationsFolder)).filter((name) => name.endsWith('.sql')).sort();
  expect(names.map((name) => Number(name.slice(0, 4)))).toEqual(names.map((_name, index) => index + 1));
  const copy = await mkdtemp(join(tmpdir(), 'frontdesk-migrations-'));
  try {
    await cp(migrationsFolder, copy, { recursive: true });
    expect((await readMigrations(copy)).map(({ text }) => text)).toEqual(
      await Promise.all(names.map((name) => readFile(join(migrationsFolder, name), 'utf8'))),
    );
  } finally {
    await rm(copy, { recursive: true });
  }
});
