import type { ConversationStatus } from './conversation.ts';
import type {
  Action,
  Address,
  Author,
  ChannelId,
  Citation,
  Content,
  ConversationId,
  EscalationId,
  InboundEvent,
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
  readonly openedAt: Date;
}

/** What a person did at the desk. */
export type DeskEvent =
  | { readonly kind: 'claim' }
  | { readonly kind: 'reply'; readonly content: Content }
  | { readonly kind: 'note'; readonly content: Content }
  | { readonly kind: 'resolve' }
  | { readonly kind: 'return-to-bot' };

/** State of the two sides, before or after a desk event. */
export interface DeskState {
  readonly escalation: EscalationStatus;
  readonly claimedBy?: string;
  readonly conversation: ConversationStatus;
}

/** The team's side as data: it describes what to show and understands what people do there, but never sends. */
export interface HumanDesk {
  /** Where cards go. `ownThreads`: we name the threads ourselves (the web console) instead of learning them from a receipt. */
  readonly place: Pick<Address, 'channel' | 'space'> & { readonly ownThreads: boolean };
  /** The card's text and buttons for an escalation that is being opened. */
  card(input: {
    readonly brief: Brief;
    readonly reason: EscalationReason;
    readonly code: string;
    readonly customer: Author;
    readonly channel: ChannelId;
  }): { readonly markdown: string; readonly actions: readonly Action[] };
  /** What a person meant by something they did in a desk thread; `undefined` when it means nothing to the desk. */
  interpret(event: InboundEvent): DeskEvent | undefined;
}
