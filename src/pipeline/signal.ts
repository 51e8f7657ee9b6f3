/** A wake-up inside one process: whoever waits is woken at the earliest time that anybody asked for. */
export interface Signal {
  /** Wake everyone who waits in `delayMs`, or now; when nobody waits, the next who does is woken at once. */
  raise(delayMs?: number): void;
  /** Resolves when raised, or after `timeoutMs`, or when `abort` fires; never rejects. */
  wait(timeoutMs: number, abort: AbortSignal): Promise<void>;
}

export const createSignal = (): Signal => {
  /** Raised while nobody waited. */
  let pending = false;
  const waiters = new Set<() => void>();
  const fire = (): void => {
    pending = waiters.size === 0;
    for (const wake of [...waiters]) wake();
  };
  return {
    raise(delayMs = 0) {
      if (delayMs <= 0) fire();
      else setTimeout(fire, delayMs).unref();
    },
    wait(timeoutMs, abort) {
      return new Promise((resolve) => {
        const done = (): void => {
          clearTimeout(timer);
          abort.removeEventListener('abort', done);
          waiters.delete(done);
          resolve();
        };
        const timer = setTimeout(done, timeoutMs);
        abort.addEventListener('abort', done, { once: true });
        waiters.add(done);
        if (!pending && !abort.aborted) return;
        pending = false;
        done();
      });
    },
  };
};
