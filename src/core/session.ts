import type { ConversationId, Message } from './message.ts';
import type { Memory } from './turn.ts';

/** Hot context of a conversation: what the next turn needs without asking Postgres. */
export interface Session {
  /** The conversation's version that this was made from; an older one is never used. */
  readonly version: number;
  /** Recent messages, oldest first, as a customer would see them. */
  readonly window: readonly Message[];
  readonly summary?: string;
  /** What is remembered of the person, most important first. */
  readonly memories: readonly Memory[];
  readonly personId?: string;
  readonly language?: string;
  readonly escalated: boolean;
  /** Model turns left in this epoch. */
  readonly turnsLeft: number;
}

/** Losing it costs speed, never a message: whoever gets `undefined` asks Postgres. */
export interface SessionStore {
  /** The session, when there is one of exactly this version. */
  load(id: ConversationId, version: number): Promise<Session | undefined>;
  /** Keeps `session` unless a newer version is already there (compare and set in one step). */
  save(id: ConversationId, session: Session): Promise<void>;
  drop(id: ConversationId): Promise<void>;
}
