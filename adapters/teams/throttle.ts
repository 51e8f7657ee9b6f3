import { setTimeout } from 'node:timers/promises';
import { aborted, type Failure, rateLimited } from './errors.ts';

export interface ThrottleOptions {
  readonly now: () => Date;
  /** A thread that must rest for longer than this is not waited for, in milliseconds. */
  readonly patienceMs?: number;
  /** Resolves after `ms`, or when `signal` aborts. */
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
}

/**
 * What one bot may do in one thread
 * (https://learn.microsoft.com/en-us/microsoftteams/platform/bots/how-to/rate-limit#per-bot-per-thread-limit).
 */
export const windows = [
  { most: 7, ms: 1_000 },
  { most: 8, ms: 2_000 },
  { most: 60, ms: 30_000 },
  { most: 1_800, ms: 3_600_000 },
] as const;

const mostThreads = 5_000;
const longest = 3_600_000;
const mostSends = 1_800;

/** How long to wait, in milliseconds, after sends at these times (ascending), so that no window is exceeded. Pure. */
export const waitMs = (sent: readonly number[], now: number): number =>
  Math.max(
    0,
    ...windows.map(({ most, ms }) => {
      const first = sent.at(-most);
      return first === undefined ? 0 : first + ms - now;
    }),
  );

export interface Throttle {
  /** Waits for our turn in a thread and takes it. A failure means that nothing may be sent now. */
  turn(thread: string, signal: AbortSignal): Promise<Failure | undefined>;
  /** Takes a turn if there is one right now: for what may be left out. */
  tryTurn(thread: string): boolean;
  /** Teams wants nothing in this thread for so long, in milliseconds. */
  hold(thread: string, ms: number): void;
}

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  setTimeout(ms, undefined, { signal }).catch(() => undefined);

/** Our pace in each thread, for what this process sends; several together are bounded by 429s of Teams. */
export const createThrottle = ({ now, patienceMs = 5_000, sleep = pause }: ThrottleOptions): Throttle => {
  const threads = new Map<string, { sent: number[]; heldUntil: number }>();
  const clock = () => now().getTime();

  const laneOf = (thread: string) => {
    const known = threads.get(thread);
    const lane = known ?? { sent: [], heldUntil: 0 };
    // The one that was not used for longest goes first.
    threads.delete(thread);
    threads.set(thread, lane);
    const [oldest] = threads.keys();
    if (threads.size > mostThreads && oldest !== undefined) threads.delete(oldest);
    return lane;
  };

  const take = (thread: string): number => {
    const lane = laneOf(thread);
    const at = clock();
    const wait = Math.max(waitMs(lane.sent, at), lane.heldUntil - at);
    if (wait > 0) return wait;
    if (lane.sent.length >= mostSends || (lane.sent[0] ?? at) <= at - longest)
      lane.sent = lane.sent.filter((each) => each > at - longest).slice(-mostSends);
    lane.sent.push(at);
    return 0;
  };

  return {
    async turn(thread, signal) {
      for (;;) {
        if (signal.aborted) return aborted('a message that waited for its turn');
        const wait = take(thread);
        if (wait <= 0) return undefined;
        if (wait > patienceMs) return rateLimited('a message', wait);
        await sleep(wait, signal);
      }
    },
    tryTurn: (thread) => take(thread) <= 0,
    hold(thread, ms) {
      const lane = laneOf(thread);
      lane.heldUntil = Math.max(lane.heldUntil, clock() + ms);
    },
  };
};
