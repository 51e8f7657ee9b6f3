import { AsyncLocalStorage } from 'node:async_hooks';

/** What a log line is about: ids only, so that the lines of one message can be found together. */
export interface Correlation {
  readonly requestId?: string;
  readonly conversationId?: string;
  readonly messageId?: string;
  readonly channel?: string;
  readonly traceId?: string;
}

// Ambient by nature, like the async call chain that it follows: code in between must not have to pass it on.
const ambient = new AsyncLocalStorage<Correlation>();

/** Runs `fn`; every log line from within, also after an `await`, carries these fields and those from around it. */
export const withCorrelation = <T>(correlation: Correlation, fn: () => T): T =>
  ambient.run({ ...ambient.getStore(), ...correlation }, fn);

/** The fields that a log line written here would carry. */
export const currentCorrelation = (): Correlation => ambient.getStore() ?? {};
