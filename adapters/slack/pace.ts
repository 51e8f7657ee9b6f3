import { setTimeout } from 'node:timers/promises';
import type { Failure } from './api.ts';
import { aborted, rateLimited } from './errors.ts';

export interface PaceOptions {
  readonly now: () => Date;
  /** Time between two messages in one channel, in milliseconds. Slack allows about one a second. */
  readonly intervalMs?: number;
  /** So many may go at once after a rest. */
  readonly burst?: number;
  /** A channel that Slack told us to leave alone for longer than this is not waited for, in milliseconds. */
  readonly patienceMs?: number;
  /** Resolves after `ms`, or when `signal` aborts. */
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
}

interface Lane {
  /** Resolves when everybody before has gone. */
  tail: Promise<unknown>;
  waiting: number;
  /** When an evenly spaced message would be due: it may run ahead of the clock by `burst - 1` intervals. */
  due: number;
  heldUntil: number;
}

const mostLanes = 5_000;

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  setTimeout(ms, undefined, { signal }).catch(() => undefined);

export interface Pace {
  /** Waits for our turn in a channel. A failure means that nothing was or may be sent now. */
  turn(channel: string, signal: AbortSignal): Promise<Failure | undefined>;
  /** Slack wants nothing in this channel for so long, in milliseconds. */
  hold(channel: string, ms: number): void;
}

/**
 * Slack's pace per channel (about one message a second, short bursts allowed) for everything that this process posts there,
 * in order. What several processes send together is bounded by Slack's own 429.
 */
export const createPace = ({
  now,
  intervalMs = 1_000,
  burst = 3,
  patienceMs = 5_000,
  sleep = pause,
}: PaceOptions): Pace => {
  const lanes = new Map<string, Lane>();
  const clock = () => now().getTime();

  const laneOf = (channel: string): Lane => {
    const known = lanes.get(channel);
    if (known !== undefined) return known;
    if (lanes.size >= mostLanes)
      for (const [name, lane] of lanes)
        if (lane.waiting === 0 && Math.max(lane.due, lane.heldUntil) <= clock()) lanes.delete(name);
    const lane: Lane = { tail: Promise.resolve(), waiting: 0, due: 0, heldUntil: 0 };
    lanes.set(channel, lane);
    return lane;
  };

  const waitIn = async (lane: Lane, channel: string, signal: AbortSignal): Promise<Failure | undefined> => {
    for (;;) {
      if (signal.aborted) return aborted('a message that waited for its turn');
      const held = lane.heldUntil - clock();
      if (held > patienceMs) return rateLimited({ method: `a message in ${channel}`, workspace: '' }, held);
      const ahead = Math.max(held, lane.due - (burst - 1) * intervalMs - clock());
      if (ahead <= 0) break;
      await sleep(ahead, signal);
    }
    lane.due = Math.max(clock(), lane.due) + intervalMs;
    return undefined;
  };

  return {
    turn(channel, signal) {
      const lane = laneOf(channel);
      lane.waiting += 1;
      const mine = lane.tail
        .then(() => waitIn(lane, channel, signal))
        .finally(() => {
          lane.waiting -= 1;
        });
      // Whoever comes next waits for us, whatever became of us.
      lane.tail = mine.catch(() => undefined);
      return mine;
    },
    hold(channel, ms) {
      const lane = laneOf(channel);
      lane.heldUntil = Math.max(lane.heldUntil, clock() + ms);
    },
  };
};
