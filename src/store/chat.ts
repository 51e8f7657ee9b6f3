import { createHash, randomBytes, randomUUID, timingSafeEqual } from 'node:crypto';
import { type Kysely, sql } from 'kysely';
import { createBatcher } from '#core/batch.ts';
import type { Attachment, ConversationId, MessageId } from '#core/message.ts';
import type { MessageRow } from './ledger-rows.ts';
import type { Tables } from './tables.ts';

/** A message as a page shows it. */
export interface PageMessage extends MessageRow {
  readonly delivery: { readonly state: 'pending' | 'delivered' | 'failed'; readonly error: string | null } | null;
  /** What readers made of an answer; `null` where nobody voted, and for customers. */
  readonly votes: { readonly up: number; readonly down: number } | null;
}

/** Who has a conversation. */
export interface ConversationState {
  readonly status: 'bot' | 'waiting' | 'human' | 'resolved';
  readonly owner: string | null;
}

export interface StoredSession {
  readonly id: string;
  readonly expiresAt: Date;
  readonly conversationId?: ConversationId;
}

const sessionDays = 30;
/** How long a checked token is believed without asking again, in milliseconds. */
const believeMs = 30_000;
const cacheSize = 10_000;

/** Web-chat sessions (tokens stored hashed) and the messages of a conversation. */
export const createChatRows = (db: Kysely<Tables>, now: () => Date) => {
  const checked = new Map<string, { readonly hash: string; readonly session: StoredSession; readonly until: number }>();

  return {
    async createSession(): Promise<{ readonly id: string; readonly token: string; readonly expiresAt: Date }> {
      const id = randomUUID();
      const token = randomBytes(32).toString('base64url');
      const expiresAt = new Date(now().getTime() + sessionDays * 86_400_000);
      await db
        .insertInto('web_sessions')
        .values({ id, token_hash: hashOf(token), expires_at: expiresAt })
        .execute();
      return { id, token, expiresAt };
    },
    async authenticate(id: string, token: string): Promise<StoredSession | 'unknown' | 'forbidden' | 'expired'> {
      const hash = hashOf(token);
      const hit = checked.get(id);
      if (hit !== undefined && hit.hash === hash && hit.until > now().getTime() && hit.session.expiresAt > now())
        return hit.session;
      if (!/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(id)) return 'unknown';
      const { rows } = await sql<{ token_hash: string; expires_at: Date; conversation_id: ConversationId | null }>`
        select s.token_hash, s.expires_at, a.conversation_id::text as conversation_id from web_sessions s
        left join addresses a on a.channel = 'web' and a.space = 'chat' and a.thread = s.id::text where s.id = ${id}::uuid`.execute(
        db,
      );
      const row = rows[0];
      if (row === undefined) return 'unknown';
      if (!timingSafeEqual(Buffer.from(row.token_hash), Buffer.from(hash))) return 'forbidden';
      if (row.expires_at <= now()) return 'expired';
      const session: StoredSession = {
        id,
        expiresAt: row.expires_at,
        ...(row.conversation_id === null ? {} : { conversationId: row.conversation_id }),
      };
      if (session.conversationId !== undefined) {
        if (checked.size >= cacheSize) checked.delete(checked.keys().next().value as string);
        checked.set(id, { hash, session, until: now().getTime() + believeMs });
      }
      return session;
    },
    state: createBatcher<ConversationId, ConversationState>(async (ids) => {
      const { rows } = await sql<ConversationState & { id: ConversationId }>`select id::text, status, owner
        from conversations where id = any (${`{${ids.join(',')}}`}::bigint[])`.execute(db);
      const byId = new Map(rows.map((row) => [row.id, row]));
      return ids.map((id) => byId.get(id) ?? { status: 'bot', owner: null });
    }, 50),
    /** What the customer may see after a message, oldest first; at most `limit` of it. */
    since: createBatcher<
      { readonly id: ConversationId; readonly after: MessageId; readonly limit: number },
      readonly PageMessage[]
    >(async (asked) => {
      const { rows } = await sql<{ place: number; message: PageMessage }>`select r.place::int, m.message
          from jsonb_to_recordset(${JSON.stringify(asked.map((entry, place) => ({ ...entry, place })))}::jsonb)
            r (place int, id bigint, after bigint, "limit" int)
          cross join lateral (select message_json(x) as message, x.id from messages x where x.conversation_id = r.id and x.id > r.after
            and x.visibility = 'customer' and x.deleted_at is null order by x.id limit r."limit") m
          order by r.place, m.id`.execute(db);
      const found = Map.groupBy(rows, (row) => row.place);
      return asked.map((_entry, place) =>
        (found.get(place) ?? []).map((row) => ({ ...row.message, delivery: null, votes: null })),
      );
    }, 50),
    /** One page of messages, oldest first, and whether older ones exist. `internal` shows notes and votes too. */
    async history(
      id: ConversationId,
      page: {
        readonly before?: MessageId;
        readonly limit: number;
        readonly internal?: boolean;
      },
    ): Promise<{ readonly items: readonly PageMessage[]; readonly more: boolean }> {
      const before = page.before === undefined ? sql`` : sql`and m.id < ${page.before}::bigint`;
      const visible = page.internal === true ? sql`` : sql`and m.visibility = 'customer'`;
      const votes =
        page.internal === true
          ? sql`(select jsonb_build_object('up', count(*) filter (where f.score > 0), 'down', count(*) filter (where f.score < 0))
              from feedback f where f.message_id = m.id having count(*) > 0)`
          : sql`null::jsonb`;
      const { rows } = await sql<{ message: PageMessage }>`
        select message_json(m) || jsonb_build_object('delivery', (
          select jsonb_build_object('state', case when bool_or(o.dead_at is not null) then 'failed' when bool_and(o.delivered_at is not null) then 'delivered' else 'pending' end,
            'error', max(o.error) filter (where o.delivered_at is null))
          from outbox o where o.message_id = m.id and o.conversation_id = m.conversation_id having count(*) > 0), 'votes', ${votes}) as message
        from (select * from messages m where m.conversation_id = ${id}::bigint and m.deleted_at is null ${visible} ${before}
              order by m.id desc limit ${page.limit + 1}::int) m`.execute(db);
      const items = rows.slice(0, page.limit).map((row) => row.message);
      return { items: items.reverse(), more: rows.length > page.limit };
    },
    async ownsAttachment(
      owner: { readonly upload: string; readonly conversationId?: ConversationId; readonly internal?: boolean },
      ref: string,
    ): Promise<boolean> {
      const { rows } = await sql<{
        mine: boolean;
      }>`select exists (select from uploads where owner = ${owner.upload} and ref = ${ref}) or exists (
          select from messages where conversation_id = ${owner.conversationId ?? null}::bigint and (visibility = 'customer' or ${owner.internal ?? false}::boolean)
            and attachments @> ${JSON.stringify([{ ref }])}::jsonb) as mine`.execute(db);
      return rows[0]?.mine ?? false;
    },
    async recordUpload(owner: string, { ref, name, mime, bytes }: Attachment): Promise<void> {
      await db
        .insertInto('uploads')
        .values({ owner, ref, name, mime, bytes })
        .onConflict((conflict) => conflict.columns(['owner', 'ref']).doUpdateSet({ name, mime }))
        .execute();
    },
  };
};
export type ChatRows = ReturnType<typeof createChatRows>;

const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex');
