import { type Kysely, sql } from 'kysely';
import type { Correction, Corrections, SendOutcome } from '#core/correction.ts';
import type { ConversationId, MessageId } from '#core/message.ts';
import { runStatement } from './run-statement.ts';
import { toStorableJson } from './storable.ts';
import type { Tables } from './tables.ts';

/** So many conversations are locked at once. */
const atOnce = 25;

export interface CorrectionSettings {
  /** Channels whose desk shows the customer's transcript by itself: nothing is posted there. */
  readonly showsRows: readonly string[];
}

/** Corrections over the table and the functions of migration 0009. */
export const createCorrections = (db: Kysely<Tables>, { showsRows }: CorrectionSettings): Corrections => ({
  async draft({ documentId, version, isGone }, drafts) {
    await runStatement(() =>
      sql`with kept as (
          insert into corrections (document_id, version, gone, conversation_id, message_id, old_text, new_text, markdown)
          select ${documentId}::text, ${version}::int, ${isGone}::boolean, r.*
            from jsonb_to_recordset(${toStorableJson(drafts)}::jsonb) as r (
              "conversationId" bigint, "messageId" bigint, "oldText" text, "newText" text, markdown text)
          on conflict (document_id, version, gone, conversation_id) do update
            set message_id = excluded.message_id, old_text = excluded.old_text, new_text = excluded.new_text, markdown = excluded.markdown
            where corrections.status = 'draft'
          returning id
        )
        -- Drafts of what the document said in between, and of what it says again by now.
        delete from corrections x where x.document_id = ${documentId}::text and x.status = 'draft' and x.id not in (select id from kept)`.execute(
        db,
      ),
    );
  },
  async decided(documentId) {
    const { rows } = await sql<{ conversation: ConversationId; message: MessageId }>`
      select conversation_id::text as conversation, max(message_id)::text as message from corrections
      where document_id = ${documentId} and status <> 'draft' group by conversation_id`.execute(db);
    return new Map(rows.map(({ conversation, message }) => [conversation, message]));
  },
  async list(documentId, version) {
    const which = version === undefined ? sql`` : sql`and r.version = ${version}::int`;
    const { rows } = await sql<{ row: Nullable<Correction> }>`
      select jsonb_build_object('id', r.id::text, 'documentId', r.document_id, 'version', r.version, 'isGone', r.gone,
        'conversationId', r.conversation_id::text, 'messageId', r.message_id::text, 'oldText', r.old_text, 'newText', r.new_text,
        'markdown', r.markdown, 'status', r.status, 'told', r.told, 'decidedBy', r.decided_by, 'givenAt', m.at,
        'customer', coalesce(c.customer_name, c.customer_id), 'channel', c.channel,
        'delivery', (select case when bool_or(o.dead_at is not null) then 'failed' when bool_and(o.delivered_at is not null) then 'delivered' else 'pending' end
          from outbox o where o.message_id = r.said_as having count(*) > 0)) as row
      from corrections r join conversations c on c.id = r.conversation_id join messages m on m.id = r.message_id
      where r.document_id = ${documentId} ${which} order by r.id`.execute(db);
    return rows.map(({ row }) => withoutNulls(row));
  },
  async send(ids, by) {
    const results: { readonly id: string; readonly outcome: SendOutcome }[] = [];
    for (let at = 0; at < ids.length; at += atOnce) {
      const some = ids.slice(at, at + atOnce);
      const { rows } = await runStatement(() =>
        sql<{ result: typeof results }>`select send_corrections(${`{${some.join(',')}}`}::bigint[], ${by},
          ${`{${showsRows.join(',')}}`}::text[]) as result`.execute(db),
      );
      results.push(...(rows[0]?.result ?? []));
    }
    return results;
  },
  async dismiss(ids, by) {
    const { rows } =
      await sql`update corrections set status = 'dismissed', decided_by = ${by}, decided_at = clock_timestamp()
      where id = any (${`{${ids.join(',')}}`}::bigint[]) and status = 'draft' returning 1`.execute(db);
    return rows.length;
  },
});

type Nullable<T> = { readonly [K in keyof T]: T[K] | null };

const withoutNulls = (row: Nullable<Correction>): Correction =>
  Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null)) as unknown as Correction;
