import { type Kysely, sql } from 'kysely';
import type { ArticleStatus } from '#core/article-draft.ts';
import type { ConversationState } from '#core/channel.ts';
import type { Priority } from '#core/conversation.ts';
import { priorities } from '#core/conversation.ts';
import type { Brief, EscalationReason, EscalationStatus } from '#core/escalation.ts';
import type { Address, ChannelId, ConversationId, EscalationId, Identity } from '#core/message.ts';
import type { EventRow } from './cases.ts';
import type { Tables } from './tables.ts';

/** A case as lists show it. */
export interface DeskRow {
  readonly id: EscalationId;
  readonly code: string;
  readonly status: EscalationStatus;
  readonly reason: EscalationReason;
  readonly brief: Brief;
  readonly channel: ChannelId;
  readonly conversationId: ConversationId;
  readonly customerId: string;
  readonly customerName: string | null;
  readonly organization: string | null;
  readonly identity: Identity['level'] | null;
  readonly priority: Priority;
  readonly claimedBy: string | null;
  readonly openedAt: string;
  readonly waitingSince: string | null;
  readonly conversationStatus: 'bot' | 'waiting' | 'human' | 'resolved';
  readonly owner: string | null;
  readonly events: readonly EventRow[];
  /** What the customer said of it once it was closed. */
  readonly satisfaction: 1 | -1 | null;
  /** The article that was drafted from it. */
  readonly article: { readonly id: string; readonly status: ArticleStatus; readonly decidedBy: string | null } | null;
}

const selected = sql`select jsonb_build_object('id', e.id::text, 'code', e.code, 'status', e.status, 'reason', e.reason, 'brief', e.brief,
  'channel', c.channel, 'conversationId', c.id::text, 'customerId', c.customer_id, 'customerName', c.customer_name, 'organization', coalesce(card.organization, c.organization),
  'identity', coalesce(said.level, i.level), 'priority', c.priority, 'claimedBy', e.claimed_by, 'openedAt', e.opened_at, 'conversationStatus', c.status, 'owner', c.owner,
  'events', case_events(e),
  'satisfaction', (select f.score from feedback f join messages m on m.id = f.message_id where m.conversation_id = c.id and m.meta->>'asks' = 'satisfaction'
      and m.at >= e.opened_at and not exists (select from escalations n where n.conversation_id = c.id and n.id > e.id and n.opened_at <= m.at)
    order by f.at desc limit 1),
  'article', (select jsonb_build_object('id', d.id::text, 'status', d.status, 'decidedBy', d.decided_by) from drafts d where d.escalation_id = e.id),
  'waitingSince', case when e.status <> 'resolved' then (select min(m.at) from messages m where m.conversation_id = c.id and m.role = 'customer' and m.visibility = 'customer'
      and m.id > coalesce((select max(h.id) from messages h where h.conversation_id = c.id and h.role = 'human' and h.visibility = 'customer'), 0)
      and m.at >= e.opened_at - interval '1 hour') end) as row
  from escalations e join conversations c on c.id = e.conversation_id
  -- A name where the platform has told one; the id decides what may be said, and is not what people read.
  left join lateral (select k.meta->'card'->>'organization' as organization from messages k where k.conversation_id = e.desk_conversation_id
    order by k.id limit 1) card on true
  left join identities i on i.channel = c.channel and i.external_id = c.customer_id
  left join lateral (select x.event->'identity'->>'level' as level from inbox x where x.conversation_id = c.id
    and x.event->'author'->>'externalId' = c.customer_id and x.event ? 'identity' order by x.seq desc limit 1) said on true`;

/** Cases for the support team. `identity` is what the customer's latest words here rest on, not what they proved elsewhere. */
export const createDeskRows = (db: Kysely<Tables>) => ({
  async list(filter: {
    readonly status: EscalationStatus | 'all';
    readonly before?: string;
    readonly limit: number;
  }): Promise<{ readonly items: readonly DeskRow[]; readonly more: boolean }> {
    const status = filter.status === 'all' ? sql`true` : sql`e.status = ${filter.status}`;
    const before = filter.before === undefined ? sql`` : sql`and e.id < ${filter.before}::bigint`;
    const { rows } = await sql<{
      row: DeskRow & { priority: number };
    }>`${selected} where ${status} ${before} order by e.id desc limit ${filter.limit + 1}::int`.execute(db);
    return { items: rows.slice(0, filter.limit).map(toDeskRow), more: rows.length > filter.limit };
  },
  async counts(): Promise<{ readonly open: number; readonly claimed: number; readonly resolved: number }> {
    const { rows } = await sql<{
      status: EscalationStatus;
      count: number;
    }>`select status, count(*)::int as count from escalations group by status`.execute(db);
    const of = (status: EscalationStatus): number => rows.find((row) => row.status === status)?.count ?? 0;
    return { open: of('open'), claimed: of('claimed'), resolved: of('resolved') };
  },
  async get(id: string): Promise<DeskRow | undefined> {
    // `case-7F3K`, as cards name it; a code may come up again after years, so the newest is meant.
    const code = /^case-([A-Z\d]{4,12})$/i.exec(id)?.[1]?.toUpperCase();
    if (code === undefined && !/^\d{1,18}$/.test(id)) return undefined;
    const which = code === undefined ? sql`e.id = ${id}::bigint` : sql`e.code = ${code} order by e.id desc limit 1`;
    const { rows } = await sql<{ row: DeskRow & { priority: number } }>`${selected} where ${which}`.execute(db);
    return rows[0] === undefined ? undefined : toDeskRow(rows[0]);
  },
  async refusal(id: string, actionId: string): Promise<string | undefined> {
    const { rows } = await sql<{
      reason: string;
    }>`select reason from refusals where escalation_id = ${id}::bigint and action_id = ${actionId}`.execute(db);
    return rows[0]?.reason;
  },
  /** How the newest conversation of somebody in a place stands. */
  async stateOf({
    channel,
    space,
    externalId,
  }: {
    readonly channel: ChannelId;
    readonly space: string;
    readonly externalId: string;
  }): Promise<ConversationState | undefined> {
    const { rows } = await sql<{ status: ConversationState['status']; owner: string | null; code: string | null }>`
      select c.status, c.owner, (select e.code from escalations e where e.conversation_id = c.id and e.status <> 'resolved' order by e.id desc limit 1) as code
        from identities i join conversations c on c.person_id = i.person_id join addresses a on a.conversation_id = c.id
        where i.channel = ${channel} and i.external_id = ${externalId}
          and c.kind = 'customer' and c.channel = i.channel and c.customer_id = i.external_id and a.channel = c.channel and a.space = ${space}
        order by a.touched_at desc limit 1`.execute(db);
    const [row] = rows;
    return row === undefined
      ? undefined
      : {
          status: row.status,
          ...(row.owner === null ? {} : { owner: row.owner }),
          ...(row.code === null ? {} : { code: row.code }),
        };
  },
  /** Gives up on events of desk threads that have not become known for this long, and answers where they were. */
  async expireHeld(seconds: number): Promise<readonly Address[]> {
    const { rows } =
      await sql<Address>`select channel, space, thread from expire_held(make_interval(secs => ${seconds}::int))`.execute(
        db,
      );
    return rows;
  },
  /** Median wait for a person over the last 30 days, in minutes; undefined before there are five to go by. */
  async usualWaitMinutes(): Promise<number | undefined> {
    const { rows } = await sql<{
      minutes: number | null;
      n: number;
    }>`select (percentile_cont(0.5) within group (order by extract(epoch from claimed_at - opened_at)) / 60)::float as minutes,
      count(*)::int as n from escalations where claimed_at > now() - interval '30 days' and claimed_at > opened_at`.execute(
      db,
    );
    const row = rows[0];
    return row === undefined || row.minutes === null || row.n < 5 ? undefined : row.minutes;
  },
});
export type DeskRows = ReturnType<typeof createDeskRows>;

const toDeskRow = ({ row }: { readonly row: Omit<DeskRow, 'priority'> & { readonly priority: number } }): DeskRow => ({
  ...row,
  priority: priorities[row.priority] ?? 'normal',
});
