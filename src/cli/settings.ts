import { randomBytes } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { channels } from '#adapters/index.ts';
import { type Logger, openLog } from '#src/compose-foundation.ts';
import { type Config, processSources, readConfig } from '#src/config.ts';

type Environment = Readonly<Record<string, string>>;

/** The settings of this process, and a log that masks their secrets. `defaults` are what this command prefers to the product's. */
export const loadSettings = ({
  overrides = {},
  defaults = {},
}: {
  readonly overrides?: Environment;
  readonly defaults?: Environment;
} = {}): { readonly config: Config; readonly log: Logger } => {
  const sources = processSources();
  const config = readConfig({
    ...sources,
    env: { ...defaults, ...sources.env, ...overrides },
    localSecret,
    channelSchemas: Object.fromEntries(Object.values(channels).map(({ id, config }) => [id, config])),
  });
  return { config, log: openLog(config) };
};

/** The secret of a development installation: made once, readable by its owner alone. */
const localSecret = (home: string): string => {
  const file = join(home, 'secret');
  if (!existsSync(file)) {
    mkdirSync(home, { recursive: true, mode: 0o700 });
    const draft = `${file}.${process.pid}`;
    writeFileSync(draft, randomBytes(32).toString('hex'), { mode: 0o600 });
    try {
      // Two first starts at once: the first to put its file there names the secret of both.
      linkSync(draft, file);
    } catch {
      // Not every file system has links.
      if (!existsSync(file)) renameSync(draft, file);
    } finally {
      rmSync(draft, { force: true });
    }
  }
  return readFileSync(file, 'utf8').trim();
};
