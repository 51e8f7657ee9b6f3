import type { SiteLimits } from './limits.ts';
import { identityOf, normaliseUrl } from './normalise-url.ts';
import { isWithin } from './site-address.ts';

/** A page that waits to be read. */
export interface Target {
  readonly url: URL;
  /** What tells it apart, and its document's key. */
  readonly key: string;
  /** Links between the start and it. */
  readonly depth: number;
  /** Redirects and canonical addresses that led here, one after the other. */
  readonly hops: number;
  readonly modifiedAt?: Date;
}

export interface Frontier {
  /** Takes a page into the queue, unless it was seen, is no part of the site or looks like a trap. */
  add(url: URL, from: { readonly depth: number; readonly hops?: number; readonly modifiedAt?: Date }): boolean;
  take(): Target | undefined;
  readonly waiting: number;
  /** The address of a page in its normal form; undefined when it is no part of the site. */
  within(url: URL): URL | undefined;
  /** What tells a page of the site apart, and its document's key. */
  keyOf(normal: URL): string;
  /** Limits that kept pages out of the queue, as sentences. */
  limits(): readonly string[];
  /** Paths with more variants than are read. */
  crowded(): readonly string[];
}

const mostHops = 5;
const longestUrl = 1_000;
/** So many links to different pages are kept for each page that may be read. */
const linksPerPage = 20;

/** Files that are no documents, by extension: not worth a request. */
const noDocument =
  /\.(png|jpe?g|gif|svg|webp|avif|ico|bmp|tiff?|css|m?js|map|json|xml|rss|atom|woff2?|ttf|otf|eot|mp[34]|m4[av]|mov|avi|webm|og[gv]|wav|zip|gz|tgz|tar|rar|7z|exe|msi|dmg|pkg|deb|rpm|apk|iso|ics|vcf)$/i;

/** The pages of a site that are still to be read, in the order in which they were found, and what was seen already. */
export const createFrontier = (prefix: URL, limits: SiteLimits, isAllowed: (url: URL) => boolean): Frontier => {
  const queue: Target[] = [];
  let taken = 0;
  const seen = new Set<string>();
  const tooDeep = new Set<string>();
  const variants = new Map<string, number>();
  const crowded = new Set<string>();
  let overflow = false;

  const within = (url: URL): URL | undefined => {
    const normal = normaliseUrl(url);
    return normal && isWithin(prefix, normal) ? normal : undefined;
  };
  return {
    get waiting() {
      return queue.length - taken;
    },
    within,
    keyOf: (normal) => identityOf(normal, prefix),
    add(raw, { depth, hops = 0, modifiedAt }) {
      const url = within(raw);
      if (!url || isTrap(url) || noDocument.test(url.pathname)) return false;
      const key = identityOf(url, prefix);
      if (seen.has(key) || hops > mostHops) return false;
      if (depth > limits.depth) {
        if (tooDeep.size < limits.pages) tooDeep.add(key);
        return false;
      }
      if (seen.size >= limits.pages * linksPerPage) {
        overflow = true;
        return false;
      }
      seen.add(key);
      if (!isAllowed(url)) return false;
      const group = variantGroup(url);
      if (group !== undefined) {
        const count = (variants.get(group) ?? 0) + 1;
        variants.set(group, count);
        if (count > limits.variants) {
          crowded.add(group);
          return false;
        }
      }
      queue.push({ url, key, depth, hops, ...(modifiedAt ? { modifiedAt } : {}) });
      return true;
    },
    take() {
      const target = queue[taken];
      if (target) taken += 1;
      return target;
    },
    limits: () => [
      ...([...tooDeep].some((key) => !seen.has(key)) ? [`some pages are more than ${limits.depth} links away`] : []),
      ...(overflow ? [`it links to more than ${limits.pages * linksPerPage} addresses`] : []),
    ],
    crowded: () => [...crowded],
  };
};

/** Addresses that grow by themselves: overlong ones, and paths that run through the same folder three times. */
const isTrap = ({ href, pathname }: URL): boolean => {
  if (href.length > longestUrl) return true;
  const counts = new Map<string, number>();
  return pathname.split('/').some((segment) => {
    const count = (counts.get(segment) ?? 0) + 1;
    counts.set(segment, count);
    return segment !== '' && count >= 3;
  });
};

/**
 * Pages that differ only in their query, or in the date that their path ends with (calendars and archives, which go on
 * for ever), belong together. Undefined for a page that has neither.
 */
const variantGroup = ({ origin, pathname, search }: URL): string | undefined => {
  const undated = pathname.replace(/\/(19|20)\d\d([-/](0?[1-9]|1[0-2])([-/](0?[1-9]|[12]\d|3[01]))?)?\/?$/, '/');
  return search !== '' || undated !== pathname ? origin + undated : undefined;
};
