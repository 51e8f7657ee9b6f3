import type { Kysely, Transaction } from 'kysely';
import { deleteWithin } from './delete-documents.ts';
import { lockKnowledge } from './forget.ts';
import { type IngestOptions, ingest } from './ingest.ts';
import type { PreparedDocument } from './prepare-document.ts';
import { writeWithin } from './write-documents.ts';

/** What an ingestion would write and delete. */
export interface IngestPlan {
  readonly added: readonly PreparedDocument[];
  readonly changed: readonly PreparedDocument[];
  /** Ids. */
  readonly removed: readonly string[];
}

/** Reads and compares as an ingestion does, keeps what it would write in memory, and writes nothing. */
export const planIngest = async <T>(db: Kysely<T>, options: IngestOptions): Promise<IngestPlan> => {
  const plan = { added: [] as PreparedDocument[], changed: [] as PreparedDocument[], removed: [] as string[] };
  await ingest(
    db,
    { ...options, dryRun: true },
    { write: (kind, document) => plan[kind].push(document), remove: (id) => plan.removed.push(id) },
  );
  return plan;
};

/** Carries a plan out within a transaction of somebody else, which may be rolled back afterwards. */
export const applyPlan = async <T>(trx: Transaction<T>, { added, changed, removed }: IngestPlan): Promise<void> => {
  await lockKnowledge(trx);
  const documents = [...added, ...changed];
  if (documents.length > 0) await writeWithin(trx, documents);
  if (removed.length > 0) await deleteWithin(trx, removed);
};
