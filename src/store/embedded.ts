import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { PGlite, type PGliteOptions } from '@electric-sql/pglite';
import { pg_trgm } from '@electric-sql/pglite/contrib/pg_trgm';
import { unaccent } from '@electric-sql/pglite/contrib/unaccent';
import { vector } from '@electric-sql/pglite-pgvector';

/** An initialised, empty data folder, made once at install: starting from it saves the seconds that `initdb` takes. */
const templateFile = fileURLToPath(new URL('../../.template/embedded.tar.gz', import.meta.url));

/** Extensions and memory of the embedded database: 16 MB of buffers keep the whole process at about 200 MB. */
export const embeddedOptions = (defaultStartParams: readonly string[]): PGliteOptions => ({
  extensions: { vector, pg_trgm, unaccent },
  startParams: [...defaultStartParams, '-c', 'shared_buffers=16MB'],
});

/** The template to start from, or nothing when there is none (then the first start takes a few seconds longer). */
export const openTemplate = async (): Promise<Pick<PGliteOptions, 'loadDataDir'>> => {
  const bytes = await readFile(templateFile).catch(() => undefined);
  return bytes === undefined ? {} : { loadDataDir: new Blob([bytes]) };
};

/** Makes the template. Called at install. */
export const makeTemplate = async (): Promise<void> => {
  const lite = await PGlite.create(embeddedOptions(PGlite.defaultStartParams));
  await lite.exec('create extension vector; create extension pg_trgm; create extension unaccent;');
  const dump = await lite.dumpDataDir('gzip');
  await lite.close();
  await writeFile(templateFile, Buffer.from(await dump.arrayBuffer()));
};
