/** How one or more calls go wrong. Without anything said the call answers 500 and nothing happens. */
export interface Fault {
  /** How many calls; once unless said otherwise, `Infinity` for all. */
  readonly times?: number;
  /** Only calls that name this channel. */
  readonly channel?: string;
  /** Slack's word for it, with status 200: `token_revoked`, `internal_error`, … */
  readonly error?: string;
  /** Answer with this status; 429 carries Retry-After. */
  readonly status?: 429 | 500 | 502 | 503;
  /** Seconds in Retry-After of a 429. Default: 1. */
  readonly retryAfter?: number;
  /** Cut the connection: before anything happened, or when it was done but before the answer. */
  readonly drop?: 'before' | 'after';
  /** Wait so many milliseconds, then go on as said; alone it only delays. */
  readonly hangMs?: number;
  /** The call takes effect, and then answers with `error` or `status`. */
  readonly takesEffect?: boolean;
}

export interface Faults {
  /**
   * From now on calls of the method go wrong like this; several faults of a method are used up in order. Beside methods there
   * are `upload`, `download` and `response_url`, which know nothing of channels.
   */
  fail(method: string, fault: Fault): void;
  /** At most so many posts a second in a channel; more get 429 with Retry-After. 0 takes the limit away. */
  rateLimit(channel: string, perSecond: number): void;
  /** Every call waits so long first. */
  latency(ms: number): void;
  /** Forgets all of it. */
  clear(): void;
  /** The fault for a call, used up by asking. */
  take(method: string, channel: string | undefined): Fault | undefined;
  /** Counts a post; how many seconds too early it is, or nothing. */
  tooEarly(channel: string | undefined): number | undefined;
  readonly delayMs: number;
}

/** Scripted misfortune. `clock` is in milliseconds. */
export const createFaults = (clock: () => number): Faults => {
  const waiting: { readonly method: string; readonly fault: Fault; left: number }[] = [];
  const limits = new Map<string, { readonly perSecond: number; posts: number[] }>();
  let delayMs = 0;
  return {
    fail: (method, fault) => void waiting.push({ method, fault, left: fault.times ?? 1 }),
    rateLimit: (channel, perSecond) => {
      if (perSecond > 0) limits.set(channel, { perSecond, posts: [] });
      else limits.delete(channel);
    },
    latency: (ms) => {
      delayMs = ms;
    },
    clear: () => {
      waiting.length = 0;
      limits.clear();
      delayMs = 0;
    },
    take: (method, channel) => {
      const found = waiting.find(
        (one) => one.method === method && (one.fault.channel === undefined || one.fault.channel === channel),
      );
      if (found === undefined) return undefined;
      found.left -= 1;
      if (found.left <= 0) waiting.splice(waiting.indexOf(found), 1);
      return found.fault;
    },
    tooEarly: (channel) => {
      const limit = channel === undefined ? undefined : limits.get(channel);
      if (limit === undefined) return undefined;
      const window = Math.max(1_000, 1_000 / limit.perSecond);
      const now = clock();
      limit.posts = limit.posts.filter((at) => at > now - window);
      const [oldest] = limit.posts;
      if (oldest !== undefined && limit.posts.length >= Math.max(1, limit.perSecond))
        return Math.max(1, Math.ceil((oldest + window - now) / 1_000));
      limit.posts.push(now);
      return undefined;
    },
    get delayMs() {
      return delayMs;
    },
  };
};
