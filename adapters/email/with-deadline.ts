/** `work`, or an error that names `what` took longer than `ms`. The work itself is not stopped: close its connection. */
export const withDeadline = async <T>(work: Promise<T>, ms: number, what: string): Promise<T> => {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`no answer to "${what}" within ${Math.round(ms / 1000)} s`)), ms);
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
    // Whoever lost the race may still fail later, with nobody left to hear it.
    work.catch(() => undefined);
  }
};
