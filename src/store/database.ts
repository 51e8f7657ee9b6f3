import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { PGlite as EmbeddedDatabase } from '@electric-sql/pglite';
import { type Dialect, Kysely, PGliteDialect, PostgresDialect, sql } from 'kysely';
import type { Log } from '#core/channel.ts';
import { AppError, errorMessage } from '#core/errors.ts';
import { embeddedOptions, openTemplate, type Template } from './embedded.ts';
import { lockFolder } from './folder-lock.ts';
import type { Tables } from './tables.ts';

export interface DatabaseSettings {
  /** `postgres://…`; without it the embedded database under `home` is used. */
  readonly url?: string;
  /** `FRONTDESK_HOME`; `memory` keeps an embedded database in memory (tests). */
  readonly home: string;
  /** What a new embedded database begins with. Default: the tables as well, where the install has prepared that. */
  readonly template?: Template;
  readonly poolSize: number;
  /** A statement that runs longer is cancelled, in milliseconds. */
  readonly statementTimeoutMs: number;
  /** A pooled connection that idles longer is closed, in milliseconds. */
  readonly idleTimeoutMs: number;
}

export interface Database extends AsyncDisposable {
  readonly db: Kysely<Tables>;
  readonly engine: 'embedded' | 'postgres';
  /** The embedded database itself, for libraries that bring their own tables. */
  readonly lite?: EmbeddedDatabase;
  /** Round trip to the database; rejects with what to fix. */
  ping(): Promise<void>;
  /** The embedded database has no autovacuum: a schedule calls this. Does nothing on PostgreSQL. */
  vacuum(): Promise<void>;
}

/** Opens the database that the settings name. The embedded one locks its folder: a second process would lose rows. */
export const openDatabase = async (settings: DatabaseSettings, log: Log): Promise<Database> =>
  settings.url === undefined ? openEmbedded(settings) : openPostgres({ ...settings, url: settings.url }, log);

const openEmbedded = async (settings: DatabaseSettings): Promise<Database> => {
  const { PGlite } = await import('@electric-sql/pglite');
  const inMemory = settings.home === 'memory';
  const folder = join(settings.home, 'database');
  await using stack = new AsyncDisposableStack();
  let fresh = true;
  if (!inMemory) {
    await mkdir(settings.home, { recursive: true, mode: 0o700 });
    stack.use(await lockFolder(settings.home));
    fresh = (await mkdir(folder, { recursive: true, mode: 0o700 })) !== undefined;
  }
  const lite = await PGlite.create({
    ...embeddedOptions(PGlite.defaultStartParams),
    ...(inMemory ? {} : { dataDir: folder }),
    ...(fresh ? await openTemplate(settings.template ?? 'schema') : {}),
  });
  const db = new Kysely<Tables>({ dialect: new PGliteDialect({ pglite: lite }) });
  stack.defer(() => lite.close());
  const held = stack.move();
  return {
    db,
    engine: 'embedded',
    lite,
    ping: async () => void (await lite.query('select 1')),
    vacuum: async () => void (await lite.exec('vacuum analyze')),
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
};

const openPostgres = async (settings: DatabaseSettings & { readonly url: string }, log: Log): Promise<Database> => {
  const { default: pg } = await import('pg');
  const pool = new pg.Pool({
    connectionString: settings.url,
    max: settings.poolSize,
    idleTimeoutMillis: settings.idleTimeoutMs,
    connectionTimeoutMillis: 5_000,
    statement_timeout: settings.statementTimeoutMs,
    idle_in_transaction_session_timeout: settings.statementTimeoutMs,
    keepAlive: true,
    application_name: 'frontdesk',
    // One plan for a statement that arrives thousands of times a minute with other parameters.
    options: '-c jit=off',
  });
  // Without a listener, an idle connection that the server drops would end the process; the pool opens a new one by itself.
  pool.on('error', (error) => log.warn({ error: error.message }, 'database connection lost, reconnecting'));
  // The same for one that is in use but waits: it holds a lock, or its transaction computes. Its next statement tells whoever uses it.
  pool.on('connect', (client) => client.on('error', () => undefined));
  const dialect: Dialect = new PostgresDialect({ pool });
  const db = new Kysely<Tables>({ dialect });
  return {
    db,
    engine: 'postgres',
    ping: async () => {
      try {
        await sql`select 1`.execute(db);
      } catch (error) {
        throw new AppError(
          'unavailable',
          'The database does not answer. Check DATABASE_URL and that PostgreSQL is running.',
          {
            message: errorMessage(error),
            cause: error,
          },
        );
      }
    },
    vacuum: () => Promise.resolve(),
    [Symbol.asyncDispose]: () => db.destroy(),
  };
};
