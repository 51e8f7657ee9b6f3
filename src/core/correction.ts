import type { ConversationId, MessageId } from './message.ts';

/** A document as it was last changed: `isGone` when it was deleted. */
export interface DocumentVersion {
  readonly documentId: string;
  readonly version: number;
  readonly isGone: boolean;
}

/** What one conversation is to be told about a text that is no longer right. */
export interface NewCorrection {
  readonly conversationId: ConversationId;
  /** The message that said it. */
  readonly messageId: MessageId;
  readonly oldText: string;
  /** The passage that took its place; missing when there is none. */
  readonly newText?: string;
  /** As the customer will read it. */
  readonly markdown: string;
}

/** `pending` until the platform took it. */
export type DeliveryState = 'pending' | 'delivered' | 'failed';

export interface Correction extends NewCorrection, DocumentVersion {
  readonly id: string;
  readonly status: 'draft' | 'sent' | 'dismissed';
  /** The customer, or the person at the desk who has the conversation. */
  readonly told?: 'customer' | 'desk';
  readonly delivery?: DeliveryState;
  readonly decidedBy?: string;
  readonly customer: string;
  readonly channel: string;
  /** ISO 8601: when the old text was given. */
  readonly givenAt: string;
}

/**
 * What became of one that was to be sent. `sent`: to the customer. `noted`: at the desk, because a person has the conversation.
 * `already`: decided before. `outdated`: the document has changed again. `withheld`: this conversation may not see the new text.
 * `held`: a person has it, and there is no case to note it in. `unreachable`: nothing may be sent there any more.
 */
export type SendOutcome = 'sent' | 'noted' | 'already' | 'outdated' | 'withheld' | 'held' | 'unreachable';

/** Corrections, from draft to decision. */
export interface Corrections {
  /** Puts drafts in the place of this and earlier versions' drafts; what was decided stays. */
  draft(document: DocumentVersion, drafts: readonly NewCorrection[]): Promise<void>;
  /** Per conversation, the newest message about which somebody has decided. */
  decided(documentId: string): Promise<ReadonlyMap<ConversationId, MessageId>>;
  list(documentId: string, version?: number): Promise<readonly Correction[]>;
  /** Each exactly once, whoever else sends at the same time; a crash leaves drafts that can be sent again. */
  send(ids: readonly string[], by: string): Promise<readonly { readonly id: string; readonly outcome: SendOutcome }[]>;
  dismiss(ids: readonly string[], by: string): Promise<number>;
}
