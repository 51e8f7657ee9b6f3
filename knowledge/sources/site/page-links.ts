import { scanTags } from './scan-tags.ts';

/** What a page says to crawlers. */
export interface PageLinks {
  readonly links: readonly URL[];
  readonly canonical?: URL;
  readonly noindex: boolean;
  readonly nofollow: boolean;
}

/** More links than that no page has that a person made. */
const mostLinks = 5_000;

/**
 * Reads the links and robot rules of an HTML page found at `url`, with the value of its `X-Robots-Tag` header. Rules in
 * a `<meta name="frontdesk">` count like those for all robots.
 */
export const readPageLinks = (html: string, url: URL, header = ''): PageLinks => {
  let base = url.href;
  let canonical: string | undefined;
  const hrefs: string[] = [];
  const rules = [...rulesOfHeader(header)];
  for (const { name, attributes } of scanTags(html)) {
    const about = attributes.get('name') ?? '';
    if (name === 'meta' && /^(robots|frontdesk)$/i.test(about)) {
      rules.push(...(attributes.get('content') ?? '').toLowerCase().split(/[\s,]+/));
    }
    const href = attributes.get('href');
    if (!href) continue;
    const relations = (attributes.get('rel') ?? '').toLowerCase().split(/\s+/);
    if (name === 'base') base = URL.parse(href, url.href)?.href ?? base;
    else if (name === 'link' && relations.includes('canonical')) canonical ??= href;
    else if ((name === 'a' || name === 'area') && !relations.includes('nofollow') && hrefs.length < mostLinks) {
      hrefs.push(href);
    }
  }
  const nofollow = rules.some((rule) => rule === 'nofollow' || rule === 'none');
  const links = nofollow ? [] : hrefs.flatMap((href) => URL.parse(href, base) ?? []);
  const chosen = canonical === undefined ? null : URL.parse(canonical, base);
  return {
    links,
    nofollow,
    noindex: rules.some((rule) => rule === 'noindex' || rule === 'none'),
    ...(chosen ? { canonical: chosen } : {}),
  };
};

/** `X-Robots-Tag: noindex, otherbot: nofollow`: what follows a robot's name is for that robot alone. */
export const rulesOfHeader = (header: string): string[] => {
  let isForUs = true;
  return header
    .toLowerCase()
    .split(',')
    .flatMap((part) => {
      const [, agent, rule] = /^\s*([a-z][\w-]*)\s*:\s*(.*)$/.exec(part) ?? [];
      const isAgent = agent !== undefined && !/^(unavailable_after|max-\w+(-\w+)*)$/.test(agent);
      if (isAgent) isForUs = agent === 'frontdesk' || agent === 'robots';
      return isForUs ? [((isAgent ? rule : part) ?? '').trim()] : [];
    });
};
