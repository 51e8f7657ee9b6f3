/** At most `calls` within `ms` milliseconds. */
export interface Window {
  readonly calls: number;
  readonly ms: number;
}

/** What Teams allows a bot in one thread (Microsoft Learn, "Optimize your bot with rate limiting"). */
export const teamsWindows: readonly Window[] = [
  { calls: 7, ms: 1_000 },
  { calls: 8, ms: 2_000 },
  { calls: 60, ms: 30_000 },
  { calls: 1_800, ms: 3_600_000 },
];

export interface Pace {
  /** From now on these windows hold for every thread; none take the limit away. */
  throttle(windows?: readonly Window[]): void;
  /** Counts a send; how many seconds too early it is, or nothing. */
  tooEarly(thread: string): number | undefined;
  /** The most sends to one thread within any such time, refused ones too. `thread`: conversation id, channels with `;messageid=`. */
  busiest(ms: number, thread?: string): number;
  /** How many sends were refused. */
  readonly throttled: number;
}

/** How quickly the bot speaks, counted always and limited on request. `clock` is in milliseconds. */
export const createPace = (clock: () => number): Pace => {
  let windows: readonly Window[] = [];
  let throttled = 0;
  const tries = new Map<string, number[]>();
  const taken = new Map<string, number[]>();
  const push = (where: Map<string, number[]>, thread: string, at: number): void => {
    const list = where.get(thread);
    if (list === undefined) where.set(thread, [at]);
    else list.push(at);
  };
  return {
    throttle: (given = teamsWindows) => {
      windows = given;
    },
    tooEarly: (thread) => {
      const now = clock();
      push(tries, thread, now);
      const before = taken.get(thread) ?? [];
      const waits = windows.flatMap(({ calls, ms }) => {
        const within = before.filter((at) => at > now - ms);
        const oldest = within.at(-calls);
        return oldest === undefined ? [] : [oldest + ms - now];
      });
      if (waits.length === 0) {
        push(taken, thread, now);
        return undefined;
      }
      throttled += 1;
      return Math.max(1, Math.ceil(Math.max(...waits) / 1_000));
    },
    busiest: (ms, thread) => {
      const lists = thread === undefined ? [...tries.values()] : [tries.get(thread) ?? []];
      const counts = lists.flatMap((list) => list.map((at) => list.filter((t) => t >= at && t < at + ms).length));
      return Math.max(0, ...counts);
    },
    get throttled() {
      return throttled;
    },
  };
};
