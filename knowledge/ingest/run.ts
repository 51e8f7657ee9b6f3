import type { Kysely } from 'kysely';
import type { Unreadable } from '../document.ts';
import type { Survey } from '../sources/load.ts';
import { createBatches, createDryBatches } from './batches.ts';
import type { IngestOptions } from './ingest.ts';
import type { Known } from './known-documents.ts';
import type { PreparedDocument } from './prepare-document.ts';
import type { IngestReport, PersonalDataReport, PlannedChange } from './report.ts';
import { createRoot, type Root } from './root.ts';

/** What one ingestion has seen and done so far, over all of its sources. */
export interface Tally {
  /** Where each id was found. */
  readonly seen: Map<string, string>;
  readonly unreadable: Unreadable[];
  readonly incomplete: { readonly source: string; readonly reason: string }[];
  readonly personalData: PersonalDataReport[];
  readonly plan: Record<'added' | 'changed' | 'removed', PlannedChange[]>;
  unchanged: number;
  removed: number;
  /** For the progress bar: documents handled, and how many there seem to be. */
  done: number;
  total: number;
}

/** Who wants to know the documents themselves that a dry run would write, and the ids of those that it would delete. */
export interface Planner {
  write(kind: 'added' | 'changed', document: PreparedDocument): void;
  remove(id: string): void;
}

/** One ingestion, source by source. */
export interface Run {
  open(survey: Survey, known: Known): Root;
  /** Resolves when nothing is being stored any more. */
  stop(): Promise<void>;
  report(): Omit<IngestReport, 'ms'>;
}

export const createRun = <T>(
  db: Kysely<T>,
  options: IngestOptions & { readonly collection: string },
  surveys: readonly Survey[],
  { elsewhere, planner }: { readonly elsewhere: ReadonlySet<string>; readonly planner?: Planner | undefined },
): Run => {
  const sizes = surveys.flatMap((found) => [found.unreadable.length, ...found.entries.map((entry) => entry.count)]);
  const tally: Tally = {
    seen: new Map(),
    unreadable: [],
    incomplete: [],
    personalData: [],
    plan: { added: [], changed: [], removed: [] },
    unchanged: 0,
    removed: 0,
    done: 0,
    total: sizes.reduce((sum, size) => sum + size, 0),
  };
  const batches =
    options.dryRun === true
      ? createDryBatches((kind, document) => {
          tally.plan[kind].push({ source: document.source, title: document.displayTitle });
          planner?.write(kind, document);
        })
      : createBatches(db, options.batchSize);
  const advance = () => {
    tally.done += 1;
    options.onProgress?.({
      done: tally.done,
      total: Math.max(tally.total, tally.done),
      unreadable: tally.unreadable.length,
      unchanged: tally.unchanged,
    });
  };
  return {
    open: (survey, known) => createRoot(db, options, { survey, known, elsewhere, tally, batches, advance, planner }),
    stop: batches.stop,
    report: () => ({
      ...batches.counts,
      unchanged: tally.unchanged,
      removed: tally.removed,
      unreadable: tally.unreadable,
      incomplete: tally.incomplete,
      personalData: tally.personalData,
      ...(options.dryRun === true ? { plan: tally.plan } : {}),
    }),
  };
};
