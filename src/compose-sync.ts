/** The sources of the settings, kept in sync: on their schedules, and when a watched folder changes. */
import { resolve } from 'node:path';
import { AppError, errorMessage } from '#core/errors.ts';
import type { KnowledgeBase } from '#knowledge/index.ts';
import { scheduleOf } from '#knowledge/sources/every.ts';
import { watchFolders } from '#knowledge/sources/watch.ts';
import { createSync, type Sync, type SyncSource } from '#knowledge/sync/sync.ts';
import type { Config } from './config.ts';
import type { Logger } from './observe/log.ts';
import { ingestOwn } from './operations.ts';
import { createAlone } from './store/alone.ts';
import type { Database } from './store/database.ts';

export const openSync = (config: Config, database: Database, knowledge: KnowledgeBase, log: Logger): Sync =>
  createSync({
    db: database.db,
    sources: config.knowledge.sources.map(toSource),
    ingest: (options) => ingestOwn(knowledge, options),
    alone: createAlone(database),
    log,
    now: () => new Date(),
  });

const toSource = ({
  from,
  collection,
  visibility,
  every,
  limits,
}: Config['knowledge']['sources'][number]): SyncSource => {
  const schedule = every === undefined ? undefined : scheduleOf(every);
  if (schedule?.ok === false)
    throw new AppError('misconfigured', `frontdesk.yaml knowledge.sources, "${from}": ${schedule.reason}.`);
  return {
    from,
    collection,
    ...(visibility === undefined ? {} : { visibility }),
    ...(schedule === undefined ? {} : { everyMs: schedule.everyMs }),
    ...(limits === undefined ? {} : { limits: limitsOf(limits) }),
  };
};

const limitsOf = ({ pages, depth }: { readonly pages?: number | undefined; readonly depth?: number | undefined }) => ({
  ...(pages === undefined ? {} : { pages }),
  ...(depth === undefined ? {} : { depth }),
});

export interface RunningSync extends AsyncDisposable {
  /** Begins what is due, in the background. */
  readonly tick: () => void;
}

/** Syncs everything once and watches folders from now on. */
export const startSync = async (config: Config, sync: Sync, log: Logger, signal: AbortSignal): Promise<RunningSync> => {
  const running = new Set<Promise<void>>();
  const tick = (): void => {
    const work: Promise<void> = sync
      .due(signal)
      .catch((error: unknown) => {
        if (!signal.aborted) log.warn({ error: errorMessage(error) }, 'the sources could not be synced');
      })
      .finally(() => running.delete(work));
    running.add(work);
  };
  const { sources } = config.knowledge;
  await sync.expect((source) => source.everyMs === undefined);
  tick();
  const folders = sources
    .filter(({ watch, from }) => watch && !/^[\w+]+:\/\//.test(from))
    .map(({ from }) => resolve(from));
  const watching = await watchFolders(
    folders,
    async (folder) => {
      await sync.expect(({ from }) => resolve(from) === folder);
      tick();
    },
    { onFailure: (path, reason) => log.warn({ path, reason }, 'a folder cannot be watched') },
  );
  return {
    tick,
    async [Symbol.asyncDispose]() {
      await watching[Symbol.asyncDispose]();
      await Promise.all(running);
    },
  };
};
