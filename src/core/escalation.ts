import type { ArticleAction, ArticleDraft, ArticleStatus } from './article-draft.ts';
import type { ConversationStatus } from './conversation.ts';
import type {
  Action,
  Address,
  Author,
  AuthorRole,
  ChannelId,
  Citation,
  Content,
  ConversationId,
  EscalationId,
  InboundEvent,
  MessageId,
} from './message.ts';

export type EscalationReason =
  | 'asked-for-human'
  | 'low-confidence'
  | 'policy'
  | 'negative-mood'
  | 'repeated'
  | 'tool-failure'
  | 'delivery-failure'
  | 'overload'
  | 'unknown-sender';

/** Everything the card tells a person before they read the transcript. */
export interface Brief {
  /** The customer's question in one line. */
  readonly question: string;
  /** Why now, in words. */
  readonly why: string;
  /** Sources that were tried. */
  readonly tried: readonly Citation[];
  readonly suggestedReply?: string;
}

export type EscalationStatus = 'open' | 'claimed' | 'resolved';

/** What people can do with a case. */
export type DeskAction = 'claim' | 'reply' | 'note' | 'resolve' | 'return' | 'reassign' | 'reopen' | ArticleAction;

/** An escalation card as data: all that it shows, in its present state. Adapters draw it, each in its platform's way. */
export interface Card {
  readonly code: string;
  /** The customer's question in one line. */
  readonly title: string;
  /** Who asks, as people would call them. */
  readonly customer: string;
  readonly organization?: string;
  readonly channel: ChannelId;
  /** Where on that channel: `#acme-support`, the subject of a mail. */
  readonly place?: string;
  /** ISO 8601; `waitingSince` is when the customer asked. */
  readonly waitingSince: string;
  /** Why now, in words. */
  readonly why: string;
  /** The reference of this customer's case before this one. */
  readonly previous?: string;
  readonly tried: readonly Citation[];
  readonly suggestedReply?: string;
  /** What was said so far, oldest first; `who` is a name. Shortened by whoever draws it. */
  readonly transcript: readonly { readonly who: string; readonly role: AuthorRole; readonly text: string }[];
  readonly status: EscalationStatus;
  /** Who has it, or who closed it. */
  readonly claimedBy?: string;
  /** ISO 8601: until when the customer should have heard from a person; only while nobody has it. */
  readonly due?: string;
  /** The article that was drafted from this case, or what became of it: a line of words, and Markdown below it (may be empty). */
  readonly article?: { readonly title: string; readonly text: string };
  /** The whole conversation in the console. */
  readonly url?: string;
  /** What became of this copy of the card, when it is not the one to work with any more. */
  readonly superseded?: string;
  /** The first is the one to press next. */
  readonly actions: readonly (Action & { readonly id: DeskAction })[];
}

export interface Escalation {
  readonly id: EscalationId;
  /** Short code that customers may quote: `7F3K`. */
  readonly code: string;
  readonly conversationId: ConversationId;
  readonly deskConversationId: ConversationId;
  readonly reason: EscalationReason;
  readonly brief: Brief;
  readonly desk: Address;
  readonly status: EscalationStatus;
  readonly claimedBy?: string;
  /** The same person by the platform's id. */
  readonly claimedById?: string;
  readonly openedAt: Date;
  /** The card as it was drawn last. */
  readonly card?: Card;
  /** By which ids votes name the question whether it is solved, once that was asked. */
  readonly askedAs?: readonly string[];
  /** The message at the desk that shows the card. */
  readonly cardMessageId?: MessageId;
  readonly article?: ArticleDraft;
}

/** What a person did at the desk. */
export type DeskEvent =
  | { readonly kind: 'claim' }
  | { readonly kind: 'reply'; readonly content: Content }
  | { readonly kind: 'note'; readonly content: Content }
  | { readonly kind: 'resolve' }
  | { readonly kind: 'return-to-bot' }
  /** Somebody else has it from now on: whoever is named, else whoever says so. */
  | { readonly kind: 'reassign'; readonly to?: Pick<Author, 'externalId' | 'name'> }
  | { readonly kind: 'reopen' }
  /** What becomes of the article that was drafted from the case; `restore` makes a draft of it again. */
  | { readonly kind: ArticleAction };

/** State of the two sides, before or after a desk event. */
export interface DeskState {
  readonly escalation: EscalationStatus;
  readonly claimedBy?: string;
  readonly conversation: ConversationStatus;
  /** Of the article that was drafted from the case; missing when none was. */
  readonly article?: ArticleStatus;
}

/** The team's side as data: it describes what to show and understands what people do there, but never sends. */
export interface HumanDesk {
  /** Where cards go. `ownThreads`: we name the threads ourselves (the web console) instead of learning them from a receipt. */
  readonly place: Pick<Address, 'channel' | 'space'> & { readonly ownThreads: boolean };
  /** Where a case goes that nobody has taken for long: another place of the same channel. */
  readonly secondLevel?: Pick<Address, 'channel' | 'space'>;
  /** Where a case is shown as a whole. */
  urlOf?(code: string): string;
  /** The card of an escalation that is being opened. */
  card(input: {
    readonly brief: Brief;
    readonly reason: EscalationReason;
    readonly code: string;
    readonly customer: Author;
    readonly organization?: string;
    readonly channel: ChannelId;
    readonly place?: string;
    readonly waitingSince: Date;
    readonly previous?: string;
    readonly due?: Date;
    readonly url?: string;
    readonly transcript: Card['transcript'];
  }): Card;
  /** The same card after something happened to the case. */
  redraw(card: Card, state: Pick<DeskState, 'escalation' | 'claimedBy'>, article?: ArticleDraft): Card;
  /** A card as text, for places that draw none. */
  describe(card: Card): string;
  /** What a person meant by something they did in a desk thread; `undefined` when it means nothing to the desk. */
  interpret(event: InboundEvent): DeskEvent | undefined;
}
