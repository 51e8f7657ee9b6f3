import type { Conversation } from './conversation.ts';
import type { Brief, EscalationReason } from './escalation.ts';
import type { Passage, QueryTerm } from './knowledge.ts';
import type { Citation, Content, Identity, InboundEvent, MessageId } from './message.ts';
import type { Session } from './session.ts';

/** Who will read the answer: decides which knowledge, memories and tools may be used. */
export interface Audience {
  /** Outside organisations present; knowledge of an organisation is visible only when it is the single one. */
  readonly organizations: readonly string[];
  readonly shared: boolean;
  readonly identity: Identity['level'];
  /** Operators' own searches see internal documents too. */
  readonly internal?: boolean;
}

/** An unread event with its place in the conversation. */
export interface Pending {
  readonly seq: number;
  readonly messageId?: MessageId;
  readonly event: InboundEvent;
}

export interface Memory {
  readonly kind: string;
  readonly text: string;
  /** 0…1 */
  readonly importance: number;
  readonly expiresAt?: Date;
}

/** All that one turn knows. Steps pass it on, enriched; none writes. */
export interface Turn {
  readonly conversation: Conversation;
  readonly pending: readonly Pending[];
  /** The customer's words of this turn: every pending message as one text. */
  readonly question: string;
  readonly session: Session;
  readonly audience: Audience;
  readonly memories: readonly Memory[];
  readonly passages: readonly Passage[];
  /** What the question is about, with how telling each word is in the corpus; missing when nothing was searched. */
  readonly terms?: readonly QueryTerm[];
  /** Evidence that the passages answer the question, 0…1. */
  readonly evidence: number;
  readonly signal: AbortSignal;
  /** Tell whoever watches what happens; best effort. */
  readonly progress: (progress: { readonly status?: string; readonly text?: string }) => void;
}

export type TurnOutcome =
  | {
      readonly kind: 'answer';
      readonly content: Content;
      readonly citations: readonly Citation[];
      readonly confidence: number;
    }
  | { readonly kind: 'ask-back'; readonly content: Content; readonly why: string; readonly confidence: number }
  | {
      readonly kind: 'escalate';
      readonly reason: EscalationReason;
      readonly brief: Brief;
      /** What the customer reads meanwhile. */
      readonly holding: Content;
      readonly confidence: number;
    }
  | { readonly kind: 'silent'; readonly why: string };

/** One named part of a turn: enrich and pass on, or decide. */
export type Step = (turn: Turn, next: (turn: Turn) => Promise<TurnOutcome>) => Promise<TurnOutcome>;

/** The last step: words from passages. The model's and the extractive answerer are both this. */
export interface Answerer {
  readonly name: string;
  answer(turn: Turn): Promise<TurnOutcome>;
}
