/**
 * The last guard against a program at the desk that answers our mails without saying that it is one: in each thread so many
 * mails within so many milliseconds are people's, more are not. Best effort, in this process alone.
 */
export const createLoopGuard = (now: () => Date, max = 10, withinMs = 120_000) => {
  const seen = new Map<string, readonly number[]>();
  /** Counts a mail in a thread; whether there are too many. */
  return (thread: string): boolean => {
    const at = now().getTime();
    const recent = [...(seen.get(thread) ?? []).filter((one) => at - one < withinMs), at].slice(-max - 1);
    seen.delete(thread);
    seen.set(thread, recent);
    for (const [name, times] of seen) {
      if (at - (times.at(-1) ?? 0) < withinMs) break;
      seen.delete(name);
    }
    return recent.length > max;
  };
};
