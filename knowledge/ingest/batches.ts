import type { Kysely } from 'kysely';
import type { PreparedDocument } from './prepare-document.ts';
import { writeDocuments } from './write-documents.ts';

/** A batch is stored when it has this many chunks or documents: one transaction of some 100 ms. */
const batchChunks = 250;
const batchDocuments = 200;

/** Stores documents in their order, batch by batch. While one batch is stored, the next one is read. */
export interface Batches {
  /** `isKnown`: an earlier version is stored. */
  add(document: PreparedDocument, isKnown: boolean): Promise<void>;
  /** Resolves when everything is stored. */
  flush(): Promise<void>;
  /** Resolves when nothing is being stored any more; what waits is dropped. */
  stop(): Promise<void>;
  readonly counts: { readonly added: number; readonly changed: number; readonly chunks: number };
}

export const createBatches = <T>(db: Kysely<T>, documentsAtOnce: number = batchDocuments): Batches => {
  const counts = { added: 0, changed: 0, chunks: 0 };
  let batch: PreparedDocument[] = [];
  let waiting = 0;
  let storing: Promise<void> = Promise.resolve();

  const store = async (documents: readonly PreparedDocument[], chunks: number): Promise<void> => {
    const changed = await writeDocuments(db, documents);
    counts.changed += changed;
    counts.added += documents.length - changed;
    counts.chunks += chunks;
  };
  const next = async (): Promise<void> => {
    await storing;
    if (batch.length === 0) return;
    storing = store(batch, waiting);
    // Whoever comes next is told.
    storing.catch(() => undefined);
    batch = [];
    waiting = 0;
  };
  return {
    counts,
    async add(document) {
      batch.push(document);
      waiting += document.chunks.length;
      if (waiting >= batchChunks || batch.length >= documentsAtOnce) await next();
    },
    async flush() {
      await next();
      await storing;
    },
    async stop() {
      batch = [];
      await storing.catch(() => undefined);
    },
  };
};

/** Counts like `createBatches` and stores nothing; what would be stored is told to `planned`. */
export const createDryBatches = (planned: (kind: 'added' | 'changed', document: PreparedDocument) => void): Batches => {
  const counts = { added: 0, changed: 0, chunks: 0 };
  return {
    counts,
    async add(document, isKnown) {
      const kind = isKnown ? 'changed' : 'added';
      counts[kind] += 1;
      counts.chunks += document.chunks.length;
      planned(kind, document);
    },
    flush: () => Promise.resolve(),
    stop: () => Promise.resolve(),
  };
};
