import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type Kysely, sql, type Transaction } from 'kysely';
import { AppError, errorMessage } from '#core/errors.ts';

interface Migration {
  readonly version: number;
  readonly name: string;
  readonly text: string;
  readonly checksum: string;
}

export const migrationsFolder = fileURLToPath(new URL('../../migrations', import.meta.url));

/** Any fixed number: processes that start together migrate one after the other. */
const advisoryLock = 7_340_021;

/** Numbered SQL files, in order. Throws `misconfigured` for a gap or a name that is not `0001_words.sql`. */
export const readMigrations = async (folder: string): Promise<readonly Migration[]> => {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort();
  return Promise.all(
    names.map(async (name, index) => {
      const version = Number(/^(\d{4})_[a-z0-9_]+\.sql$/.exec(name)?.[1]);
      if (version !== index + 1)
        throw new AppError('misconfigured', `Migration ${name}: expected number ${index + 1}.`);
      const text = await readFile(`${folder}/${name}`, 'utf8');
      return { version, name, text, checksum: createHash('sha256').update(text).digest('hex') };
    }),
  );
};

/**
 * Brings the schema to this release. Each file runs in its own transaction together with its row in `schema_migrations`, so
 * none is ever half applied. Answers the names that were applied now.
 */
export const migrate = async <T>(db: Kysely<T>, folder: string = migrationsFolder): Promise<readonly string[]> => {
  const migrations = await readMigrations(folder);
  await prepare(db);
  const applied: string[] = [];
  for (const migration of migrations) {
    await db.transaction().execute(async (trx) => {
      await waitForTurn(trx);
      const known = await appliedMigrations(trx);
      refuseForeign(known, migrations);
      if (known.some((row) => row.version === migration.version)) return;
      try {
        for (const statement of splitStatements(migration.text)) await sql.raw(statement).execute(trx);
      } catch (error) {
        throw new AppError(
          'internal',
          `Migration ${migration.name} failed and was rolled back: ${errorMessage(error)}${whatToDo(error)}`,
          { cause: error },
        );
      }
      await sql`insert into schema_migrations (version, name, checksum) values (${migration.version}, ${migration.name}, ${migration.checksum})`.execute(
        trx,
      );
      applied.push(migration.name);
    });
  }
  return applied;
};

/** What the database suggests, as a sentence of its own. */
const whatToDo = (error: unknown): string =>
  error instanceof Error && 'hint' in error && typeof error.hint === 'string' ? `. ${error.hint}` : '';

/** Throws `misconfigured` unless the schema is exactly this release's; says whether to migrate or to upgrade. */
export const requireCurrentSchema = async <T>(db: Kysely<T>, folder: string = migrationsFolder): Promise<void> => {
  const migrations = await readMigrations(folder);
  await prepare(db);
  const known = await appliedMigrations(db);
  refuseForeign(known, migrations);
  const missing = migrations.filter((migration) => !known.some((row) => row.version === migration.version));
  if (missing.length > 0) {
    throw new AppError(
      'misconfigured',
      `The database schema is ${missing.length} migration${missing.length === 1 ? '' : 's'} behind (next: ${missing[0]?.name}). Run "npx frontdesk migrate" first.`,
    );
  }
};

interface AppliedMigration {
  readonly version: number;
  readonly name: string;
  readonly checksum: string;
}

/** One process at a time; neither waiting nor a long migration is cut short by the timeouts of the message path. */
const waitForTurn = async <T>(trx: Transaction<T>): Promise<void> => {
  await sql`set local statement_timeout = 0`.execute(trx);
  await sql`set local idle_in_transaction_session_timeout = 0`.execute(trx);
  await sql`select pg_advisory_xact_lock(${advisoryLock})`.execute(trx);
};

const prepare = async <T>(db: Kysely<T>): Promise<void> => {
  await db.transaction().execute(async (trx) => {
    await waitForTurn(trx);
    const { rows } = await sql<{
      here: boolean;
      foreign: boolean;
    }>`select to_regclass('schema_migrations') is not null as here,
      to_regclass('conversations') is not null as foreign`.execute(trx);
    if (rows[0]?.here === true) return;
    if (rows[0]?.foreign === true) {
      throw new AppError(
        'misconfigured',
        'This database has tables of Frontdesk but no record of its migrations: it is half restored or belongs to something else. Use an empty database, or restore a whole backup.',
      );
    }
    await sql`create table schema_migrations (version int primary key, name text not null, checksum text not null, applied_at timestamptz not null default now())`.execute(
      trx,
    );
  });
};

const appliedMigrations = async <T>(db: Kysely<T> | Transaction<T>): Promise<readonly AppliedMigration[]> =>
  (await sql<AppliedMigration>`select version, name, checksum from schema_migrations order by version`.execute(db))
    .rows;

const refuseForeign = (known: readonly AppliedMigration[], migrations: readonly Migration[]): void => {
  for (const [index, row] of known.entries()) {
    const ours = migrations[row.version - 1];
    if (ours === undefined) {
      throw new AppError(
        'misconfigured',
        `The database was made by a newer Frontdesk (it has ${row.name}). Upgrade this installation, or use another database.`,
      );
    }
    if (row.version !== index + 1) {
      throw new AppError(
        'misconfigured',
        `The database lacks migration ${index + 1} but has ${row.name}: it is half applied. Restore a backup, or use an empty database.`,
      );
    }
    if (ours.checksum !== row.checksum) {
      throw new AppError(
        'misconfigured',
        `Migration ${row.name} was changed after it had been applied. Migrations are never edited; restore the released file.`,
      );
    }
  }
};

/** Splits at semicolons outside quotes, dollar quotes and comments: both drivers take one statement at a time. */
export const splitStatements = (text: string): readonly string[] => {
  const statements: string[] = [];
  const token = /--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^']|'')*'|"(?:[^"]|"")*"|\$((?:[A-Za-z_]\w*)?)\$[\s\S]*?\$\1\$|;/g;
  let start = 0;
  for (const match of text.matchAll(token)) {
    if (match[0] !== ';') continue;
    statements.push(text.slice(start, match.index));
    start = match.index + 1;
  }
  statements.push(text.slice(start));
  return statements
    .map((statement) => statement.trim())
    .filter((statement) => statement.replace(/--[^\n]*|\/\*[\s\S]*?\*\//g, '').trim() !== '');
};
