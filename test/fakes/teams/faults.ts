import { type Reply, refused } from './reply.ts';
import type { Operation } from './types.ts';

/** How one or more calls go wrong. Without anything said the call answers 500 and nothing happens. */
export interface Fault {
  /** How many calls; once unless said otherwise, `Infinity` for all. */
  readonly times?: number;
  /** Only calls that name this conversation. */
  readonly place?: string;
  /** Only activities of this type: `message`, `typing`. */
  readonly type?: string;
  readonly status?: number;
  /** `error.code` and `error.message`, instead of what Teams says with that status. */
  readonly code?: string;
  readonly message?: string;
  /** Seconds in Retry-After of a 429; `none` leaves the header out. Default: 1. */
  readonly retryAfter?: number | 'none';
  /** This body, whatever it is: a page of some gateway. */
  readonly body?: string;
  /** Cut the connection: before anything happened, or when it was done but before the answer. */
  readonly drop?: 'before' | 'after';
  /** Wait so many milliseconds, then go on as said; alone it only delays. */
  readonly hangMs?: number;
  /** The call takes effect, and then answers with `status`. */
  readonly takesEffect?: boolean;
}

/** What a call is about, for finding its fault. */
export interface Target {
  readonly operation: Operation;
  readonly place?: string | undefined;
  readonly type?: string | undefined;
}

export interface Faults {
  /**
   * From now on calls go wrong like this; several faults are used up in order. `any` is every call of the connector, the other
   * names are those of operations.
   */
  fail(operation: Operation | 'any', fault?: Fault): void;
  /** Every call waits so long first. */
  latency(ms: number): void;
  /** Forgets all of it. */
  clear(): void;
  /** The fault for a call, used up by asking. */
  take(target: Target): Fault | undefined;
  readonly delayMs: number;
}

/** Operations outside the connector: `any` does not mean them. */
const elsewhere = new Set<Operation>(['openid', 'keys', 'token', 'upload', 'download']);

/** Scripted misfortune. */
export const createFaults = (): Faults => {
  const waiting: { readonly operation: Operation | 'any'; readonly fault: Fault; left: number }[] = [];
  let delayMs = 0;
  return {
    fail: (operation, fault = {}) => void waiting.push({ operation, fault, left: fault.times ?? 1 }),
    latency: (ms) => {
      delayMs = ms;
    },
    clear: () => {
      waiting.length = 0;
      delayMs = 0;
    },
    take: ({ operation, place, type }) => {
      const found = waiting.find(
        ({ operation: wanted, fault }) =>
          (wanted === operation || (wanted === 'any' && !elsewhere.has(operation))) &&
          (fault.place === undefined || fault.place === place) &&
          (fault.type === undefined || fault.type === type),
      );
      if (found === undefined) return undefined;
      found.left -= 1;
      if (found.left <= 0) waiting.splice(waiting.indexOf(found), 1);
      return found.fault;
    },
    get delayMs() {
      return delayMs;
    },
  };
};

/** What Teams says with a status (Microsoft Learn, "Messages in bot conversations": status codes). */
const usual: Readonly<Record<number, readonly [code: string, message: string]>> = {
  400: ['BadSyntax', 'Invalid request payload.'],
  401: ['BotNotRegistered', 'No registration found for this bot.'],
  403: ['BotNotInConversationRoster', 'The bot is not part of the conversation roster.'],
  404: ['ConversationNotFound', 'Conversation not found.'],
  412: ['PreconditionFailed', 'Precondition failed, please try again.'],
  413: ['MessageSizeTooBig', 'Message size too large.'],
  429: ['Throttled', 'Too many requests.'],
  500: ['ServiceError', 'Something went wrong.'],
  502: ['ServiceError', 'A dependency did not answer.'],
};

/** The answer that a fault gives, unless it only delays or cuts. */
export const failing = (fault: Fault): Reply | undefined => {
  const delays = fault.hangMs !== undefined || fault.drop !== undefined;
  if (fault.status === undefined && fault.body === undefined && delays) return undefined;
  const status = fault.status ?? 500;
  const after = fault.retryAfter ?? 1;
  const headers: Record<string, string> = status === 429 && after !== 'none' ? { 'retry-after': String(after) } : {};
  if (fault.body !== undefined) return { status, headers, body: Buffer.from(fault.body) };
  const [code, message] = usual[status] ?? [];
  // 503 and 504 come from gateways, without a body of the connector.
  if (fault.code === undefined && code === undefined) return { status, headers, body: undefined };
  return refused(status, fault.code ?? code ?? '', fault.message ?? message ?? '', headers);
};
