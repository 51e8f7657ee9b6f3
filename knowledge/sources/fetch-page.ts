import { lookup as systemLookup } from 'node:dns';
import { get as httpGet, type IncomingMessage } from 'node:http';
import { get as httpsGet } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { errorMessage } from '#core/errors.ts';
import { isPrivateHost } from './private-host.ts';
import { isPublicAddress } from './public-address.ts';
import { acceptedEncodings, readBody } from './read-body.ts';

/** What a server said to tell whether a page is still the same (RFC 9110, section 8.8). */
export interface Validators {
  /** The address that they belong to; another one is never asked with them. */
  readonly url: string;
  readonly etag?: string;
  readonly lastModified?: string;
}

export type Page =
  | {
      readonly ok: true;
      readonly bytes: Uint8Array;
      /** Lower case, without parameters; empty when the server names none. */
      readonly mediaType: string;
      readonly charset?: string;
      /** Where it was found, after redirects. */
      readonly url?: URL;
      readonly validators?: Validators;
      /** The `X-Robots-Tag` header. */
      readonly robots?: string;
    }
  | {
      readonly ok: false;
      readonly reason: string;
      /** The server's, where it answered. 304 only when validators were sent. */
      readonly status?: number;
      /** Where a redirect leads that was not to be followed. */
      readonly redirect?: URL;
      readonly retryAfterMs?: number;
      /** `wants` said no. */
      readonly isUnwanted?: true;
    };

export interface PageRequest {
  readonly signal?: AbortSignal;
  readonly validators?: Validators;
  /** Default: redirects are followed. */
  readonly giveRedirect?: boolean;
  /** Is a page of this media type worth its body? Default: every one. */
  readonly wants?: (mediaType: string) => boolean;
}

/** Fetches one page. Anything that goes wrong is a reason. */
export type FetchPage = (url: URL, request?: PageRequest) => Promise<Page>;

export interface PageLimits {
  /** Unpacked. */
  readonly maxBytes: number;
  /** For the page with all its redirects, in milliseconds. */
  readonly timeoutMs: number;
  readonly maxRedirects: number;
  /** May a page be read from this IP address? */
  readonly isAllowed: (address: string) => boolean;
  /** Hosts that may be read whatever their address is, but not because a public page leads there. */
  readonly privateHosts: readonly string[];
  readonly lookup: typeof systemLookup;
}

const defaultLimits: PageLimits = {
  maxBytes: 20_000_000,
  timeoutMs: 20_000,
  maxRedirects: 5,
  isAllowed: isPublicAddress,
  privateHosts: [],
  lookup: systemLookup,
};

type Answer = Page | { readonly next: URL };

/**
 * A page fetcher that only talks to public addresses. The address is checked where the connection takes it from, for
 * each redirect again, so a name that resolves differently a moment later gains nothing.
 */
export const createFetchPage = (overrides: Partial<PageLimits> = {}): FetchPage => {
  const limits = { ...defaultLimits, ...overrides };
  return async (url, request = {}) => {
    const deadline = AbortSignal.timeout(limits.timeoutMs);
    const signal = request.signal ? AbortSignal.any([request.signal, deadline]) : deadline;
    const startsPrivate = isPrivateHost(url, limits.privateHosts);
    let next = url;
    for (let redirects = 0; redirects <= limits.maxRedirects; redirects += 1) {
      const isTrusted = startsPrivate && isPrivateHost(next, limits.privateHosts);
      const isAllowed = isTrusted ? () => true : limits.isAllowed;
      const refusal = refuse(next, isAllowed);
      if (refusal) return { ok: false, reason: refusal };
      const answer = await getOnce(next, { ...request, signal }, { ...limits, isAllowed }).catch(
        (error: unknown): Answer => ({
          ok: false,
          reason: deadline.aborted ? `no complete answer within ${limits.timeoutMs / 1000} s` : errorMessage(error),
        }),
      );
      if (!('next' in answer)) return answer;
      next = answer.next;
    }
    return { ok: false, reason: `more than ${limits.maxRedirects} redirects` };
  };
};

const notPublic = 'is not a public address; if it is meant to be read, name it in KNOWLEDGE_PRIVATE_HOSTS';

/** Why `url` is not even asked for. Names are checked when they are resolved; addresses written out, here. */
const refuse = (url: URL, isAllowed: PageLimits['isAllowed']): string | undefined => {
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return 'only http and https pages can be read';
  if (url.username || url.password) return 'a URL with a user name or password in it is not read';
  const host = url.hostname.replace(/^\[|\]$/g, '');
  return isIP(host) !== 0 && !isAllowed(host) ? `${host} ${notPublic}` : undefined;
};

const guardedLookup =
  ({ lookup, isAllowed }: PageLimits): LookupFunction =>
  (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return callback(error, '');
      const allowed = addresses.filter(({ address }) => isAllowed(address));
      const [first] = allowed;
      if (!first) return callback(new Error(`${hostname} ${notPublic}`), '');
      return options.all ? callback(null, allowed) : callback(null, first.address, first.family);
    });
  };

const getOnce = (url: URL, asked: PageRequest, limits: PageLimits): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const get = url.protocol === 'https:' ? httpsGet : httpGet;
    const { etag, lastModified } = asked.validators?.url === url.href ? asked.validators : {};
    const headers = {
      accept: 'text/html, text/markdown, text/plain;q=0.9, */*;q=0.1',
      'accept-encoding': acceptedEncodings,
      'user-agent': 'Frontdesk',
      ...(etag ? { 'if-none-match': etag } : {}),
      ...(lastModified ? { 'if-modified-since': lastModified } : {}),
    };
    // Without an agent of its own a pooled connection could belong to an unchecked address.
    const options = {
      agent: false,
      headers,
      lookup: guardedLookup(limits),
      ...(asked.signal && { signal: asked.signal }),
    };
    const request = get(url.href, options, (response) => {
      readAnswer(url, response, asked, limits.maxBytes)
        .then(resolve, reject)
        .finally(() => request.destroy());
    });
    request.on('error', reject);
  });

const readAnswer = async (
  url: URL,
  response: IncomingMessage,
  { giveRedirect = false, wants = () => true }: PageRequest,
  maxBytes: number,
): Promise<Answer> => {
  const status = response.statusCode ?? 0;
  const { location, etag, 'last-modified': lastModified } = response.headers;
  if (status >= 300 && status < 400 && location) {
    const next = URL.parse(location, url.href);
    if (!next) return { ok: false, reason: 'redirects to something that is no URL', status };
    return giveRedirect ? { ok: false, reason: `redirects to ${next.href}`, status, redirect: next } : { next };
  }
  if (status !== 200) {
    const retryAfterMs = waitOf(response.headers['retry-after']);
    const reason = `the server answered ${status}`;
    return { ok: false, reason, status, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
  }
  const contentType = response.headers['content-type'] ?? '';
  const mediaType = (contentType.split(';')[0] ?? '').trim().toLowerCase();
  if (!wants(mediaType)) {
    return { ok: false, reason: `not wanted: ${mediaType || 'no content type'}`, status, isUnwanted: true };
  }
  const body = await readBody(response, maxBytes);
  if (!body.ok) return { ...body, status };
  const charset = /;\s*charset\s*=\s*"?([\w-]+)/i.exec(contentType)?.[1];
  const robots = [response.headers['x-robots-tag'] ?? []].flat().join(', ');
  return {
    ok: true,
    bytes: body.bytes,
    mediaType,
    url,
    validators: { url: url.href, ...(etag ? { etag } : {}), ...(lastModified ? { lastModified } : {}) },
    ...(charset ? { charset } : {}),
    ...(robots ? { robots } : {}),
  };
};

/** `Retry-After` in milliseconds from now: seconds or a date (RFC 9110, section 10.2.3). */
const waitOf = (header: string | undefined): number | undefined => {
  if (header === undefined) return undefined;
  const ms = /^\d+$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
};
