import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { PGlite, type PGliteOptions } from '@electric-sql/pglite';
import { pg_trgm } from '@electric-sql/pglite/contrib/pg_trgm';
import { unaccent } from '@electric-sql/pglite/contrib/unaccent';
import { vector } from '@electric-sql/pglite-pgvector';
import { Kysely, PGliteDialect } from 'kysely';
import { migrate, migrationsFolder, readMigrations } from './migrate.ts';

/** Data folders made once at install: starting from one saves the seconds that `initdb` and the migrations take. */
const templateFolder = new URL('../../.template/', import.meta.url);

/** `empty` has the extensions alone, `schema` this release's tables as well. */
export type Template = 'empty' | 'schema';

/** Extensions and memory of the embedded database: 16 MB of buffers keep the whole process at about 200 MB. */
export const embeddedOptions = (defaultStartParams: readonly string[]): PGliteOptions => ({
  extensions: { vector, pg_trgm, unaccent },
  startParams: [...defaultStartParams, '-c', 'shared_buffers=16MB'],
});

/** The template to start from, or nothing when there is none (then the first start takes a few seconds longer). */
export const openTemplate = async (template: Template): Promise<Pick<PGliteOptions, 'loadDataDir'>> => {
  const wanted = template === 'schema' ? [await schemaFile(), emptyFile] : [emptyFile];
  for (const file of wanted) {
    const bytes = await readFile(file).catch(() => undefined);
    if (bytes !== undefined) return { loadDataDir: new Blob([bytes]) };
  }
  return {};
};

const emptyFile = fileURLToPath(new URL('empty.tar.gz', templateFolder));

/** Named after the migrations that made it: once one of them is another, this template is not found any more. */
const schemaFile = async (): Promise<string> => {
  const migrations = await readMigrations(migrationsFolder);
  const hash = createHash('sha256').update(migrations.map(({ checksum }) => checksum).join());
  return fileURLToPath(new URL(`schema-${hash.digest('hex').slice(0, 16)}.tar.gz`, templateFolder));
};

/** Makes the templates. Called at install. */
export const makeTemplates = async (): Promise<void> => {
  await mkdir(templateFolder, { recursive: true });
  const lite = await PGlite.create(embeddedOptions(PGlite.defaultStartParams));
  const keep = async (file: string): Promise<void> => {
    const dump = await lite.dumpDataDir('gzip');
    await writeFile(file, Buffer.from(await dump.arrayBuffer()));
  };
  await lite.exec('create extension vector; create extension pg_trgm; create extension unaccent;');
  await keep(emptyFile);
  await migrate(new Kysely<never>({ dialect: new PGliteDialect({ pglite: lite }) }));
  await keep(await schemaFile());
  await lite.close();
};
