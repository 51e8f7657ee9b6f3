import type { Card } from './escalation.ts';

/** The opaque identity of a row. Ids are decimal strings of Postgres `bigint`s; brand them so that they cannot be mixed up. */
type Brand<T, Name extends string> = T & { readonly __brand: Name };
export type ConversationId = Brand<string, 'ConversationId'>;
export type MessageId = Brand<string, 'MessageId'>;
export type EscalationId = Brand<string, 'EscalationId'>;
export type ChannelId = 'slack' | 'teams' | 'email' | 'web';

/** A value that survives `JSON.stringify` unchanged. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/**
 * Where a conversation lives on its platform; `space` and `thread` are opaque outside their own adapter.
 * `state` is what the adapter needs to reply there (mail: subject, recipients, references; Teams: a conversation
 * reference). It is stored with the address, replaced whenever an event brings a newer one, and given back with every
 * `Outbound`.
 */
export interface Address {
  readonly channel: ChannelId;
  readonly space: string;
  readonly thread: string;
  readonly state?: { readonly [key: string]: Json };
}

/** The thread of a message that is to start one, also where its conversation has one already: a case that moves on. */
export const newThread = '+';

/** A file. `ref` is `sha256:<hex>` once its bytes are in the blob store; before that it is an adapter's own reference. */
export interface Attachment {
  readonly name: string;
  readonly mime: string;
  readonly bytes: number;
  readonly ref: string;
}

/** Markdown is the one rich-text form in the core; adapters translate at the edge. */
export interface Content {
  readonly markdown: string;
  readonly attachments: readonly Attachment[];
}

export type AuthorRole = 'customer' | 'bot' | 'human';

/** `externalId` is unique within a channel: a mail address, a Slack `team:user`, an id of a web session. */
export interface Author {
  readonly role: AuthorRole;
  readonly externalId: string;
  readonly name?: string;
}

/** Who may read a message: everyone in the conversation, or the support team alone (notes, automatic mail). */
export type Visibility = 'customer' | 'internal';

/** A numbered source under an answer; `n` is the number that the text quotes as `[n]`. */
export interface Citation {
  readonly n: number;
  readonly documentId: string;
  readonly title: string;
  readonly url?: string;
  readonly text: string;
}

/** What produced a bot message, kept beside its text. */
export interface MessageMeta {
  readonly kind?: 'answer' | 'ask-back' | 'escalate' | 'notice';
  readonly citations?: readonly Citation[];
  readonly confidence?: number;
  readonly actions?: readonly Action[];
  /** Why nobody answers this message (automatic mail, for example). */
  readonly noReply?: string;
  /** The escalation card that this message shows, for channels that can draw one. */
  readonly card?: Card;
  /** The desk's message that this one passes on to the customer, by its platform's id. */
  readonly relays?: string;
  /** What became of a reply that was passed on: `of` is the desk's message. */
  readonly receipt?: { readonly of: string; readonly ok: boolean };
  /**
   * A question that is answered with a vote (`feedback`): was the customer helped? Channels show their own two buttons for it,
   * as they do below an answer.
   */
  readonly asks?: 'satisfaction';
  /** An earlier message of ours that this one puts right, by its id. */
  readonly corrects?: MessageId;
}

/** A button under a message. */
export interface Action {
  readonly id: string;
  readonly label: string;
}

export interface Message {
  readonly id: MessageId;
  readonly conversationId: ConversationId;
  readonly author: Author;
  readonly visibility: Visibility;
  readonly content: Content;
  readonly meta: MessageMeta;
  readonly at: Date;
}

/** How well we know who wrote: proven by the platform or by DMARC, only claimed, or nothing at all. */
export interface Identity {
  readonly level: 'verified' | 'claimed' | 'anonymous';
  /** What the level rests on, in a few words: `dmarc=pass header.from=example.org`. */
  readonly evidence?: string;
  readonly email?: string;
  /** The author's organisation by the platform's own word: a workspace, a tenant, a mail domain. */
  readonly organization?: string;
}

/**
 * Ways an event may name its conversation besides its own address. Each is a candidate only: the author must already
 * take part in the conversation found, otherwise a linked new one is opened for a person to look at.
 */
export interface Threading {
  /** From a signature that we made ourselves and have verified (a signed plus-address). */
  readonly conversation?: ConversationId;
  /** External ids of earlier messages, best first (mail: In-Reply-To, then References from last to first). */
  readonly references: readonly string[];
  /** External ids of the others whom this event brings in (To, Cc): they may continue the conversation too. */
  readonly participants?: readonly string[];
}

export type InboundBody =
  | {
      readonly kind: 'message';
      readonly content: Content;
      /** Set when nobody may answer (automatic mail, mailing list): the reason, kept with the message. */
      readonly noReply?: string;
      /** A note of the support team: stored, never relayed. */
      readonly internal?: boolean;
    }
  | { readonly kind: 'edit'; readonly of: string; readonly content: Content }
  | { readonly kind: 'delete'; readonly of: string }
  /** `of`: the message that it is about, where there is one. `person`: whom it names (who is to have a case from now on). */
  | {
      readonly kind: 'action';
      readonly action: string;
      readonly value: string;
      readonly of?: string;
      readonly person?: Pick<Author, 'externalId' | 'name'>;
    }
  | { readonly kind: 'feedback'; readonly score: -1 | 1; readonly of: string }
  /** A message of ours did not arrive. `of` is its external id when the report names it. */
  | {
      readonly kind: 'bounce';
      readonly of?: string;
      readonly recipient: string;
      readonly permanent: boolean;
      readonly reason: string;
    };

/**
 * How much an event is meant for us. `addressed`: somebody speaks to us (the default). `open`: said to everyone in a place
 * where we answer questions. `overheard`: concerns us only where we already take part; nothing is opened for it. `desk`: done
 * in a thread of our desk, whose card may still be on its way to us.
 */
export type Attention = 'addressed' | 'open' | 'overheard' | 'desk';

/** One thing that happened on a platform, translated. */
export interface InboundEvent {
  /** Platform-unique; the inbox's idempotency key. */
  readonly dedupeKey: string;
  readonly address: Address;
  readonly author: Author;
  readonly at: Date;
  readonly body: InboundBody;
  /** The platform's id of the message, which later edits, replies and reports name. */
  readonly externalId?: string;
  readonly identity?: Identity;
  readonly threading?: Threading;
  readonly attention?: Attention;
  /**
   * Somebody besides us whom the text speaks to by name (`<@U2> could you look?`). Without `addressed` it is not for us.
   */
  readonly toOthers?: boolean;
  /** Written in a form: the thread that it belongs to does not show it yet. */
  readonly unseen?: boolean;
  /**
   * A message that starts a thread of its own continues the author's newest conversation in the same space when that was
   * touched within this time, in milliseconds: people send one question in several messages.
   */
  readonly joinsWithinMs?: number;
  /** The subject line of a mail, the name of a channel: what a person would call the conversation. */
  readonly title?: string;
  /** Extra fields that `frontdesk inspect` prints for this event; never stored. */
  readonly inspect?: { readonly [key: string]: Json };
}

/** A message on its way out. `id` is the outbox row: stable over retries, so platforms can be searched for it. */
export interface Outbound {
  readonly id: string;
  readonly conversationId: ConversationId;
  readonly messageId: MessageId;
  readonly address: Address;
  /** External ids of those who take part, where the channel names them: nobody else may get this. */
  readonly participants?: readonly string[];
  /** Who speaks: the bot, or a person under their own name. */
  readonly author: Author;
  readonly content: Content;
  readonly meta: MessageMeta;
  readonly actions: readonly Action[];
  /** The platform's id of a message of ours that this takes the place of: a stream that it finishes, a card that it redraws. */
  readonly replaces?: string;
}

/** What the platform said. `address` is where it landed: a root message's thread is known only then. */
export interface Sent {
  readonly externalId: string;
  readonly address: Address;
}

/** The answer of an adapter that was told not to send: nothing has gone out. */
export const heldBack = {
  ok: false,
  code: 'held_back',
  message: 'A person may have the conversation.',
  permanent: false,
} as const satisfies SendResult;

/** `permanent`: never try again. Code `rate_limited`: the platform wants a pause in the whole space. Otherwise the outbox backs off, at least `retryAfterMs` when the platform named it. */
export type SendResult =
  | ({ readonly ok: true } & Sent)
  | {
      readonly ok: false;
      readonly code: string;
      readonly message: string;
      readonly retryAfterMs?: number;
      readonly permanent: boolean;
    };
