import { sql } from 'kysely';
import { expect } from 'vitest';
import type { Conversation } from '#core/conversation.ts';
import type { Claim, Commit, Committed, DeliveryClaim, InboxEntry, Ledger, NewOutboxRow } from '#core/ledger.ts';
import type { ConversationId, InboundEvent } from '#core/message.ts';
import type { Database } from '#src/store/database.ts';
import { createLedger } from '#src/store/ledger.ts';
import { said } from '../spine.ts';

/** An event as the pipeline hands it to the ledger: read at once, unless the test says otherwise. */
export const entry = (event: InboundEvent, more: Partial<Omit<InboxEntry, 'event'>> = {}): InboxEntry => ({
  event,
  settleMs: 0,
  priority: 'normal',
  ...more,
});

/** Something that happened to an earlier message of the same customer. */
export const about = (earlier: InboundEvent, body: InboundEvent['body']): InboundEvent => ({
  ...said(earlier.address.thread, ''),
  body,
});

let mails = 0;
/** A mail; `from` is its author, `references` the earlier mails that it names. */
export const mail = (
  from: string,
  more: {
    readonly references?: readonly string[];
    readonly conversation?: string;
    readonly cc?: readonly string[];
  } & Partial<InboundEvent> = {},
): InboundEvent => {
  const { references = [], conversation, cc = [], ...rest } = more;
  mails += 1;
  const id = `<mail-${mails}@example.org>`;
  return {
    dedupeKey: `mail:${id}`,
    externalId: id,
    address: {
      channel: 'email',
      space: 'help@example.com',
      thread: references.at(-1) ?? id,
      state: { subject: 'Hello' },
    },
    author: { role: 'customer', externalId: from },
    identity: { level: 'verified', email: from },
    at: new Date(),
    body: { kind: 'message', content: { markdown: `mail ${mails}`, attachments: [] } },
    threading: {
      references,
      participants: cc,
      ...(conversation === undefined ? {} : { conversation: conversation as ConversationId }),
    },
    title: 'Hello',
    ...rest,
  };
};

const bot = { role: 'bot', externalId: 'frontdesk', name: 'Frontdesk' } as const;

/** One outbox row that shows `message` to a conversation. */
export const row = (
  conversation: Pick<Conversation, 'id' | 'address'>,
  message: NewOutboxRow['message'],
  more: { readonly by?: NewOutboxRow['by']; readonly markdown?: string } = {},
): NewOutboxRow => ({
  message,
  conversation: conversation.id,
  by: more.by ?? 'bot',
  address: conversation.address,
  payload: {
    author: bot,
    markdown: more.markdown ?? 'an answer',
    attachments: [],
    meta: { kind: 'answer' },
    actions: [],
  },
});

/** The commit of a turn that answers with `texts`, one message and one outbox row each. */
export const answering = (
  claim: Claim,
  texts: readonly string[] = ['an answer'],
  more: Partial<Commit> = {},
): Commit => ({
  conversation: claim.conversation.id,
  version: claim.conversation.version,
  consumed: claim.pending.at(-1)?.seq ?? claim.consumed,
  changes: [],
  messages: texts.map((markdown) => ({
    conversation: claim.conversation.id,
    role: 'bot',
    authorId: 'frontdesk',
    visibility: 'customer',
    markdown,
    attachments: [],
    meta: { kind: 'answer' },
  })),
  outbox: texts.map((markdown, index) => row(claim.conversation, index, { markdown })),
  ...more,
});

/** The part of a commit that opens a case. */
export const aCase = (
  conversation: ConversationId,
  more: Partial<NonNullable<Commit['escalation']>> = {},
): NonNullable<Commit['escalation']> => ({
  code: '7F3K',
  conversation,
  reason: 'asked-for-human',
  brief: { question: 'Where is my order?', why: 'The customer asked for a person.', tried: [] },
  desk: { channel: 'web', space: 'desk', ownThreads: true },
  card: {
    markdown: 'card',
    meta: { kind: 'notice' },
    payload: { author: bot, markdown: 'card', attachments: [], meta: {}, actions: [{ id: 'claim', label: 'Claim' }] },
  },
  ...more,
});

/** Somebody at the desk does something in a case's thread. */
export const atDesk = (escalation: string | undefined, action: string, agent = 'Mira'): InboundEvent => ({
  ...said('desk', ''),
  address: { channel: 'web', space: 'desk', thread: escalation ?? '' },
  author: { role: 'human', externalId: `agent:${agent}`, name: agent },
  body: { kind: 'action', action, value: '' },
});

export const committed = (result: Committed | 'stale'): Committed => {
  expect(result).not.toBe('stale');
  return result as Committed;
};

/** The element that there must be. */
export const only = <T>(items: readonly T[]): T => {
  expect(items).toHaveLength(1);
  return items[0] as T;
};

/** A ledger's neighbourhood: other workers, and the rows to look at or to move in time. */
export const openBench = (database: Database) => {
  const worker = (name = 'worker-1', leaseMs = 8_000): Ledger => createLedger(database.db, { worker: name, leaseMs });
  const first = worker();
  const run = async (statement: ReturnType<typeof sql>) =>
    (await statement.execute(database.db)).rows as Record<string, unknown>[];
  return {
    worker,
    run,
    /** Everything gone. */
    clear: () => run(sql`truncate conversations, people, dedupe, quarantine, pacing, cursors restart identity cascade`),
    /** Both lanes of everything are due, as if the time had come. */
    hurry: () =>
      run(
        sql`update conversations set wake_at = case when wake_at > now() then now() else wake_at end,
        deliver_at = case when deliver_at > now() then now() else deliver_at end`,
      ),
    /** All leases have run out. */
    expire: () =>
      run(sql`update conversations set reading_until = reading_until - interval '1 hour', delivering_until = delivering_until - interval '1 hour'
        where reading_until is not null or delivering_until is not null`),
    take: (...events: readonly InboundEvent[]) => first.accept(events.map((event) => entry(event))),
    /** Takes one event in and claims its conversation. */
    async claimed(event: InboundEvent, ledger = first): Promise<Claim> {
      const [taken] = await ledger.accept([entry(event)]);
      const claims = await ledger.claimReading(50);
      const found = claims.find(({ conversation }) => conversation.id === taken?.conversationId);
      if (found === undefined) throw new Error('The conversation could not be claimed.');
      return found;
    },
    async conversation(id: ConversationId) {
      return only(
        await run(sql`select id::text, status, owner, version, epoch, attempts, inbox_seq, consumed_seq, linked_to::text, priority,
        wake_at is not null as awake, wake_at <= clock_timestamp() as due, extract(epoch from wake_at - clock_timestamp()) as wakes_in,
        deliver_at is not null as delivering, extract(epoch from deliver_at - clock_timestamp()) as delivers_in, reading_by, delivering_by
        from conversations where id = ${id}::bigint`),
      );
    },
    outbox: (id: ConversationId) =>
      run(sql`select id::text, attempt, sending_at is not null as sending, delivered_at is not null as delivered, dead_at is not null as dead, error, provider_id, payload->>'markdown' as text
        from outbox where conversation_id = ${id}::bigint order by outbox.id`),
    /** Answers what is due in the reading lane with one echo each, and says what was read. */
    async answerAll(ledger = first): Promise<readonly Claim[]> {
      const claims = await ledger.claimReading(50);
      for (const claim of claims) committed(await ledger.commit(answering(claim)));
      return claims;
    },
    /** Every row of these claims arrived. */
    arrived: (ledger: Ledger, deliveries: readonly DeliveryClaim[]) =>
      ledger.finishDelivering(
        deliveries.map((claim) => ({
          conversation: claim.conversationId,
          results: claim.dispatches.map(({ outbound }) => ({
            id: outbound.id,
            ok: true,
            externalId: `sent:${outbound.id}`,
          })),
        })),
      ),
  };
};
export type Bench = ReturnType<typeof openBench>;
