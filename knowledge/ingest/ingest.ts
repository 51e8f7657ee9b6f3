import type { Kysely } from 'kysely';
import type { Item } from '../document.ts';
import type { PersonalDataPolicy } from '../personal-data/policy.ts';
import type { FetchPage } from '../sources/fetch-page.ts';
import { type Clock, type Entry, type LoadOptions, load, type Survey, survey } from '../sources/load.ts';
import type { DocumentVisibility } from '../visibility.ts';
import { findKnown, idsElsewhere } from './known-documents.ts';
import { readAhead } from './read-ahead.ts';
import type { IngestProgress, IngestReport } from './report.ts';
import { createRun, type Planner } from './run.ts';
import { analyseTables } from './write-documents.ts';

/** Documents that are read at a time: extraction runs in processes of its own. */
const readAtOnce = 4;

export interface IngestOptions {
  /** Folders, files, git repositories and http(s) URLs. */
  readonly sources: readonly string[];
  /** Documents of different collections may carry the same `_id`. Default: `default`. */
  readonly collection?: string;
  /**
   * Puts the collection before every id (`sample:a.md`), so that none is taken from a collection that comes later. Default:
   * a document's id is its own (`_id`, path or URL), and only one that another collection has is told apart like that.
   */
  readonly prefixIds?: boolean;
  /** Default: `public`. */
  readonly visibility?: DocumentVisibility;
  /** Default: `flag`. */
  readonly personalData?: PersonalDataPolicy;
  /** Folder that relative paths start from. Default: the working directory. */
  readonly base?: string;
  /** Reads and compares everything, and changes nothing: the report says what would happen. */
  readonly dryRun?: boolean;
  /** A source of many documents that holds none any more is taken at its word. Default: nothing is removed then. */
  readonly allowEmpty?: boolean;
  readonly fetchPage?: FetchPage;
  readonly clock?: Clock;
  /** Hosts that may be read though their addresses are not public. */
  readonly privateHosts?: readonly string[];
  /** Where fetched repositories are kept between two runs. */
  readonly cacheFolder?: string;
  /** How much of a web site is read. */
  readonly limits?: LoadOptions['site'];
  /** Most documents that one transaction stores. Default: 200. */
  readonly batchSize?: number;
  readonly onProgress?: (progress: IngestProgress) => void;
  /** Stops between two documents; what is stored stays, and the next run goes on from there. */
  readonly signal?: AbortSignal;
}

/**
 * Brings a collection in line with its sources. A document whose bytes are known costs a hash, one whose source says that
 * nothing changed not even that; one that has vanished from its source is deleted, once the whole source was seen. An item that cannot be read is
 * reported, tried again the next time, and never stops the rest.
 */
export const ingest = async <T>(db: Kysely<T>, options: IngestOptions, planner?: Planner): Promise<IngestReport> => {
  const started = performance.now();
  const { signal, collection = 'default' } = options;
  const loading = loadOptions(options);
  const surveys: Survey[] = [];
  for (const source of options.sources) surveys.push(await survey(source, loading));
  const run = createRun(db, { ...options, collection }, surveys, {
    elsewhere: await idsElsewhere(db, collection),
    planner,
  });
  try {
    for (const place of surveys) {
      const root = run.open(place, await findKnown(db, collection, place.root));
      const items = everything(place.entries, { ...loading, known: root.known });
      for await (const settle of readAhead(items, readAtOnce, root.begin)) {
        signal?.throwIfAborted();
        await settle();
      }
      signal?.throwIfAborted();
      await root.close();
    }
  } finally {
    await run.stop();
  }
  const report = { ...run.report(), ms: Math.round(performance.now() - started) };
  if (options.dryRun !== true && isMuch(report)) await analyseTables(db);
  return report;
};

const loadOptions = (options: IngestOptions): LoadOptions => ({
  base: options.base ?? process.cwd(),
  ...(options.fetchPage ? { fetchPage: options.fetchPage } : {}),
  ...(options.clock ? { clock: options.clock } : {}),
  ...(options.privateHosts ? { privateHosts: options.privateHosts } : {}),
  ...(options.cacheFolder === undefined ? {} : { cacheFolder: options.cacheFolder }),
  ...(options.limits ? { site: options.limits } : {}),
  ...(options.signal ? { signal: options.signal } : {}),
});

async function* everything(
  entries: readonly Entry[],
  options: LoadOptions,
): AsyncGenerator<{ readonly item: Item; readonly entry: Entry }> {
  for (const entry of entries) for await (const item of load(entry, options)) yield { item, entry };
}

/** Did enough change for the planner to need new statistics? */
const isMuch = ({ added, changed, removed, unchanged }: Omit<IngestReport, 'ms'>): boolean => {
  const moved = added + changed + removed;
  return moved > 0 && (moved >= 1_000 || moved * 10 >= unchanged);
};
