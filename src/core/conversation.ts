import type { Address, Author, ConversationId } from './message.ts';

/** Who has the conversation: the bot, nobody yet (waiting for a person), a named person, or it is closed. */
export type ConversationStatus = 'bot' | 'waiting' | 'human' | 'resolved';
export const priorities = ['low', 'normal', 'high', 'urgent', 'critical'] as const;
export type Priority = (typeof priorities)[number];

export interface Conversation {
  readonly id: ConversationId;
  /** `desk`: the support team's side of an escalation. Nothing written there ever reaches the model as a question. */
  readonly kind: 'customer' | 'desk';
  readonly address: Address;
  readonly customer: Author;
  readonly status: ConversationStatus;
  /** The person who has it, while `status` is `human`. */
  readonly owner?: string;
  readonly locale: string;
  readonly title: string;
  readonly priority: Priority;
  /** Counts the times a customer came back after it was resolved or handed back; budgets are per epoch. */
  readonly epoch: number;
  /** Optimistic lock: a stale turn fails to commit. */
  readonly version: number;
  /** Another conversation that this one seems to continue, though its author was not part of it. */
  readonly linkedTo?: ConversationId;
}
