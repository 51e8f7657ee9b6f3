import { type Kysely, type RawBuilder, sql } from 'kysely';
import { createBatcher } from '#core/batch.ts';
import { type ConversationStatus, priorities } from '#core/conversation.ts';
import { type Commit, type Ledger, sendGraceMs } from '#core/ledger.ts';
import type { ConversationId } from '#core/message.ts';
import {
  type ClaimRow,
  type CommitRow,
  type ContextRow,
  type DeliveryRow,
  toClaim,
  toCommitRow,
  toCommitted,
  toContext,
  toDispatch,
} from './ledger-rows.ts';
import { isRefusal, runStatement } from './run-statement.ts';
import { toStorableJson, toStorableText } from './storable.ts';
import type { Tables } from './tables.ts';

export interface LedgerSettings {
  /** Names this process in leases; unique among all that share the database. */
  readonly worker: string;
  /** How long a claim lasts without a heartbeat, in milliseconds. */
  readonly leaseMs: number;
}

/** The message path over the SQL functions of migrations 0002, 0004 and 0006. */
export const createLedger = (db: Kysely<Tables>, { worker, leaseMs }: LedgerSettings): Ledger => {
  const lease = sql`make_interval(secs => ${leaseMs / 1000}::float)`;
  const grace = sql`make_interval(secs => ${sendGraceMs / 1000}::float)`;
  const ids = (values: readonly ConversationId[]) => sql`${`{${values.join(',')}}`}::bigint[]`;

  /** Whoever waits for one row can be a deadlock's victim too: it wrote nothing, and is run again. */
  const run = <T>(statement: RawBuilder<T>) => runStatement(() => statement.execute(db));

  const commitOne = (commit: Commit): Promise<CommitRow | null> =>
    call(db, sql`select commit_turn(${json(toCommitRow(worker, commit))}, ${lease}) as result`);
  /**
   * Turns that end at the same time share a round trip; rows are locked in id order, as within one commit. When the database
   * refuses one, nothing of the batch was written: each is run again by itself.
   */
  const commitTogether = createBatcher<Commit, CommitRow | null>(
    async (commits) => {
      if (commits.length === 1) return [await commitOne(commits[0] as Commit)];
      const order = commits
        .map((commit, place) => ({ commit, place }))
        .sort((a, b) => (BigInt(a.commit.conversation) < BigInt(b.commit.conversation) ? -1 : 1));
      const rows = order.map(({ commit }) => toCommitRow(worker, commit));
      const results = await call<readonly (CommitRow | null)[]>(
        db,
        sql`select jsonb_agg(commit_turn(value, ${lease}) order by place) as result
        from jsonb_array_elements(${json(rows)}) with ordinality as t (value, place)`,
      );
      const inPlace: (CommitRow | null)[] = [];
      order.forEach(({ place }, index) => {
        inPlace[place] = results[index] ?? null;
      });
      return inPlace;
    },
    16,
    isRefusal,
  );

  return {
    async accept(entries) {
      const events = entries.map(({ event, settleMs, priority, trace }) => ({
        ...event,
        settleMs,
        priority: priorities.indexOf(priority),
        ...(trace === undefined ? {} : { trace }),
      }));
      return await call(db, sql`select accept_events(${json(events)}) as result`);
    },
    async claimReading(limit) {
      const { rows } = await run(
        sql<{ result: ClaimRow }>`select claim_reading(${worker}, ${limit}::int, ${lease}) as result`,
      );
      return rows.map((row) => toClaim(row.result));
    },
    async renewReading(conversations) {
      const { rows } = await run(
        sql<{
          id: ConversationId;
          version: number;
        }>`select id, version from renew_reading(${worker}, ${ids(conversations)}, ${lease})`,
      );
      return new Map(rows.map((row) => [row.id, row.version]));
    },
    async keepStream(id, stream) {
      await run(sql`update conversations set stream = ${stream} where id = ${id}::bigint and reading_by = ${worker}`);
    },
    async beginShowing(id, version) {
      return await call(db, sql`select begin_showing(${worker}, ${id}::bigint, ${version}::int, ${grace}) as result`);
    },
    async releaseReading(id, { pauseMs, failed }) {
      await run(
        sql`select release_reading(${worker}, ${id}::bigint, make_interval(secs => ${pauseMs / 1000}::float), ${failed}::boolean)`,
      );
    },
    async commit(commit) {
      const askedAt = performance.now();
      const result = await (touchesOthers(commit) ? commitOne(commit) : commitTogether(commit));
      return result === null ? 'stale' : toCommitted(result, commit, askedAt);
    },
    async commitTaking(commit) {
      const askedAt = performance.now();
      const result = await call<CommitRow | { readonly busy: true } | null>(
        db,
        sql`select commit_taking(${json(toCommitRow(worker, commit))}, ${lease}, ${grace}) as result`,
      );
      if (result === null) return 'stale';
      return 'busy' in result ? 'busy' : toCommitted(result, commit, askedAt);
    },
    async claimDelivering(limit) {
      const askedAt = performance.now();
      const { rows } = await run(
        sql<{ result: DeliveryRow }>`select claim_delivering(${worker}, ${limit}::int, ${lease}) as result`,
      );
      return rows.map(({ result }) => ({
        conversationId: result.conversationId,
        status: result.status,
        dispatches: result.rows.map(toDispatch),
        askedAt,
      }));
    },
    async holdDelivering(id) {
      const status = await call<ConversationStatus | null>(
        db,
        sql`select hold_delivering(${worker}, ${id}::bigint, ${lease}) as result`,
      );
      return status ?? undefined;
    },
    async renewDelivering(conversations) {
      const { rows } = await run(
        sql<{
          id: ConversationId;
          status: ConversationStatus;
        }>`select id, status from renew_delivering(${worker}, ${ids(conversations)}, ${lease})`,
      );
      return new Map(rows.map((row) => [row.id, row.status]));
    },
    async finishDelivering(deliveries) {
      await call(db, sql`select finish_delivering(${worker}, ${json(deliveries)})::text as result`);
    },
    async depth() {
      const { rows } = await sql<{ reading: number; delivering: number }>`select
        (select count(*)::int from conversations where wake_at <= now()) as reading,
        (select count(*)::int from conversations where deliver_at <= now()) as delivering`.execute(db);
      return rows[0] ?? { reading: 0, delivering: 0 };
    },
    async isSettled(id, seq) {
      const { rows } = await sql<{
        settled: boolean;
      }>`select consumed_seq >= ${seq} as settled from conversations where id = ${id}::bigint`.execute(db);
      return rows[0]?.settled ?? true;
    },
    async loadContext(id, limit) {
      return toContext(
        await call<ContextRow>(
          db,
          sql`select jsonb_build_object(
        'window', (select jsonb_agg(message_json(m) order by m.id) from (
            select * from messages where conversation_id = ${id}::bigint and visibility = 'customer' and deleted_at is null order by id desc limit ${limit}::int) m),
        'memories', (select jsonb_agg(jsonb_build_object('kind', r.kind, 'text', r.text, 'importance', r.importance) order by r.importance desc) from (
            select x.* from memories x join conversations c on c.person_id = x.person_id
            where c.id = ${id}::bigint and (x.expires_at is null or x.expires_at > now()) order by importance desc limit 20) r),
        'answers', (select count(*) from messages m where m.conversation_id = ${id}::bigint and m.role = 'bot' and m.meta->>'kind' in ('answer', 'ask-back')
            and m.at > coalesce((select max(e.resolved_at) from escalations e where e.conversation_id = ${id}::bigint), '-infinity'))) as result`,
        ),
      );
    },
    async quarantine({ channel, source, reason, blobRef }) {
      await db
        .insertInto('quarantine')
        .values({
          channel,
          source: toStorableText(source, 500),
          reason: toStorableText(reason, 2_000),
          blob_ref: blobRef ?? null,
        })
        .onConflict((conflict) => conflict.columns(['channel', 'source']).doNothing())
        .execute();
    },
  };
};

const touchesOthers = ({ conversation, changes, outbox, escalation }: Commit): boolean =>
  escalation !== undefined || [...changes, ...outbox].some((entry) => entry.conversation !== conversation);

/** Parameters travel as text with a cast: both drivers would otherwise guess differently at arrays and objects. */
const json = (value: unknown) => sql`${toStorableJson(value)}::jsonb`;

const call = async <T>(db: Kysely<Tables>, statement: ReturnType<typeof sql>): Promise<T> => {
  const { rows } = await runStatement(() => statement.execute(db));
  return (rows[0] as { result: T }).result;
};
