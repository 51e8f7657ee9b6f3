import type { StateWire } from '#src/http/wire.ts';
import type { Outbox } from './outbox.ts';
import type { Timeline } from './timeline.ts';

/** `polling`: sockets do not get through, the history is read instead. */
export type Connection = 'none' | 'connecting' | 'live' | 'lost' | 'polling';

/** Everything the chat page shows. Replaced as a whole on every change. */
export interface ChatState {
  /** `fresh`: nothing was said yet, no session exists. */
  readonly phase: 'fresh' | 'loading' | 'ready' | 'failed';
  /** Why loading failed. */
  readonly error?: string;
  readonly messages: Timeline;
  readonly outbox: Outbox;
  readonly conversation: StateWire;
  readonly connection: Connection;
  /** What the bot is doing, in its words. */
  readonly status: string;
  /** The answer so far. */
  readonly partial: string;
  /** A message was stored and its answer has not come. */
  readonly expecting: boolean;
  /** Cursor of the page before the first message on the screen. */
  readonly before?: string;
  readonly loadingEarlier: boolean;
  readonly votes: Readonly<Record<string, -1 | 1>>;
  /** The conversation before this one ended by itself. */
  readonly expired: boolean;
}

export const freshState: ChatState = {
  phase: 'fresh',
  messages: [],
  outbox: [],
  conversation: { status: 'bot' },
  connection: 'none',
  status: '',
  partial: '',
  expecting: false,
  loadingEarlier: false,
  votes: {},
  expired: false,
};
