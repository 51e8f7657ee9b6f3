/**
 * The promise's result, or a rejection after `ms` milliseconds. What is still running then is left alone and its late
 * failure is nobody's.
 */
export const withDeadline = <T>(promise: Promise<T>, ms: number): Promise<T> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(
      // Timers run before sockets are read: after a long task of our own the answer may be waiting already, so look once.
      () => setImmediate(() => reject(new Error(`no answer within ${ms} ms`))),
      ms,
    );
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
