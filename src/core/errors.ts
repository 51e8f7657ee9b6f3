/** Every code a user may meet; http maps it to a status, the CLI to an exit. */
export type ErrorCode =
  | 'bad-request'
  | 'unauthorized'
  | 'forbidden'
  | 'not-found'
  | 'conflict'
  | 'too-large'
  | 'unsupported-type'
  | 'rate-limited'
  | 'overloaded'
  | 'misconfigured'
  | 'unavailable'
  | 'internal';

/**
 * A failure that someone can act on. `message` is for the log; `userMessage` is what the person reads: what happened and
 * what to do, no internals.
 */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: ErrorCode;
  readonly userMessage: string;
  /** How long somebody outside asked us to wait before the next try. */
  readonly retryAfterMs: number | undefined;

  constructor(
    code: ErrorCode,
    userMessage: string,
    options?: { readonly message?: string; readonly cause?: unknown; readonly retryAfterMs?: number | undefined },
  ) {
    super(options?.message ?? userMessage, options?.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.userMessage = userMessage;
    this.retryAfterMs = options?.retryAfterMs;
  }
}

/** The text of anything that was thrown. */
export const errorMessage = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown));
