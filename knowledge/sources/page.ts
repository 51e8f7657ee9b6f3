import { z } from 'zod';
import { type Found, type Item, type ItemState, readable } from '../document.ts';
import { formatOfMediaType, readDocument } from '../formats/index.ts';
import type { FetchPage, Page, Validators } from './fetch-page.ts';
import { pageCore } from './page-core.ts';
import type { LoadOptions, Survey } from './source.ts';

export type PageOptions = LoadOptions & { readonly fetchPage: FetchPage };

/** A single page, named by its URL. */
export const surveyPage = (source: string): Survey => {
  const url = URL.parse(source);
  if (!url) return { root: source, missing: true, entries: [], unreadable: [{ source, reason: 'not a valid URL' }] };
  url.hash = '';
  return { root: url.href, missing: false, entries: [{ kind: 'page', source: url.href, count: 1 }], unreadable: [] };
};

/** Fetches one page, unless its server says that it is as it was. A page that was there and is gone gives nothing. */
export async function* loadPage(source: string, { fetchPage, known, signal }: PageOptions): AsyncGenerator<Item> {
  const url = URL.parse(source);
  const state = pageState(known?.(source));
  const page: Page = url
    ? await fetchPage(url, { ...(signal ? { signal } : {}), ...(state ? { validators: state.validators } : {}) })
    : { ok: false, reason: 'not a valid URL' };
  if (page.ok) yield foundPage(source, page, page.validators ? { validators: { ...page.validators } } : {});
  else if (state && page.status === 304) yield { unchanged: true, key: source, source };
  else if (!(state && isGone(page))) yield { source, reason: page.reason };
}

/** Does the server say that there is no such page (any more)? */
export const isGone = (page: Page): boolean => !page.ok && (page.status === 404 || page.status === 410);

export const isHtml = ({ mediaType }: { readonly mediaType: string }): boolean =>
  mediaType === 'text/html' || mediaType === 'application/xhtml+xml';

/** A page as a document; `modifiedAt` is what its sitemap says, for a page that does not say it itself. */
export const foundPage = (
  key: string,
  page: Page & { readonly ok: true },
  state: ItemState,
  modifiedAt?: Date,
): Found => ({
  key,
  source: key,
  content: isHtml(page) ? pageCore(page.bytes) : page.bytes,
  state,
  read: async () => {
    const url = page.url?.href ?? key;
    const reading = await readDocument(formatOfMediaType(page.mediaType), page.bytes, page.charset, { url });
    if (!reading.ok) return reading;
    return readable({ ...(modifiedAt ? { modifiedAt } : {}), url, ...reading.document });
  },
});

const validators = z.object({ url: z.string(), etag: z.string().optional(), lastModified: z.string().optional() });
const schema = z.object({ validators, links: z.array(z.string()).default([]) });

/** What is remembered of a page: its validators, and the addresses it links to (of a site's page, below the site). */
export const pageState = (
  state: ItemState | undefined,
): { readonly validators: Validators; readonly links: readonly string[] } | undefined => {
  const parsed = schema.safeParse(state);
  if (!parsed.success) return undefined;
  const { url, etag, lastModified } = parsed.data.validators;
  return {
    validators: { url, ...(etag ? { etag } : {}), ...(lastModified ? { lastModified } : {}) },
    links: parsed.data.links,
  };
};
