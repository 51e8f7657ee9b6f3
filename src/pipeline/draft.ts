import { createHash } from 'node:crypto';
import type { ChannelAdapter } from '#core/channel.ts';
import type { Conversation } from '#core/conversation.ts';
import type { Brief, EscalationReason, HumanDesk } from '#core/escalation.ts';
import type { Claim, Commit, NewMessage, NewOutboxRow, Receipt } from '#core/ledger.ts';
import type { Action, Address, Attachment, Author, Content, MessageId, MessageMeta } from '#core/message.ts';
import { fit } from './fit.ts';

export const bot: Author = { role: 'bot', externalId: 'frontdesk', name: 'Frontdesk' };
const emptyPayload = { attachments: [], meta: {}, actions: [], author: bot } as const;

/** A commit in the making. Each `say…` adds a message and, where the channel wants it, its outbox rows. */
export const createDraft = (claim: Claim, adapterOf: (channel: Address['channel']) => ChannelAdapter | undefined) => {
  const messages: NewMessage[] = [];
  const outbox: NewOutboxRow[] = [];
  const changes: Commit['changes'][number][] = [];

  /** Something `author` says to the customer of `conversation`. */
  const say = (
    conversation: Conversation,
    author: Author,
    text: {
      readonly markdown: string;
      readonly attachments?: readonly Attachment[];
      readonly meta: MessageMeta;
      readonly actions?: readonly Action[];
      readonly by: NewOutboxRow['by'];
    },
  ): void => {
    const actions = text.actions ?? [];
    const attachments = text.attachments ?? [];
    const meta: MessageMeta = actions.length === 0 ? text.meta : { ...text.meta, actions };
    messages.push({
      conversation: conversation.id,
      role: author.role,
      authorId: author.externalId,
      ...(author.name === undefined ? {} : { authorName: author.name }),
      visibility: 'customer',
      markdown: text.markdown,
      attachments,
      meta,
    });
    const capabilities = adapterOf(conversation.address.channel)?.capabilities;
    if (text.meta.kind === 'notice' && capabilities?.notices === false) return;
    const parts = fit(text.markdown, capabilities?.maxChars ?? 4_000);
    (parts.length === 0 ? [''] : parts).forEach((markdown, index, all) => {
      const last = index === all.length - 1;
      outbox.push({
        message: messages.length - 1,
        conversation: conversation.id,
        by: text.by,
        address: conversation.address,
        payload: {
          author,
          markdown,
          attachments: last ? attachments : [],
          meta: last ? meta : { ...(meta.kind === undefined ? {} : { kind: meta.kind }) },
          actions: last ? actions : [],
        },
      });
    });
  };

  return {
    say,
    change: (conversation: Conversation, change: Omit<Commit['changes'][number], 'conversation' | 'version'>): void => {
      const index = changes.findIndex((entry) => entry.conversation === conversation.id);
      const merged = {
        ...(changes[index] ?? { conversation: conversation.id, version: conversation.version }),
        ...change,
      };
      if (index < 0) changes.push(merged);
      else changes[index] = merged;
    },
    /** A note that only the team reads, in the customer's transcript. */
    note: (
      conversation: Conversation,
      author: Author,
      markdown: string,
      attachments: readonly Attachment[] = [],
    ): void => {
      messages.push({
        conversation: conversation.id,
        role: author.role,
        authorId: author.externalId,
        ...(author.name === undefined ? {} : { authorName: author.name }),
        visibility: 'internal',
        markdown,
        attachments,
        meta: author.role === 'bot' ? { kind: 'notice' } : {},
      });
    },
    /** Shows the desk thread of this case something that the customer wrote. */
    toDesk: (desk: Conversation, message: MessageId, content: Content, author: Author): void => {
      outbox.push({
        message,
        conversation: desk.id,
        by: 'system',
        address: desk.address,
        payload: { ...emptyPayload, ...content, author },
      });
    },
    finish: (
      rest: Partial<
        Pick<Commit, 'escalation' | 'escalationUpdate' | 'refusals' | 'block' | 'memories' | 'receipt' | 'trace'>
      > = {},
    ): Commit => ({
      conversation: claim.conversation.id,
      version: claim.conversation.version,
      consumed: claim.pending.at(-1)?.seq ?? claim.consumed,
      changes,
      messages,
      outbox,
      ...rest,
    }),
  };
};
export type Draft = ReturnType<typeof createDraft>;

/** The part of a commit that opens a case at the desk. */
export const openCase = (
  desk: HumanDesk,
  claim: Claim,
  {
    reason,
    brief,
    code,
    claimedBy,
  }: { readonly reason: EscalationReason; readonly brief: Brief; readonly code: string; readonly claimedBy?: string },
): NonNullable<Commit['escalation']> => {
  const { conversation } = claim;
  const card = desk.card({
    reason,
    brief,
    code,
    customer: conversation.customer,
    channel: conversation.address.channel,
  });
  return {
    code,
    conversation: conversation.id,
    reason,
    brief,
    ...(claimedBy === undefined ? {} : { claimedBy }),
    desk: desk.place,
    card: {
      markdown: card.markdown,
      meta: { kind: 'notice', actions: card.actions },
      payload: { ...emptyPayload, markdown: card.markdown, actions: card.actions },
    },
  };
};

/** Hash-chained proof of what a turn saw and did; hashes and references, never the text. */
export const receiptOf = (
  claim: Claim,
  facts: {
    readonly question: string;
    readonly passages: readonly { readonly documentId: string; readonly text: string }[];
    readonly outcome: string;
    readonly answer: string;
    readonly answerer: string;
  },
): Receipt => {
  const payload = {
    conversation: claim.conversation.id,
    version: claim.conversation.version,
    inputs: claim.pending.map((entry) => entry.seq),
    question: digest(facts.question),
    passages: facts.passages.map((passage) => ({ document: passage.documentId, hash: digest(passage.text) })),
    answerer: facts.answerer,
    outcome: facts.outcome,
    answer: digest(facts.answer),
  };
  return { previous: claim.receiptHash, payload, hash: digest(claim.receiptHash + JSON.stringify(payload)) };
};

const digest = (text: string): string => createHash('sha256').update(text).digest('base64url');
