/** Rows as the SQL functions of migrations 0002 and 0004 answer them, and what the core makes of them. */

import type { ArticleDraft } from '#core/article-draft.ts';
import { type Conversation, type Priority, priorities } from '#core/conversation.ts';
import type { Card } from '#core/escalation.ts';
import type { Claim, Commit, Committed, DeliveryClaim, Dispatch, OutboundPayload } from '#core/ledger.ts';
import type { Address, ConversationId, EscalationId, Message, MessageId, MessageMeta } from '#core/message.ts';

interface ConversationRow {
  readonly id: ConversationId;
  readonly kind: Conversation['kind'];
  readonly status: Conversation['status'];
  readonly owner: string | null;
  readonly locale: string;
  readonly title: string;
  readonly priority: number;
  readonly epoch: number;
  readonly version: number;
  readonly linkedTo: ConversationId | null;
  readonly personId: string | null;
  readonly organization: string | null;
  readonly customer: { readonly role: 'customer'; readonly externalId: string; readonly name: string | null };
  readonly address: Address | null;
}

export interface ClaimRow {
  readonly conversation: ConversationRow;
  readonly consumed: number;
  readonly attempts: number;
  readonly receiptHash: string;
  readonly identity: Claim['identity'] | null;
  readonly escalation:
    | (Omit<
        NonNullable<Claim['escalation']>,
        'openedAt' | 'desk' | 'claimedBy' | 'claimedById' | 'card' | 'cardMessageId' | 'askedAs' | 'article'
      > & {
        openedAt: string;
        claimedBy: string | null;
        claimedById: string | null;
        card: Card | null;
        cardMessageId: MessageId | null;
        askedAs: readonly string[] | null;
        article: ArticleDraft | null;
      })
    | null;
  readonly counterpart: ConversationRow | null;
  readonly stream: string | null;
  readonly pending: readonly {
    readonly seq: number;
    readonly messageId: MessageId | null;
    readonly event: Omit<Claim['pending'][number]['event'], 'at'> & { readonly at: string };
    readonly trace: string | null;
    readonly acceptedAt: string;
  }[];
}

const nowhere: Address = { channel: 'web', space: '', thread: '' };

const toConversation = (row: ConversationRow): Conversation => ({
  id: row.id,
  kind: row.kind,
  status: row.status,
  ...(row.owner === null ? {} : { owner: row.owner }),
  locale: row.locale,
  title: row.title,
  priority: priorities[row.priority] as Priority,
  epoch: row.epoch,
  version: row.version,
  ...(row.linkedTo === null ? {} : { linkedTo: row.linkedTo }),
  customer: {
    role: 'customer',
    externalId: row.customer.externalId,
    ...(row.customer.name === null ? {} : { name: row.customer.name }),
  },
  address: row.address ?? nowhere,
});

export const toClaim = (row: ClaimRow): Claim => {
  const desk = row.conversation.kind === 'desk' ? row.conversation.address : row.counterpart?.address;
  return {
    conversation: toConversation(row.conversation),
    ...(row.conversation.personId === null ? {} : { personId: row.conversation.personId }),
    ...(row.conversation.organization === null ? {} : { organization: row.conversation.organization }),
    identity: row.identity ?? 'anonymous',
    consumed: row.consumed,
    attempts: row.attempts,
    receiptHash: row.receiptHash,
    pending: row.pending.map(({ seq, messageId, event, trace, acceptedAt }) => ({
      seq,
      ...(messageId === null ? {} : { messageId }),
      event: { ...event, at: new Date(event.at) },
      ...(trace === null ? {} : { trace }),
      acceptedAt: new Date(acceptedAt),
    })),
    ...(row.escalation === null
      ? {}
      : {
          escalation: {
            ...row.escalation,
            claimedBy: row.escalation.claimedBy ?? undefined,
            claimedById: row.escalation.claimedById ?? undefined,
            card: row.escalation.card ?? undefined,
            cardMessageId: row.escalation.cardMessageId ?? undefined,
            askedAs: row.escalation.askedAs ?? undefined,
            article: row.escalation.article ?? undefined,
            desk: desk ?? nowhere,
            openedAt: new Date(row.escalation.openedAt),
          } as NonNullable<Claim['escalation']>,
        }),
    ...(row.counterpart === null ? {} : { counterpart: toConversation(row.counterpart) }),
    ...(row.stream === null ? {} : { stream: row.stream }),
  };
};

export const toCommitRow = (worker: string, commit: Commit): unknown => ({
  ...commit,
  worker,
  outbox: commit.outbox.map(({ message, address, payload, ...row }) => ({
    ...row,
    payload: address.state === undefined ? payload : { ...payload, state: address.state },
    ...(typeof message === 'number' ? { message } : { messageId: message }),
    channel: address.channel,
    space: address.space,
    thread: address.thread,
    trace: commit.trace,
  })),
});

interface DispatchRow {
  readonly id: string;
  readonly conversationId: ConversationId;
  readonly messageId: MessageId;
  readonly by: Dispatch['by'];
  readonly channel: Address['channel'];
  readonly space: string;
  readonly thread: string;
  readonly payload: OutboundPayload & Pick<Address, 'state'>;
  readonly attempt: number;
  readonly halfSent?: boolean;
  readonly trace?: string | null;
  readonly state?: Address['state'] | null;
  readonly participants?: readonly string[] | null;
  readonly blocked?: string | null;
  readonly acceptedAt?: string;
  /** The platform's id of this row's message, once it has been shown. */
  readonly shownAs?: string | null;
}
export interface DeliveryRow {
  readonly conversationId: ConversationId;
  readonly status: DeliveryClaim['status'];
  readonly rows: readonly DispatchRow[];
}
export interface CommitRow {
  readonly messages: readonly MessageId[];
  readonly outbox: readonly (DispatchRow & { readonly now: boolean; readonly status: DeliveryClaim['status'] })[];
  readonly escalationId: EscalationId | null;
}

export const toDispatch = (row: DispatchRow): Dispatch => {
  const state = row.payload.state ?? row.state ?? undefined;
  const replaces = row.payload.redraws === true ? (row.shownAs ?? undefined) : row.payload.replaces;
  return {
    outbound: {
      id: row.id,
      conversationId: row.conversationId,
      messageId: row.messageId,
      address: {
        channel: row.channel,
        space: row.space,
        thread: row.thread,
        ...(state === undefined ? {} : { state }),
      },
      ...(row.participants === null || row.participants === undefined ? {} : { participants: row.participants }),
      author: row.payload.author,
      content: { markdown: row.payload.markdown, attachments: row.payload.attachments },
      meta: row.payload.meta,
      actions: row.payload.actions,
      ...(replaces === undefined ? {} : { replaces }),
    },
    by: row.by,
    attempt: row.attempt,
    ...(row.payload.redraws === true ? { redraws: true as const } : {}),
    halfSent: row.halfSent ?? false,
    ...(row.blocked === null || row.blocked === undefined ? {} : { blocked: row.blocked }),
    ...(row.trace === null || row.trace === undefined ? {} : { trace: row.trace }),
    queuedAt: new Date(row.acceptedAt ?? Date.now()),
  };
};

export const toCommitted = (row: CommitRow, commit: Commit, askedAt: number): Committed => {
  const status = new Map(commit.changes.map((change) => [change.conversation, change.status]));
  const lanes = Map.groupBy(
    row.outbox.filter((entry) => entry.now),
    (entry) => entry.conversationId,
  );
  return {
    messages: row.messages,
    deliveries: [...lanes].map(([conversationId, rows]) => ({
      conversationId,
      status: status.get(conversationId) ?? 'bot',
      dispatches: rows.map(toDispatch),
      askedAt,
    })),
    ...(row.escalationId === null ? {} : { escalationId: row.escalationId }),
  };
};

export interface MessageRow {
  readonly id: MessageId;
  readonly conversationId: ConversationId;
  readonly role: Message['author']['role'];
  readonly authorId: string;
  readonly authorName: string | null;
  readonly visibility: Message['visibility'];
  readonly markdown: string;
  readonly attachments: Message['content']['attachments'];
  readonly meta: MessageMeta;
  readonly at: string;
}
export interface ContextRow {
  readonly window: readonly MessageRow[] | null;
  readonly memories: readonly { readonly kind: string; readonly text: string; readonly importance: number }[] | null;
  readonly answers: number;
}

export const toMessage = (row: MessageRow): Message => ({
  id: row.id,
  conversationId: row.conversationId,
  author: { role: row.role, externalId: row.authorId, ...(row.authorName === null ? {} : { name: row.authorName }) },
  visibility: row.visibility,
  content: { markdown: row.markdown, attachments: row.attachments },
  meta: row.meta,
  at: new Date(row.at),
});

export const toContext = (row: ContextRow) => ({
  window: (row.window ?? []).map(toMessage),
  memories: row.memories ?? [],
  answersInEpoch: row.answers,
});
