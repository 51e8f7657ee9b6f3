import { type Kysely, sql } from 'kysely';
import type { CardState } from '#core/channel.ts';
import type { Card } from '#core/escalation.ts';
import type { Address, ConversationId } from '#core/message.ts';
import type { CaseEvent } from '#core/sla.ts';
import { toStorableJson } from './storable.ts';
import type { Tables } from './tables.ts';

/** So many are read at once: each comes with its log. */
const atOnce = 500;

interface OpenCaseRow {
  readonly id: string;
  readonly code: string;
  readonly status: 'open' | 'claimed';
  readonly claimedBy: string | null;
  readonly deskConversationId: ConversationId;
  readonly told: readonly string[];
  readonly events: readonly EventRow[];
}
export type EventRow = Omit<CaseEvent, 'at'> & { readonly at: string };

export const toCaseEvents = (rows: readonly EventRow[]): readonly CaseEvent[] =>
  rows.map((row) => ({ ...row, at: new Date(row.at) }));

/** Cases as the life cycle needs them: what happened in those that are open, what to tell their desks, one card. */
export const createCases = (db: Kysely<Tables>) => ({
  async open() {
    const found: OpenCaseRow[] = [];
    for (;;) {
      const { rows } = await sql<{
        row: OpenCaseRow;
      }>`select open_cases(${found.at(-1)?.id ?? '0'}::bigint, ${atOnce}::int) as row`.execute(db);
      found.push(...rows.map(({ row }) => row));
      if (rows.length < atOnce) break;
    }
    return found.map(({ claimedBy, events, ...row }) => ({
      ...row,
      ...(claimedBy === null ? {} : { claimedBy }),
      events: toCaseEvents(events),
    }));
  },
  /** Events of our own for desks; each key once. Answers how many were told. */
  async tell(
    nudges: readonly {
      readonly conversation: ConversationId;
      readonly key: string;
      readonly action: string;
      readonly value: string;
    }[],
  ): Promise<number> {
    const { rows } = await sql<{
      count: number;
    }>`select tell_conversations(${toStorableJson(nudges)}::jsonb) as count`.execute(db);
    return rows[0]?.count ?? 0;
  },
  /**
   * The card of the case whose desk thread this is, and why an action there had no effect. Where the case has moved on from, it is
   * the card that was left behind: pressing it must not bring its buttons back.
   */
  async cardAt(
    { channel, space, thread }: Pick<Address, 'channel' | 'space' | 'thread'>,
    actionId: string | undefined,
  ): Promise<Omit<CardState, 'settled'>> {
    const { rows } = await sql<{ card: Card | null; refusal: string | null }>`
      select coalesce(
          (select o.payload->'meta'->'card' from messages m join outbox o on o.message_id = m.id
            where m.conversation_id = e.desk_conversation_id and o.channel = a.channel and o.space = a.space
              and o.payload->'meta'->'card' ? 'superseded' order by o.id desc limit 1),
          (select m.meta->'card' from messages m where m.conversation_id = e.desk_conversation_id order by m.id limit 1)) as card,
        (select r.reason from refusals r where r.escalation_id = e.id and r.action_id = ${actionId ?? ''}) as refusal
        from addresses a join escalations e on e.desk_conversation_id = a.conversation_id
        where a.channel = ${channel} and a.space = ${space} and a.thread = ${thread}`.execute(db);
    const [row] = rows;
    return {
      ...(row?.card == null ? {} : { card: row.card }),
      ...(row?.refusal == null ? {} : { refusal: row.refusal }),
    };
  },
});
export type Cases = ReturnType<typeof createCases>;
