import { type Kysely, sql } from 'kysely';
import type { IngestReport } from '../ingest/report.ts';

/** What is kept of a sync: counts, and why it failed or did not see everything. */
export interface SyncSummary {
  readonly added: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly removed: number;
  readonly unreadable: number;
  readonly ms: number;
  /** Nothing could be read: the folder is gone, the site does not answer. */
  readonly failure?: string;
  readonly incomplete?: readonly string[];
}

/** A source as its last syncs left it. */
export interface SyncState {
  readonly name: string;
  readonly startedAt: Date | null;
  /** Null also when the source has to be synced again at once. */
  readonly finishedAt: Date | null;
  readonly report: SyncSummary | null;
}

export const summaryOf = (report: IngestReport): SyncSummary => {
  const { added, changed, unchanged, removed, ms } = report;
  const first = report.unreadable[0];
  const nothing = added + changed + unchanged === 0 && first !== undefined;
  return {
    added,
    changed,
    unchanged,
    removed,
    unreadable: report.unreadable.length,
    ms,
    ...(nothing ? { failure: first.reason } : {}),
    ...(report.incomplete.length > 0 ? { incomplete: report.incomplete.map(({ reason }) => reason) } : {}),
  };
};

export const failedSummary = (failure: string, ms: number): SyncSummary => ({
  added: 0,
  changed: 0,
  unchanged: 0,
  removed: 0,
  unreadable: 0,
  ms,
  failure,
});

/** Why a sync is worth a line in the log; undefined when all is well. */
export const troubleOf = (summary: SyncSummary | null | undefined): string | undefined =>
  summary?.failure ?? summary?.incomplete?.join('; ');

export const syncStates = async <T>(db: Kysely<T>): Promise<readonly SyncState[]> => {
  const { rows } = await sql<SyncState>`
    select name, last_started_at as "startedAt", last_finished_at as "finishedAt", report from knowledge_syncs order by name`.execute(
    db,
  );
  return rows;
};

export const markStarted = async <T>(db: Kysely<T>, name: string, at: Date): Promise<void> => {
  await sql`
    insert into knowledge_syncs (name, last_started_at) values (${name}, ${at})
    on conflict (name) do update set last_started_at = excluded.last_started_at`.execute(db);
};

/** A source that became due while it was synced stays due: something changed behind our back. */
export const markFinished = async <T>(
  db: Kysely<T>,
  name: string,
  {
    startedAt,
    finishedAt,
    summary,
  }: { readonly startedAt: Date; readonly finishedAt: Date; readonly summary: SyncSummary },
): Promise<void> => {
  await sql`
    update knowledge_syncs set report = ${JSON.stringify(summary)}::jsonb,
      last_finished_at = case when last_started_at = ${startedAt} then ${finishedAt}::timestamptz end
    where name = ${name}`.execute(db);
};

/** Makes a source due, whenever it was synced last. */
export const markDue = async <T>(db: Kysely<T>, name: string): Promise<void> => {
  await sql`
    insert into knowledge_syncs (name) values (${name})
    on conflict (name) do update set last_started_at = null, last_finished_at = null`.execute(db);
};

/** Items that could not be read the last time, the latest first. */
export const failures = async <T>(
  db: Kysely<T>,
  limit: number,
): Promise<{
  readonly count: number;
  readonly latest: readonly { readonly source: string; readonly reason: string }[];
}> => {
  const { rows } = await sql<{ source: string; reason: string; count: number }>`
    select source, reason, count(*) over ()::int as count from knowledge_failures order by last_at desc, source limit ${limit}`.execute(
    db,
  );
  return { count: rows[0]?.count ?? 0, latest: rows.map(({ source, reason }) => ({ source, reason })) };
};
