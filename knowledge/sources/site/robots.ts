import robotsParser from 'robots-parser';
import type { FetchPage } from '../fetch-page.ts';

/** What a site asks of Frontdesk. */
export type Robots =
  | {
      readonly ok: true;
      readonly isAllowed: (url: URL) => boolean;
      /** Between two requests; at most ten seconds. */
      readonly delayMs: number;
      readonly sitemaps: readonly string[];
    }
  | { readonly ok: false; readonly reason: string };

// The package's types describe an ES module; it is CommonJS, whose whole export is the function.
const parse = robotsParser as unknown as typeof robotsParser.default;

const agent = 'Frontdesk';
/** A parser has to read that much at least (RFC 9309, section 2.5). */
const readBytes = 512 * 1024;
const longestDelayMs = 10_000;

/**
 * Reads the `robots.txt` of an origin. One that does not exist allows everything; one that cannot be had forbids
 * everything for now (RFC 9309, section 2.3.1).
 */
export const readRobots = async (origin: URL, fetchPage: FetchPage, signal?: AbortSignal): Promise<Robots> => {
  const url = new URL('/robots.txt', origin);
  const page = await fetchPage(url, signal ? { signal } : {});
  if (page.ok) return parseRobots(url, page.bytes);
  const { status = 0 } = page;
  if (status >= 400 && status < 500 && status !== 429) return parseRobots(url, new Uint8Array());
  return { ok: false, reason: `${url.href} could not be had (${page.reason}), so nothing of the site is read for now` };
};

const parseRobots = (url: URL, bytes: Uint8Array): Robots => {
  const robots = parse(url.href, Buffer.from(bytes.subarray(0, readBytes)).toString('utf8'));
  const delay = robots.getCrawlDelay(agent) ?? 0;
  return {
    ok: true,
    isAllowed: ({ href }) => robots.isAllowed(href, agent) ?? true,
    delayMs: Math.min(longestDelayMs, Math.max(0, delay * 1000)),
    sitemaps: robots.getSitemaps(),
  };
};
