import { createHash } from 'node:crypto';
import type { ChannelAdapter } from '#core/channel.ts';
import type { Conversation } from '#core/conversation.ts';
import type { Brief, Card, EscalationReason, HumanDesk } from '#core/escalation.ts';
import { fit } from '#core/fit.ts';
import type { Claim, Commit, NewMessage, NewOutboxRow, OutboundPayload, Receipt } from '#core/ledger.ts';
import {
  type Action,
  type Address,
  type Attachment,
  type Author,
  type Content,
  type Message,
  type MessageId,
  type MessageMeta,
  newThread,
} from '#core/message.ts';
import type { Gathered } from './gather.ts';

export const bot: Author = { role: 'bot', externalId: 'frontdesk', name: 'Frontdesk' };
const emptyPayload = { attachments: [], meta: {}, actions: [], author: bot } as const;

/** A commit in the making. Each `say…` adds a message and, where the channel wants it, its outbox rows. */
export const createDraft = (
  claim: Claim,
  adapterOf: (channel: Address['channel']) => ChannelAdapter | undefined,
  place: HumanDesk['place'],
) => {
  const messages: NewMessage[] = [];
  const outbox: NewOutboxRow[] = [];
  const changes: Commit['changes'][number][] = [];

  /** Where a desk's thread is; without a name while its card is on the way, then it is sent to wherever that lands. */
  const deskAddress = ({ address }: Conversation): Address =>
    address.space === '' ? { channel: place.channel, space: place.space, thread: '' } : address;
  /** Where the desk does not show the rows themselves, the team reads what is posted. */
  const isPosted = (desk: Conversation): boolean =>
    adapterOf(deskAddress(desk).channel)?.capabilities.showsRows !== true;

  /** Adds to a transcript; answers the place among the messages of this commit. */
  const record = (
    conversation: Conversation,
    { role, externalId, name }: Author,
    said: Pick<NewMessage, 'visibility' | 'markdown' | 'attachments' | 'meta'>,
  ): number =>
    messages.push({
      conversation: conversation.id,
      role,
      authorId: externalId,
      ...(name === undefined ? {} : { authorName: name }),
      ...said,
    }) - 1;

  /** A row for the desk's own thread. */
  const post = (
    desk: Conversation,
    message: number | MessageId,
    payload: Partial<OutboundPayload> & Pick<OutboundPayload, 'markdown'>,
    address = deskAddress(desk),
  ): void => {
    outbox.push({
      message,
      conversation: desk.id,
      by: 'system',
      address,
      payload: { ...emptyPayload, ...payload },
    });
  };

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
      /** A partial message on the platform that this takes the place of. */
      readonly replaces?: string | undefined;
    },
  ): void => {
    const actions = text.actions ?? [];
    const attachments = text.attachments ?? [];
    const meta: MessageMeta = actions.length === 0 ? text.meta : { ...text.meta, actions };
    const message = record(conversation, author, {
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
        message,
        conversation: conversation.id,
        by: text.by,
        address: conversation.address,
        payload: {
          author,
          markdown,
          attachments: last ? attachments : [],
          meta: last ? meta : { ...(meta.kind === undefined ? {} : { kind: meta.kind }) },
          actions: last ? actions : [],
          ...(index === 0 && text.replaces !== undefined ? { replaces: text.replaces } : {}),
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
      const meta: MessageMeta = author.role === 'bot' ? { kind: 'notice' } : {};
      record(conversation, author, { visibility: 'internal', markdown, attachments, meta });
    },
    /** Shows the desk thread of this case something that the customer wrote. */
    toDesk: (desk: Conversation, message: MessageId, content: Content, author: Author): void =>
      post(desk, message, { ...content, author }),
    /** Says something in the desk's thread that only the team reads. */
    tellDesk: (
      desk: Conversation,
      markdown: string,
      {
        author = bot,
        attachments = [],
        meta = { kind: 'notice' },
      }: { readonly author?: Author; readonly attachments?: readonly Attachment[]; readonly meta?: MessageMeta } = {},
    ): void => {
      if (!isPosted(desk)) return;
      const message = record(desk, author, { visibility: 'internal', markdown, attachments, meta });
      post(desk, message, { author, markdown, attachments, meta });
    },
    /** Shows the card anew in another place: the case goes on in the thread that begins there. */
    move: (desk: Conversation, to: NonNullable<HumanDesk['secondLevel']>, card: Card, markdown: string): void => {
      const meta: MessageMeta = { kind: 'notice', card, actions: card.actions };
      const message = record(desk, bot, { visibility: 'internal', markdown, attachments: [], meta });
      post(desk, message, { markdown, meta, actions: card.actions }, { ...to, thread: newThread });
    },
    /** Shows the card in its new state, in place. */
    redraw: (desk: Conversation, message: MessageId | undefined, card: Card, markdown: string): void => {
      if (message === undefined || !isPosted(desk)) return;
      post(desk, message, { markdown, meta: { kind: 'notice', card }, actions: card.actions, redraws: true });
    },
    finish: (
      rest: Partial<
        Pick<
          Commit,
          | 'escalation'
          | 'escalationUpdate'
          | 'article'
          | 'refusals'
          | 'block'
          | 'memories'
          | 'receipt'
          | 'decisions'
          | 'trace'
        >
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
    claimedById,
    window = [],
    particulars = {},
    due,
  }: {
    readonly reason: EscalationReason;
    readonly brief: Brief;
    readonly code: string;
    readonly claimedBy?: string;
    readonly claimedById?: string;
    /** What was said before the unread messages. */
    readonly window?: readonly Message[];
    readonly particulars?: Gathered['particulars'];
    /** Until when the customer should have heard from a person. */
    readonly due?: Date | undefined;
  },
): NonNullable<Commit['escalation']> => {
  const { conversation, pending } = claim;
  const organization = particulars.customerOrganization ?? claim.organization;
  const { customer } = conversation;
  const opened = desk.card({
    reason,
    brief,
    code,
    customer,
    ...(organization === undefined ? {} : { organization }),
    channel: conversation.address.channel,
    place: particulars.place ?? conversation.title,
    waitingSince: pending[0]?.acceptedAt ?? new Date(),
    ...(claim.escalation === undefined ? {} : { previous: claim.escalation.code }),
    ...(due === undefined ? {} : { due }),
    ...(desk.urlOf === undefined ? {} : { url: desk.urlOf(code) }),
    transcript: transcriptOf(claim, window),
  });
  const card = claimedBy === undefined ? opened : desk.redraw(opened, { escalation: 'claimed', claimedBy });
  const markdown = desk.describe(card);
  const meta: MessageMeta = { kind: 'notice', actions: card.actions, card };
  return {
    code,
    conversation: conversation.id,
    reason,
    brief,
    ...(claimedBy === undefined ? {} : { claimedBy }),
    ...(claimedById === undefined ? {} : { claimedById }),
    desk: desk.place,
    card: { markdown, meta, payload: { ...emptyPayload, markdown, meta, actions: card.actions } },
  };
};

/** The last words of a conversation, with what is unread in it. */
const transcriptOf = ({ pending, conversation }: Claim, window: readonly Message[]): Card['transcript'] =>
  [
    ...window.map(({ author, content }) => ({ author, text: content.markdown })),
    ...pending.flatMap(({ event }) =>
      event.body.kind === 'message' ? [{ author: event.author, text: event.body.content.markdown }] : [],
    ),
  ]
    .filter(({ text }) => text.trim() !== '')
    .slice(-transcriptLength)
    .map(({ author, text }) => ({
      who:
        author.role === 'customer'
          ? (author.name ?? conversation.customer.name ?? 'Customer')
          : (author.name ?? 'Frontdesk'),
      role: author.role,
      text: text.length <= transcriptChars ? text : `${text.slice(0, transcriptChars - 1)}…`,
    }));
const transcriptLength = 12;
const transcriptChars = 1_000;

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
