import { lookup as systemLookup } from 'node:dns';
import { get as httpGet, type IncomingMessage } from 'node:http';
import { get as httpsGet } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { errorMessage } from '#core/errors.ts';
import { isPublicAddress } from './public-address.ts';

export type Page =
  | {
      readonly ok: true;
      readonly bytes: Uint8Array;
      /** Lower case, without parameters; empty when the server names none. */
      readonly mediaType: string;
      readonly charset?: string;
    }
  | { readonly ok: false; readonly reason: string };

/** Fetches one page. Anything that goes wrong is a reason. */
export type FetchPage = (url: URL, signal?: AbortSignal) => Promise<Page>;

export interface PageLimits {
  readonly maxBytes: number;
  /** For the page with all its redirects, in milliseconds. */
  readonly timeoutMs: number;
  readonly maxRedirects: number;
  /** May a page be read from this IP address? */
  readonly isAllowed: (address: string) => boolean;
  readonly lookup: typeof systemLookup;
}

const defaultLimits: PageLimits = {
  maxBytes: 20_000_000,
  timeoutMs: 20_000,
  maxRedirects: 5,
  isAllowed: isPublicAddress,
  lookup: systemLookup,
};

type Answer = Page | { readonly redirect: URL };

/**
 * A page fetcher that only talks to public addresses. The address is checked where the connection takes it from, for
 * each redirect again, so a name that resolves differently a moment later gains nothing.
 */
export const createFetchPage = (overrides: Partial<PageLimits> = {}): FetchPage => {
  const limits = { ...defaultLimits, ...overrides };
  return async (url, signal) => {
    const deadline = AbortSignal.timeout(limits.timeoutMs);
    const either = signal ? AbortSignal.any([signal, deadline]) : deadline;
    let next = url;
    for (let redirects = 0; redirects <= limits.maxRedirects; redirects += 1) {
      const refusal = refuse(next, limits);
      if (refusal) return { ok: false, reason: refusal };
      const answer = await getOnce(next, limits, either).catch((error: unknown): Answer => {
        const reason = deadline.aborted
          ? `no complete answer within ${limits.timeoutMs / 1000} s`
          : errorMessage(error);
        return { ok: false, reason };
      });
      if (!('redirect' in answer)) return answer;
      next = answer.redirect;
    }
    return { ok: false, reason: `more than ${limits.maxRedirects} redirects` };
  };
};

const notPublic = 'is not a public address; Frontdesk reads public pages only';

/** Why `url` is not even asked for. Names are checked when they are resolved; addresses written out, here. */
const refuse = (url: URL, { isAllowed }: PageLimits): string | undefined => {
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

const getOnce = (url: URL, limits: PageLimits, signal: AbortSignal): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const get = url.protocol === 'https:' ? httpsGet : httpGet;
    const headers = {
      accept: 'text/html, text/markdown, text/plain;q=0.9',
      'accept-encoding': 'identity',
      'user-agent': 'Frontdesk',
    };
    // Without an agent of its own a pooled connection could belong to an unchecked address.
    const request = get(url.href, { agent: false, headers, lookup: guardedLookup(limits), signal }, (response) => {
      readAnswer(url, response, limits.maxBytes)
        .then(resolve, reject)
        .finally(() => request.destroy());
    });
    request.on('error', reject);
  });

const readAnswer = async (url: URL, response: IncomingMessage, maxBytes: number): Promise<Answer> => {
  const status = response.statusCode ?? 0;
  const location = response.headers.location;
  if (status >= 300 && status < 400 && location) {
    const redirect = URL.parse(location, url.href);
    return redirect ? { redirect } : { ok: false, reason: 'redirects to something that is no URL' };
  }
  if (status !== 200) return { ok: false, reason: `the server answered ${status}` };
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) return { ok: false, reason: `larger than ${maxBytes / 1_000_000} MB` };
    chunks.push(chunk);
  }
  const contentType = response.headers['content-type'] ?? '';
  const charset = /;\s*charset\s*=\s*"?([\w-]+)/i.exec(contentType)?.[1];
  return {
    ok: true,
    bytes: Buffer.concat(chunks),
    mediaType: (contentType.split(';')[0] ?? '').trim().toLowerCase(),
    ...(charset ? { charset } : {}),
  };
};
