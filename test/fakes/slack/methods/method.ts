import type { Caller } from '../access.ts';
import type { Args } from '../args.ts';
import type { State } from '../state.ts';
import type { Message } from '../types.ts';

/** One call that passed authentication. */
export interface Call {
  readonly state: State;
  readonly args: Args;
  readonly caller: Caller;
  /** Tells the app about its own doings, as Slack does. */
  readonly announce: Announce;
}

/** What happened to a message: events about it go out, nobody waits for them. */
export type Announce = (
  what: 'posted' | 'changed' | 'deleted',
  message: Message,
  before?: Readonly<Record<string, unknown>>,
) => void;

/** What a method answers beside `ok: true`. */
export type Answer = Readonly<Record<string, unknown>>;

/** A Web API method; it returns its answer or throws a `Refusal`. */
export interface Method {
  /** One of these scopes must be there; none for methods that need no scope. */
  readonly scopes: readonly string[];
  run(call: Call): Answer;
}

export const method = (scopes: readonly string[], run: (call: Call) => Answer): Method => ({ scopes, run });
