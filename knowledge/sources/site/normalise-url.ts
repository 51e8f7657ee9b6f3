/** Parameters that say where a visitor came from, not what is shown. */
const tracking =
  /^(utm_|hsa_|pk_|mtm_|matomo_|_hs|mc_[ce]id$|[a-z]*clid$|gbraid$|wbraid$|_g[al]$|igshid$|mkt_tok$|vero_id$)/i;
/** Parameters that name a visitor's session. */
const session = /^(phpsessid|jsessionid|aspsessionid.*|sid|session|session_?id|sess|cfid|cftoken|zenid|osc?sid)$/i;

/**
 * One address for what servers and authors write in many ways: no fragment, no tracking or session parameters, the others
 * in alphabetical order, no repeated slashes, percent-encoding only where it is needed and in upper case (RFC 3986,
 * section 6.2.2). Undefined for what no crawler asks for: other schemes, names and passwords.
 */
export const normaliseUrl = (url: URL): URL | undefined => {
  if (!/^https?:$/.test(url.protocol) || url.username || url.password) return undefined;
  const clean = new URL(url.href);
  clean.hash = '';
  clean.pathname = tidyEscapes(url.pathname)
    .replace(/;(?:jsessionid|phpsessid|sid)=[^/;]*/gi, '')
    .replace(/\/{2,}/g, '/');
  const kept = url.search
    .slice(1)
    .split('&')
    .filter((part) => part !== '' && !isNoise(nameOf(part)))
    .map(tidyEscapes);
  // Parameters of the same name keep their order: it may mean something.
  const sorted = kept.toSorted((one, other) => compare(nameOf(one), nameOf(other))).join('&');
  clean.search = sorted && `?${sorted}`;
  return clean;
};

/**
 * What tells pages apart: the normalised address without a trailing slash, since `/help` and `/help/` are one page on
 * nearly every server. Only the site's own address `prefix` keeps its slash, so that all others start with it.
 */
export const identityOf = ({ origin, pathname, search }: URL, prefix: URL): string => {
  const bare = pathname.replace(/\/$/, '');
  return origin + (`${bare}/` === prefix.pathname ? prefix.pathname : bare) + search;
};

const isNoise = (name: string): boolean => tracking.test(name) || session.test(name);

const nameOf = (parameter: string): string => parameter.split('=', 1)[0] ?? '';

const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

/** Escapes of characters that need none are undone, the others written in upper case. */
const tidyEscapes = (text: string): string =>
  text.replace(/%[0-9a-f]{2}/gi, (code) => {
    const character = String.fromCharCode(Number.parseInt(code.slice(1), 16));
    return /[a-z0-9\-._~]/i.test(character) ? character : code.toUpperCase();
  });
