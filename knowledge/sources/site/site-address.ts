/** A web site as it was named. */
export interface SiteAddress {
  /** Ends in a slash; everything below it is the site. */
  readonly prefix: URL;
  readonly sitemap?: URL;
}

/**
 * Is `source` a web site? It is where its path ends in a slash, or is that of a sitemap (`…/sitemap.xml`,
 * `…/sitemap_index.xml.gz`), which speaks for what lies in its own folder (sitemaps.org, "Sitemap file location").
 */
export const parseSiteAddress = (source: string): SiteAddress | undefined => {
  const url = /^https?:\/\//i.test(source) ? URL.parse(source) : null;
  if (url?.search !== '') return undefined;
  url.hash = '';
  if (url.pathname.endsWith('/')) return { prefix: url };
  return /\/[^/]*sitemap[^/]*\.xml(\.gz)?$/i.test(url.pathname)
    ? { prefix: new URL('.', url), sitemap: url }
    : undefined;
};

/** Does an address belong to the site? */
export const isWithin = (prefix: URL, url: URL): boolean =>
  url.origin === prefix.origin && (url.pathname.startsWith(prefix.pathname) || `${url.pathname}/` === prefix.pathname);

/** `https://example.org` and `http://www.example.org` are the same site to whoever named one of them. */
export const isSameHost = (one: URL, other: URL): boolean => {
  const bare = (url: URL) => url.hostname.replace(/^www\./, '');
  const isUpgrade = one.protocol === other.protocol || (one.protocol === 'http:' && other.protocol === 'https:');
  const isSamePort = one.port === other.port || (isUpgrade && one.protocol !== other.protocol);
  return bare(one) === bare(other) && isUpgrade && isSamePort;
};
