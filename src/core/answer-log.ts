import type { ThreadLine } from './knowledge.ts';
import type { Citation, ConversationId, MessageId } from './message.ts';
import type { Audience } from './turn.ts';

/** Something that a customer asked, with what decides what they may read. */
export interface AskedQuestion {
  readonly conversationId: ConversationId;
  readonly text: string;
  /** Organisation and identity as they are stored: what the asker may see. */
  readonly audience: Audience;
  /** Of the conversation; empty when nobody could tell. */
  readonly locale: string;
  /** Names the asker across conversations. */
  readonly customer: string;
  readonly at: Date;
}

/** A question that the bot answered, or said that it could not, or handed over for want of an answer. */
export interface PastQuestion extends AskedQuestion {
  /** The bot's message. */
  readonly messageId: MessageId;
  readonly isAnswered: boolean;
  /** Ids of the documents that the answer cited. */
  readonly cited: readonly string[];
  /** What was said before it, oldest first. */
  readonly thread: readonly ThreadLine[];
}

/** `not-found`: we said so. `handed-over`: a person was needed after an answer that failed. `voted-down`: by whoever read the answer. */
export interface UnansweredQuestion extends AskedQuestion {
  readonly kind: 'not-found' | 'handed-over' | 'voted-down';
}

/** A message of ours that quotes a document. */
export interface GivenAnswer {
  readonly conversationId: ConversationId;
  readonly messageId: MessageId;
  readonly markdown: string;
  /** Those of the document. */
  readonly citations: readonly Citation[];
  readonly question: string;
  readonly locale: string;
  readonly customer: string;
  readonly at: Date;
}

/** Past questions and answers, as the conversations have them. */
export interface AnswerLog {
  /** The newest first, at most `limit`. */
  asked(range: { readonly since: Date; readonly limit: number }): Promise<readonly PastQuestion[]>;
  /** The newest first, at most `limit`; one that failed in several ways comes once for each. */
  unanswered(range: { readonly since: Date; readonly limit: number }): Promise<readonly UnansweredQuestion[]>;
  /** What customers were given of a document between two moments, in pages: the newest first, those older than `below`. */
  citing(
    documentId: string,
    range: { readonly since?: Date; readonly before: Date; readonly below?: MessageId; readonly limit: number },
  ): Promise<readonly GivenAnswer[]>;
}
