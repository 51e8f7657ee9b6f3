/** Aborts `signal` after `silenceMs` without a sign of life. */
export interface Watchdog extends Disposable {
  readonly signal: AbortSignal;
  readonly alive: () => void;
  /** While paused, silence is all right: somebody else is at work, under a limit of their own. */
  readonly pause: () => void;
}

export const createWatchdog = (silenceMs: number): Watchdog => {
  const controller = new AbortController();
  const start = () => setTimeout(() => controller.abort(new Error(`silent for ${silenceMs} ms`)), silenceMs);
  let timer: NodeJS.Timeout | undefined = start();
  const pause = () => {
    clearTimeout(timer);
    timer = undefined;
  };
  return {
    signal: controller.signal,
    pause,
    alive: () => {
      if (timer === undefined) timer = start();
      else timer.refresh();
    },
    [Symbol.dispose]: pause,
  };
};
