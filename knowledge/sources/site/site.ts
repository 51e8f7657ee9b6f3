import type { Item } from '../../document.ts';
import { isGone, type PageOptions } from '../page.ts';
import type { Survey } from '../source.ts';
import { systemClock } from '../system-clock.ts';
import { crawl } from './crawl.ts';
import { createFrontier } from './frontier.ts';
import { defaultSiteLimits } from './limits.ts';
import { createPoliteFetch } from './polite-fetch.ts';
import { readRobots } from './robots.ts';
import { isSameHost, isWithin, type SiteAddress } from './site-address.ts';
import { readSitemaps } from './sitemap.ts';

const mostMoves = 5;

/**
 * Finds where a site really is: `http` that became `https`, a host with or without `www.`. Reads its rules and asks for its
 * first page, nothing more.
 */
export const surveySite = async (
  address: SiteAddress,
  options: Pick<PageOptions, 'fetchPage' | 'signal'>,
): Promise<Survey> => {
  const { fetchPage, signal } = options;
  let { prefix, sitemap } = address;
  const missing = (reason: string): Survey => {
    const source = (address.sitemap ?? address.prefix).href;
    return { root: prefix.href, missing: true, entries: [], unreadable: [{ source, reason }] };
  };
  for (let moves = 0; moves <= mostMoves; moves += 1) {
    const start = sitemap ?? prefix;
    const robots = await readRobots(prefix, fetchPage, signal);
    if (!robots.ok) return missing(robots.reason);
    if (!robots.isAllowed(start)) return missing('its robots.txt does not allow Frontdesk to read it');
    const page = await fetchPage(start, { giveRedirect: true, wants: () => false, ...(signal ? { signal } : {}) });
    const to = page.ok ? undefined : page.redirect;
    if (to && to.origin !== prefix.origin && isSameHost(prefix, to)) {
      prefix = new URL(prefix.pathname, to);
      sitemap &&= new URL(sitemap.pathname, to);
      continue;
    }
    if (to && !isWithin(sitemap ? new URL('/', prefix) : prefix, to)) {
      return missing(`redirects to ${to.href}; name that address if it is meant`);
    }
    if (!page.ok && !to && !page.isUnwanted && (sitemap !== undefined || !isGone(page))) return missing(page.reason);
    const entry = {
      kind: 'site',
      source: prefix.href,
      count: 1,
      ...(sitemap ? { sitemap: sitemap.href } : {}),
    } as const;
    return { root: prefix.href, missing: false, entries: [entry], unreadable: [] };
  }
  return missing(`more than ${mostMoves} redirects`);
};

/** Reads the pages of a site: those that its sitemaps list, and those that pages link to. */
export async function* loadSite(
  { source, sitemap }: { readonly source: string; readonly sitemap?: string },
  options: PageOptions,
): AsyncGenerator<Item> {
  const { clock = systemClock, known = () => undefined } = options;
  const limits = { ...defaultSiteLimits, ...options.site };
  const prefix = new URL(source);
  const stop = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, stop.signal]) : stop.signal;
  try {
    const robots = await readRobots(prefix, options.fetchPage, signal);
    if (!robots.ok) return yield { incomplete: robots.reason };
    const fetchPage = createPoliteFetch(options.fetchPage, { delayMs: robots.delayMs, clock });
    const places =
      sitemap === undefined ? sitemapPlaces(prefix, robots.sitemaps) : { named: [new URL(sitemap)], guessed: [] };
    const listed = await readSitemaps(places, fetchPage, signal);
    for (const failure of listed.failures) yield { incomplete: failure };

    const frontier = createFrontier(prefix, limits, robots.isAllowed);
    if (sitemap === undefined) frontier.add(prefix, { depth: 0 });
    // What changed last comes first, in case a limit cuts the rest off.
    const newestFirst = listed.pages.toSorted((a, b) => Number(b.modifiedAt ?? 0) - Number(a.modifiedAt ?? 0));
    for (const { url, modifiedAt } of newestFirst)
      frontier.add(url, { depth: 1, ...(modifiedAt ? { modifiedAt } : {}) });
    if (listed.pages.length > 0 && !listed.pages.some(({ url }) => frontier.within(url))) {
      yield { incomplete: `its sitemap lists only pages outside of ${prefix.href}; name their address instead` };
    }
    if (frontier.waiting > 1) yield { more: frontier.waiting - 1 };

    const context = { prefix, fetchPage, frontier, known, signal, aliases: new Map<string, string>() };
    yield* crawl(context, { limits, clock, width: robots.delayMs > 0 ? 1 : 4 });
    options.signal?.throwIfAborted();
  } finally {
    stop.abort();
  }
}

/** Where sitemaps are looked for: where `robots.txt` says, else in the usual places. */
const sitemapPlaces = (prefix: URL, said: readonly string[]) => {
  const named = said
    .flatMap((place) => URL.parse(place, prefix.href) ?? [])
    .filter((url) => url.origin === prefix.origin);
  return { named, guessed: named.length > 0 ? [] : [new URL('sitemap.xml', prefix), new URL('/sitemap.xml', prefix)] };
};
