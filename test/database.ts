import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import type { Log } from '#core/channel.ts';
import { type Database, openDatabase } from '#src/store/database.ts';
import { migrate } from '#src/store/migrate.ts';

export const quietLog: Log = { debug() {}, info() {}, warn() {}, error() {} };
const settings = { home: 'memory', poolSize: 8, statementTimeoutMs: 15_000, idleTimeoutMs: 10_000 };

/** Engines that store suites run on; PostgreSQL when `TEST_DATABASE_URL` names a server (superuser, pgvector installed). */
export const engines: readonly Database['engine'][] =
  process.env.TEST_DATABASE_URL === undefined ? ['embedded'] : ['embedded', 'postgres'];

/** A migrated database of its own. On PostgreSQL it is created for the test and dropped on disposal; `url` is set there. */
export const openTestDatabase = async (
  engine: Database['engine'],
  options: { readonly migrated?: boolean } = {},
): Promise<Database & { readonly url?: string }> => {
  const migrated = options.migrated ?? true;
  const database =
    engine === 'embedded'
      ? await openDatabase({ ...settings, template: migrated ? 'schema' : 'empty' }, quietLog)
      : await createPostgres();
  if (migrated) await migrate(database.db);
  return database;
};

const createPostgres = async (): Promise<Database & { readonly url: string }> => {
  const server = process.env.TEST_DATABASE_URL;
  if (server === undefined) throw new Error('Set TEST_DATABASE_URL to a PostgreSQL 16+ superuser URL with pgvector.');
  const name = `frontdesk_test_${randomBytes(6).toString('hex')}`;
  const admin = await openDatabase({ ...settings, url: server, poolSize: 1 }, quietLog);
  await sql`create database ${sql.id(name)}`.execute(admin.db);
  const url = new URL(server);
  url.pathname = `/${name}`;
  const database = await openDatabase({ ...settings, url: url.href }, quietLog);
  return {
    ...database,
    url: url.href,
    [Symbol.asyncDispose]: async () => {
      await database[Symbol.asyncDispose]();
      await sql`drop database if exists ${sql.id(name)} with (force)`.execute(admin.db);
      await admin[Symbol.asyncDispose]();
    },
  };
};
