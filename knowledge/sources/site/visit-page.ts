import type { Found, ItemState, Unchanged, Unreadable } from '../../document.ts';
import { formatOfMediaType } from '../../formats/index.ts';
import type { FetchPage, Page } from '../fetch-page.ts';
import { foundPage, isGone, isHtml, pageState } from '../page.ts';
import type { Frontier, Target } from './frontier.ts';
import { readPageLinks, rulesOfHeader } from './page-links.ts';

/** What reading one page of a site gave. */
export interface Visit {
  readonly item?: Found | Unchanged | Unreadable | { readonly gone: string };
  /** Pages to go on with, one link further. */
  readonly links: readonly URL[];
  /** Where this page is really to be read: a redirect's target, a canonical address. */
  readonly instead?: URL;
  /** The page could not be read, and what it links to is not known either. */
  readonly isBlind?: boolean;
  /** The server asks to be left alone. */
  readonly isRefused?: boolean;
  /** No answer at all. */
  readonly isSilent?: boolean;
  /** Unpacked. */
  readonly bytes: number;
}

export interface VisitContext {
  /** Ends in a slash. */
  readonly prefix: URL;
  readonly fetchPage: FetchPage;
  readonly frontier: Frontier;
  readonly known: (source: string) => ItemState | undefined;
  readonly signal: AbortSignal;
  /** Pages that gave way to another address: a second one that would give way to it in turn is read. */
  readonly aliases: Map<string, string>;
}

/** Pictures, feeds and the like are no documents, and not worth their bytes. */
const wants = (mediaType: string): boolean => mediaType === '' || 'name' in formatOfMediaType(mediaType);

/** Reads one page of a site. Never throws. */
export const visitPage = async (target: Target, context: VisitContext): Promise<Visit> => {
  const { fetchPage, known, signal } = context;
  const state = pageState(known(target.key));
  const page = await fetchPage(target.url, {
    signal,
    giveRedirect: true,
    wants,
    ...(state ? { validators: state.validators } : {}),
  });
  const remembered = (state?.links ?? []).flatMap((link) => URL.parse(link, context.prefix.href) ?? []);
  if (page.ok) return readPage(target, page, context);
  if (state && page.status === 304) {
    return { item: { unchanged: true, key: target.key, source: target.key }, links: remembered, bytes: 0 };
  }
  if (page.redirect) return redirected(target, page, page.redirect, { context, remembered });
  if (isGone(page) && state) return { item: { gone: target.key }, links: [], bytes: 0 };
  if (isGone(page) || page.isUnwanted) return { links: [], bytes: 0 };
  return {
    item: { source: target.key, reason: page.reason },
    links: remembered,
    isBlind: state === undefined,
    isRefused: page.status === 429 || (page.status === 503 && page.retryAfterMs !== undefined),
    isSilent: page.status === undefined,
    bytes: 0,
  };
};

/** A page that moved within the site is read there; one that left it for good is gone, one that did for now stays. */
const redirected = (
  target: Target,
  { reason, status }: Page & { readonly ok: false },
  to: URL,
  { context, remembered }: { readonly context: VisitContext; readonly remembered: readonly URL[] },
): Visit => {
  if (context.frontier.within(to)) return { links: [], instead: to, bytes: 0 };
  if (status === 301 || status === 308) return { links: [], bytes: 0 };
  const item = { source: target.key, reason: `${reason}, outside of the site` };
  return { item, links: remembered, isBlind: remembered.length === 0, bytes: 0 };
};

const readPage = (target: Target, page: Page & { readonly ok: true }, context: VisitContext): Visit => {
  const { frontier, aliases } = context;
  const header = page.robots ?? '';
  const read = isHtml(page)
    ? readPageLinks(Buffer.from(page.bytes).toString('utf8'), page.url ?? target.url, header)
    : { links: [], noindex: rulesOfHeader(header).some((rule) => rule === 'noindex' || rule === 'none') };
  const links = read.links.flatMap((link) => frontier.within(link) ?? []);
  const bytes = page.bytes.length;
  if (read.noindex) return { links, bytes };
  const canonical = 'canonical' in read && read.canonical ? frontier.within(read.canonical) : undefined;
  if (canonical && givesWay(target.key, frontier.keyOf(canonical), context)) {
    aliases.set(target.key, frontier.keyOf(canonical));
    return { links, instead: canonical, bytes };
  }
  const state = {
    validators: { ...(page.validators ?? { url: target.url.href }) },
    links: [...new Set(links.map(({ pathname, search }) => pathname + search))],
  };
  return { item: foundPage(target.key, page, state, target.modifiedAt), links, bytes };
};

/** Is a page to be read at its canonical address? Many a site names its start page for all others: nobody means that. */
const givesWay = (key: string, canonical: string, { frontier, prefix, aliases }: VisitContext): boolean =>
  canonical !== key && canonical !== frontier.keyOf(prefix) && !aliases.has(canonical);
