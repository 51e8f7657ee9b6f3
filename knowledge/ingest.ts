import { createHash } from 'node:crypto';
import { sep } from 'node:path';
import { type Kysely, sql } from 'kysely';
import { chunk } from './chunks/chunk.ts';
import type { Found, Unreadable } from './document.ts';
import { createFetchPage, type FetchPage } from './sources/fetch-page.ts';
import { type Entry, type LoadOptions, load, type Survey, survey } from './sources/load.ts';
import type { DocumentVisibility } from './visibility.ts';
import { analyseTables, deleteDocuments, type PreparedDocument, sweepKnowledge, writeDocuments } from './write.ts';

/** Part of every content hash: raise it when the same bytes should give other chunks, and everything is read anew. */
const pipelineVersion = 1;

/** A batch is stored when it has this many chunks or documents: one transaction of some 100 ms. */
const batchChunks = 250;
const batchDocuments = 200;

export interface IngestOptions {
  /** Folders, files and http(s) URLs. */
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
  /** Folder that relative paths start from. Default: the working directory. */
  readonly base?: string;
  readonly fetchPage?: FetchPage;
  readonly onProgress?: (progress: IngestProgress) => void;
  /** Stops between two batches; what is stored stays, and the next run goes on from there. */
  readonly signal?: AbortSignal;
}

/** Documents handled so far, and how many there seem to be. */
export interface IngestProgress {
  readonly done: number;
  readonly total: number;
  readonly unreadable: number;
}

export interface IngestReport {
  /** Documents. */
  readonly added: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly removed: number;
  /** Items that could not be read. What an earlier run stored of them stays. */
  readonly unreadable: readonly Unreadable[];
  /** Chunks written. */
  readonly chunks: number;
  readonly ms: number;
}

/**
 * Brings a collection in line with its sources. A document whose bytes are known costs a hash; one that has vanished
 * from its source is deleted. An item that cannot be read is reported and never stops the rest.
 */
export const ingest = async <T>(db: Kysely<T>, options: IngestOptions): Promise<IngestReport> => {
  const started = performance.now();
  const run = createRun(db, options, await idsElsewhere(db, options.collection ?? defaultCollection));
  const base = options.base ?? process.cwd();
  const loading: LoadOptions = {
    base,
    fetchPage: options.fetchPage ?? createFetchPage(),
    ...(options.signal ? { signal: options.signal } : {}),
  };
  const surveys: Survey[] = [];
  for (const source of options.sources) surveys.push(await survey(source, { base }));
  run.expect(surveys);
  for (const { entries, root, missing, unreadable } of surveys) {
    const known = await knownDocuments(db, run.collection, root);
    unreadable.forEach(run.report);
    for (const entry of entries) {
      for await (const item of load(entry, loading)) {
        options.signal?.throwIfAborted();
        await run.take(item, entry, known);
      }
    }
    await run.flush();
    if (!missing) await run.remove(known);
  }
  await run.finish();
  return { ...run.result(), ms: Math.round(performance.now() - started) };
};

const defaultCollection = 'default';

/** The ids that other collections hold. */
const idsElsewhere = async <T>(db: Kysely<T>, collection: string): Promise<ReadonlySet<string>> => {
  const { rows } = await sql<{ id: string }>`select id from documents where collection <> ${collection}`.execute(db);
  return new Set(rows.map(({ id }) => id));
};

interface KnownDocument {
  readonly id: string;
  readonly hash: string;
  readonly source: string;
}

/** What is stored of a root: itself, what lies below it, and the lines of its JSON Lines files. */
const knownDocuments = async <T>(
  db: Kysely<T>,
  collection: string,
  root: string,
): Promise<ReadonlyMap<string, KnownDocument>> => {
  const below = root.endsWith(sep) ? root : `${root}${sep}`;
  const { rows } = await sql<KnownDocument>`
    select id, content_hash as hash, source from documents
    where collection = ${collection} and (source = ${root} or starts_with(source, ${below}) or starts_with(source, ${`${root}#`}))`.execute(
    db,
  );
  return new Map(rows.map((row) => [row.id, row]));
};

/** The state of one ingestion: what was seen, the batch that waits to be stored, the counts. */
const createRun = <T>(
  db: Kysely<T>,
  { collection = defaultCollection, prefixIds = false, visibility = 'public', onProgress }: IngestOptions,
  elsewhere: ReadonlySet<string>,
) => {
  const seen = new Map<string, string>();
  const unreadable: Unreadable[] = [];
  const doubtful = new Set<string>();
  let batch: PreparedDocument[] = [];
  let waiting = 0;
  const counts = { added: 0, changed: 0, unchanged: 0, removed: 0, chunks: 0 };
  const progress = { done: 0, total: 0 };

  const advance = () => {
    progress.done += 1;
    onProgress?.({
      done: progress.done,
      total: Math.max(progress.total, progress.done),
      unreadable: unreadable.length,
    });
  };
  const report = (item: Unreadable) => {
    unreadable.push(item);
    doubtful.add(item.source);
    advance();
  };
  const idOf = (key: string): string => (prefixIds || elsewhere.has(key) ? `${collection}:${key}` : key);

  const flush = async () => {
    if (batch.length === 0) return;
    const changed = await writeDocuments(db, batch);
    counts.changed += changed;
    counts.added += batch.length - changed;
    counts.chunks += waiting;
    batch = [];
    waiting = 0;
  };

  const prepare = async (found: Found, id: string, contentHash: string) => {
    const reading = await found.read();
    if (!reading.ok) return report({ source: found.source, reason: reading.reason });
    const { document } = reading;
    const chunks = chunk(document.text, document.title);
    if (chunks.length === 0) return report({ source: found.source, reason: 'it has no text' });
    batch.push({ ...document, id, collection, source: found.source, visibility, contentHash, chunks });
    waiting += chunks.length;
    if (waiting >= batchChunks || batch.length >= batchDocuments) await flush();
    advance();
  };

  return {
    collection,
    report,
    flush,
    expect: (surveys: readonly Survey[]) => {
      const sizes = surveys.flatMap((found) => [found.unreadable.length, ...found.entries.map((entry) => entry.count)]);
      progress.total = sizes.reduce((sum, size) => sum + size, 0);
    },
    take: async (item: Found | Unreadable, entry: Entry, known: ReadonlyMap<string, KnownDocument>) => {
      if (!('key' in item)) {
        // A line without a readable `_id` could be any document of its file: none of them counts as removed.
        doubtful.add(entry.source);
        return report(item);
      }
      const id = idOf(item.key);
      const earlier = seen.get(id);
      if (earlier === item.source) return advance();
      if (earlier !== undefined) {
        return report({
          source: item.source,
          reason: `_id ${JSON.stringify(item.key)} is already taken by ${earlier}`,
        });
      }
      seen.set(id, item.source);
      const hash = contentHash(visibility, item.content);
      const before = known.get(id);
      if (before?.hash === hash && before.source === item.source) {
        counts.unchanged += 1;
        return advance();
      }
      return prepare(item, id, hash);
    },
    /** Deletes what was known but not seen, unless its source could not be read this time. */
    remove: async (known: ReadonlyMap<string, KnownDocument>) => {
      const isDoubtful = (source: string): boolean => containers(source).some((place) => doubtful.has(place));
      const gone = [...known.values()].filter(({ id, source }) => !seen.has(id) && !isDoubtful(source));
      for (let at = 0; at < gone.length; at += batchDocuments) {
        await deleteDocuments(
          db,
          gone.slice(at, at + batchDocuments).map(({ id }) => id),
        );
      }
      counts.removed += gone.length;
    },
    finish: async () => {
      if (counts.changed + counts.removed > 0) await sweepKnowledge(db);
      if (counts.added + counts.changed + counts.removed > 0) await analyseTables(db);
    },
    result: () => ({ ...counts, unreadable }),
  };
};

const contentHash = (visibility: DocumentVisibility, content: Uint8Array): string =>
  createHash('sha256').update(`${pipelineVersion}\n${visibility}\n`).update(content).digest('hex');

/** `source` and everything that it lies in: the file of a line, the folders of a file. */
const containers = (source: string): string[] => {
  const ends = source.split('').flatMap((letter, at) => (letter === '#' || letter === sep ? [at] : []));
  return [source, ...ends.map((end) => source.slice(0, end))];
};
