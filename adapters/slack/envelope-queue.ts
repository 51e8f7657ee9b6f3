/** A first-in, first-out queue between something that pushes and one reader that waits. */
export interface EnvelopeQueue<T> {
  /** False when it is full or closed: the item was not taken. */
  push(item: T): boolean;
  /** The next item; `undefined` once the queue is closed. Rejects with what `fail` was given. */
  next(): Promise<T | undefined>;
  /** Forgets what waits and ends the reader. */
  close(): void;
  /** Ends the reader with an error. */
  fail(error: Error): void;
}

/** A queue that holds at most `limit` items. */
export const createEnvelopeQueue = <T>(limit: number): EnvelopeQueue<T> => {
  const waiting: T[] = [];
  let ended: { readonly error?: Error } | undefined;
  let wake: () => void = () => undefined;
  const end = (how: { readonly error?: Error }): void => {
    ended ??= how;
    waiting.length = 0;
    wake();
  };
  return {
    push(item) {
      if (ended !== undefined || waiting.length >= limit) return false;
      waiting.push(item);
      wake();
      return true;
    },
    async next() {
      while (ended === undefined) {
        const item = waiting.shift();
        if (item !== undefined) return item;
        const { promise, resolve } = Promise.withResolvers<void>();
        wake = resolve;
        await promise;
      }
      if (ended.error !== undefined) throw ended.error;
      return undefined;
    },
    close: () => end({}),
    fail: (error) => end({ error }),
  };
};
