import type { SourceDocument } from '../../document.ts';
import { dateOf } from '../date-of.ts';
import type { HtmlDocument, HtmlElement } from './html-element.ts';

type Facts = Pick<SourceDocument, 'title' | 'path' | 'url' | 'language' | 'publishedAt' | 'modifiedAt'>;

const mostCharacters = 300;

/** Where a page says when it was written: Open Graph, schema.org, Dublin Core, and what publishing programs write. */
const published = [
  'article:published_time',
  'datepublished',
  'dcterms.created',
  'dcterms.issued',
  'dc.date',
  'date',
  'publish-date',
];
const modified = ['article:modified_time', 'og:updated_time', 'datemodified', 'dcterms.modified', 'last-modified'];

/** What a page says about itself, outside of its prose. `from` is where it was found. */
export const pageFacts = (document: HtmlDocument, from: string | undefined): Facts => {
  const title = titleOf(document);
  const path = breadcrumbs(document, title);
  const url = canonical(document, from);
  const language = document.documentElement?.getAttribute('lang')?.trim();
  const publishedAt = dateNamed(document, published) ?? timeOf(document, /publish|posted|created|entry-date/i);
  const modifiedAt = dateNamed(document, modified) ?? timeOf(document, /updat|modif|edited|changed/i);
  return {
    ...(title ? { title } : {}),
    ...(path.length > 0 ? { path } : {}),
    ...(url ? { url } : {}),
    ...(language && /^[a-z]{2,3}(-[a-z0-9]{2,8})*$/i.test(language) ? { language } : {}),
    ...(publishedAt ? { publishedAt } : {}),
    ...(modifiedAt ? { modifiedAt } : {}),
  };
};

export const textOf = (element: HtmlElement | null | undefined): string =>
  (element?.textContent ?? '').replace(/\s+/g, ' ').trim();

/** That of `<title>`, without the name of the site that many put behind it; else the first `<h1>`. */
const titleOf = (document: HtmlDocument): string => {
  const heading = textOf(document.querySelector('h1'));
  const title = textOf(document.querySelector('title'));
  const isWithSite =
    heading !== '' && title.startsWith(heading) && /^\s+[|–—:·•«»-]\s+\S/.test(title.slice(heading.length));
  return (title === '' || isWithSite ? heading : title).slice(0, mostCharacters);
};

/** The trail that leads to a page, without the page itself and without "Home", which says nothing. */
const breadcrumbs = (document: HtmlDocument, title: string): string[] => {
  const trail = document.querySelector(
    '[aria-label*="breadcrumb" i], [itemtype*="BreadcrumbList"], [class*="breadcrumb" i], [id*="breadcrumb" i]',
  );
  if (!trail) return [];
  const items = trail.querySelectorAll('li').length > 0 ? trail.querySelectorAll('li') : trail.querySelectorAll('a');
  const names = [...items].map((item) => textOf(item).replace(/^[\s/>»›·|]+|[\s/>»›·|]+$/g, ''));
  const heading = textOf(document.querySelector('h1'));
  return names
    .filter((name) => name !== '' && name.length <= 100 && name !== title && name !== heading)
    .filter(
      (name, at) => at > 0 || !/^(home(page)?|start(seite|page)?|accueil|inicio|início|pagina iniziale)$/i.test(name),
    )
    .slice(0, 8);
};

/** The address a page gives itself; only on the host that it came from, or anybody could speak for anybody. */
const canonical = (document: HtmlDocument, from: string | undefined): string | undefined => {
  const href = document.querySelector('link[rel~="canonical" i]')?.getAttribute('href');
  const base = from === undefined ? null : URL.parse(from);
  const url = href && base ? URL.parse(href, base.href) : null;
  return url && base && url.host === base.host ? url.href : undefined;
};

const dateNamed = (document: HtmlDocument, names: readonly string[]): Date | undefined => {
  const metas = [...document.querySelectorAll('meta[content]')].map((meta) => ({
    name: (
      meta.getAttribute('property') ??
      meta.getAttribute('name') ??
      meta.getAttribute('itemprop') ??
      ''
    ).toLowerCase(),
    content: meta.getAttribute('content') ?? '',
  }));
  for (const name of names) {
    const date = dateOf(metas.find((meta) => meta.name === name)?.content);
    if (date) return date;
  }
  return undefined;
};

/** A `<time>` that its own name, or that of the element around it, tells the meaning of. */
const timeOf = (document: HtmlDocument, name: RegExp): Date | undefined => {
  for (const time of document.querySelectorAll('time[datetime]')) {
    const names = [time, time.parentElement].flatMap((element) =>
      ['itemprop', 'class', 'id'].map((attribute) => element?.getAttribute(attribute) ?? ''),
    );
    if (name.test(names.join(' '))) return dateOf(time.getAttribute('datetime') ?? undefined);
  }
  return undefined;
};
