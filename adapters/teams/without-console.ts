import { AsyncLocalStorage } from 'node:async_hooks';

const inside = new AsyncLocalStorage<true>();
let running = 0;
let outside = console.error;

const filtered = (...parts: readonly unknown[]): void => {
  if (inside.getStore() === undefined) outside(...parts);
};

/**
 * Runs `work` deaf to what it says by `console.error`. The SDK prints every token that it refuses, with a stack trace, before it
 * throws: whoever sends forged ones would fill the log, past its format. Everybody else's words still come through.
 */
export const withoutConsole = async <T>(work: () => Promise<T>): Promise<T> => {
  if (running === 0) {
    outside = console.error;
    console.error = filtered;
  }
  running += 1;
  try {
    return await inside.run(true, work);
  } finally {
    running -= 1;
    if (running === 0 && console.error === filtered) console.error = outside;
  }
};
