import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { childAt, childrenNamed, parseXml, type XmlElement } from '../../formats/xml.ts';
import type { FetchPage } from '../fetch-page.ts';

/** A page that a sitemap lists. */
export interface Listed {
  readonly url: URL;
  readonly modifiedAt?: Date;
}

export interface Sitemaps {
  readonly pages: readonly Listed[];
  /** Why pages may be missing from the list, one line for each sitemap. */
  readonly failures: readonly string[];
}

/** Unpacked. */
const largestSitemap = 12_000_000;
/** Opening and closing, of all elements: with those of 50,000 pages it would be 400,000. */
const mostTags = 500_000;
const mostSitemaps = 50;
const mostPages = 50_000;
const deepestIndex = 3;

interface Queued {
  readonly url: URL;
  readonly depth: number;
  /** Somebody says that it exists. */
  readonly isNamed: boolean;
}

/**
 * Reads sitemaps and the ones that they name, as far as they are of the same origin. `guessed` ones may be missing
 * without a word.
 */
export const readSitemaps = async (
  { named, guessed }: { readonly named: readonly URL[]; readonly guessed: readonly URL[] },
  fetchPage: FetchPage,
  signal?: AbortSignal,
): Promise<Sitemaps> => {
  const queue: Queued[] = [
    ...named.map((url) => ({ url, depth: 0, isNamed: true })),
    ...guessed.map((url) => ({ url, depth: 0, isNamed: false })),
  ];
  const seen = new Set<string>();
  const pages: Listed[] = [];
  const failures: string[] = [];
  for (let next = queue.shift(); next; next = queue.shift()) {
    const { url, depth, isNamed } = next;
    if (seen.has(url.href)) continue;
    if (seen.size === mostSitemaps) {
      failures.push(`there are more than ${mostSitemaps} sitemaps`);
      break;
    }
    seen.add(url.href);
    const page = await fetchPage(url, signal ? { signal } : {});
    const isMissing = !page.ok && (page.status === 404 || page.status === 410);
    const read = page.ok ? await parseSitemap(page.bytes) : page;
    if (!read.ok) {
      // A page that says "not found" with status 200 is no sitemap either.
      if (isNamed ? !isMissing : !page.ok && !isMissing) failures.push(`the sitemap ${url.href}: ${read.reason}`);
      continue;
    }
    pages.push(...read.pages.slice(0, mostPages - pages.length));
    if (pages.length === mostPages) failures.push(`its sitemaps list more than ${mostPages} pages`);
    const inner = read.sitemaps.filter((each) => each.origin === url.origin);
    if (inner.length > 0 && depth === deepestIndex)
      failures.push(`its sitemaps are nested deeper than ${deepestIndex}`);
    else queue.push(...inner.map((each) => ({ url: each, depth: depth + 1, isNamed: true })));
  }
  return { pages, failures };
};

const unzip = promisify(gunzip);

type Parsed =
  | { readonly ok: true; readonly pages: readonly Listed[]; readonly sitemaps: readonly URL[] }
  | { readonly ok: false; readonly reason: string };

/** A sitemap or an index of sitemaps (sitemaps.org), packed or not. */
export const parseSitemap = async (bytes: Uint8Array): Promise<Parsed> => {
  try {
    const isPacked = bytes[0] === 0x1f && bytes[1] === 0x8b;
    const plain = isPacked ? await unzip(bytes, { maxOutputLength: largestSitemap }) : bytes;
    if (plain.length > largestSitemap) return { ok: false, reason: tooLarge };
    if (!hasFewTags(plain)) return { ok: false, reason: 'holds more than a sitemap may' };
    const root = parseXml(plain);
    const sitemaps = childrenNamed(root, 'sitemap').flatMap((each) => placeOf(each) ?? []);
    if (root.name === 'sitemapindex') return { ok: true, pages: [], sitemaps };
    if (root.name !== 'urlset') return { ok: false, reason: 'not a sitemap' };
    return { ok: true, pages: childrenNamed(root, 'url').flatMap(listedOf), sitemaps: [] };
  } catch (error) {
    return { ok: false, reason: error instanceof RangeError ? tooLarge : 'not valid XML' };
  }
};

const tooLarge = `larger than ${largestSitemap / 1_000_000} MB`;

/** Every element costs memory, however short it is written. */
const hasFewTags = (xml: Uint8Array): boolean => {
  const bytes = Buffer.from(xml.buffer, xml.byteOffset, xml.byteLength);
  let count = 0;
  for (let at = bytes.indexOf('<'); at !== -1 && count <= mostTags; at = bytes.indexOf('<', at + 1)) count += 1;
  return count <= mostTags;
};

const placeOf = (element: XmlElement): URL | null => URL.parse(childAt(element, 'loc')?.text.trim() ?? '');

const listedOf = (element: XmlElement): Listed[] => {
  const url = placeOf(element);
  const modifiedAt = new Date(childAt(element, 'lastmod')?.text.trim() ?? '');
  return url ? [{ url, ...(Number.isNaN(modifiedAt.getTime()) ? {} : { modifiedAt }) }] : [];
};
