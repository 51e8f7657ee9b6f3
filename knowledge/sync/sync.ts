import type { Kysely } from 'kysely';
import type { Log } from '#core/channel.ts';
import { errorMessage } from '#core/errors.ts';
import type { IngestOptions } from '../ingest/ingest.ts';
import type { IngestReport } from '../ingest/report.ts';
import type { LoadOptions } from '../sources/load.ts';
import type { DocumentVisibility } from '../visibility.ts';
import {
  failedSummary,
  markDue,
  markFinished,
  markStarted,
  type SyncSummary,
  summaryOf,
  syncStates,
  troubleOf,
} from './sync-state.ts';

/** Something that the settings name, to be kept in sync. */
export interface SyncSource {
  /** A folder, a file, a git repository or a URL. */
  readonly from: string;
  readonly collection: string;
  readonly visibility?: DocumentVisibility;
  /** How often; without it at the start and when asked. */
  readonly everyMs?: number;
  readonly limits?: LoadOptions['site'];
}

export interface SyncDeps<T> {
  readonly db: Kysely<T>;
  readonly sources: readonly SyncSource[];
  readonly ingest: (options: IngestOptions) => Promise<IngestReport>;
  /** Runs `work` in one process at a time; undefined when another one is at it. */
  readonly alone: <R>(work: () => Promise<R>) => Promise<R | undefined>;
  readonly log: Log;
  readonly now: () => Date;
}

export interface SyncReport {
  readonly name: string;
  readonly report: IngestReport;
}

/** Keeps the sources of the settings in sync. */
export interface Sync {
  /** Every source now, one after the other, due or not. A source that fails throws. */
  all(options: Pick<IngestOptions, 'dryRun' | 'onProgress' | 'signal'>): Promise<readonly SyncReport[]>;
  /** Those that are due, unless another process is at it. Failures are logged, once per change of their reason. */
  due(signal: AbortSignal): Promise<void>;
  /** Makes sources due: those without a schedule at the start, those that changed. */
  expect(isMeant: (source: SyncSource) => boolean): Promise<void>;
}

/** How a source is known in the database, in logs and to `doctor`: without the user name and password that its URL may carry. */
export const nameOf = ({ collection, from }: Pick<SyncSource, 'collection' | 'from'>): string => {
  const withoutLogin = from.replace(/^((?:git\+)?https?:\/\/)[^/\s]*@/i, '$1');
  return `${collection}: ${withoutLogin.replace(/^([a-z+]+:\/\/[^/:@\s]*):[^/\s]*@/i, '$1@')}`;
};

export const createSync = <T>({ db, sources, ingest, alone, log, now }: SyncDeps<T>): Sync => {
  const run = async (source: SyncSource, options: Pick<IngestOptions, 'dryRun' | 'onProgress' | 'signal'>) => {
    const { from, collection, visibility, limits } = source;
    return ingest({
      sources: [from],
      collection,
      ...(visibility === undefined ? {} : { visibility }),
      ...(limits === undefined ? {} : { limits }),
      ...options,
    });
  };

  const recorded = async (source: SyncSource, options: Pick<IngestOptions, 'onProgress' | 'signal'>) => {
    const name = nameOf(source);
    const startedAt = now();
    const finish = (summary: SyncSummary) => markFinished(db, name, { startedAt, finishedAt: now(), summary });
    await markStarted(db, name, startedAt);
    try {
      const report = await run(source, options);
      await finish(summaryOf(report));
      return report;
    } catch (error) {
      // Stopped on purpose: it goes on where it was, as soon as it can.
      if (options.signal?.aborted !== true)
        await finish(failedSummary(errorMessage(error), now().getTime() - startedAt.getTime()));
      throw error;
    }
  };

  const watched = async (source: SyncSource, signal: AbortSignal): Promise<void> => {
    const name = nameOf(source);
    const before = await troubleAt(name);
    const report = await recorded(source, { signal }).catch((error: unknown) => {
      if (signal.aborted) throw error;
      return undefined;
    });
    const after = await troubleAt(name);
    if (after !== undefined && after !== before)
      log.warn({ source: name, reason: after }, 'a source could not be synced');
    if (after === undefined && before !== undefined) log.info({ source: name }, 'a source is in sync again');
    if (report === undefined) return;
    const { added, changed, removed } = report;
    if (added + changed + removed > 0) log.info({ source: name, added, changed, removed }, 'a source was synced');
  };
  const troubleAt = async (name: string): Promise<string | undefined> =>
    troubleOf((await syncStates(db)).find((state) => state.name === name)?.report);

  return {
    async all(options) {
      const reports: SyncReport[] = [];
      for (const source of sources) {
        const report = options.dryRun === true ? await run(source, options) : await recorded(source, options);
        reports.push({ name: nameOf(source), report });
      }
      return reports;
    },
    async due(signal) {
      if (sources.length === 0) return;
      await alone(async () => {
        for (const source of sources) {
          signal.throwIfAborted();
          const states = new Map((await syncStates(db)).map((state) => [state.name, state]));
          const finished = states.get(nameOf(source))?.finishedAt ?? null;
          const isDue =
            finished === null ||
            (source.everyMs !== undefined && finished.getTime() + source.everyMs <= now().getTime());
          if (isDue) await watched(source, signal);
        }
      });
    },
    async expect(isMeant) {
      for (const source of sources.filter(isMeant)) await markDue(db, nameOf(source));
    },
  };
};
