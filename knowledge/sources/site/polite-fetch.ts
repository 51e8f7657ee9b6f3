import type { FetchPage } from '../fetch-page.ts';
import type { Clock } from '../source.ts';

/** The longest that a server may ask to wait, per request. */
export const longestWaitMs = 60_000;
/** When a server that is too busy does not say for how long. */
const usualWaitMs = 5_000;
const attempts = 3;

/** A pace that a site sets: the time between two requests, and pauses it asks for. */
interface Pace {
  readonly delayMs: number;
  readonly clock: Clock;
}

/**
 * Fetches at the pace of a site: `delayMs` between the starts of two requests, and when the server says that it is too
 * busy (429, 503) nothing at all for as long as it asks, up to a minute; then once more.
 */
export const createPoliteFetch = (fetchPage: FetchPage, { delayMs, clock }: Pace): FetchPage => {
  let free = 0;
  const turn = async (signal?: AbortSignal): Promise<void> => {
    const start = Math.max(free, clock.now());
    free = start + delayMs;
    const wait = start - clock.now();
    if (wait > 0) await clock.sleep(wait, signal);
  };
  return async (url, request = {}) => {
    for (let attempt = 1; ; attempt += 1) {
      await turn(request.signal);
      const page = await fetchPage(url, request);
      const isBusy = !page.ok && (page.status === 429 || page.status === 503);
      if (page.ok || !isBusy || attempt === attempts) return page;
      const waitMs = page.retryAfterMs ?? usualWaitMs;
      if (waitMs > longestWaitMs) return page;
      free = Math.max(free, clock.now() + waitMs);
    }
  };
};
