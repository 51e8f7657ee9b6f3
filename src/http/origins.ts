import type { FastifyRequest } from 'fastify';
import type { HttpSettings } from './ports.ts';

/** Which web pages may speak to us. Clients other than browsers send no `Origin`; they carry no ambient cookie either. */
export interface Origins {
  /** The origins besides our own that may call the chat API. */
  readonly chat: readonly string[];
  /** Does the request come from one of our own pages, or from no page at all? */
  isOwn(request: FastifyRequest): boolean;
  /** The same, or from a page that may chat. */
  mayChat(request: FastifyRequest): boolean;
}

/** The origin of a URL, or nothing when there is none (`null`, a file, nonsense). */
const originOf = (value: string): URL | undefined => {
  const url = URL.parse(value);
  return url === null || url.origin === 'null' ? undefined : url;
};

export const createOrigins = (settings: Pick<HttpSettings, 'publicUrl' | 'corsOrigins'>): Origins => {
  const publicOrigin = originOf(settings.publicUrl)?.origin;
  const chat = settings.corsOrigins.map((origin) => originOf(origin)?.origin ?? origin);

  const isOwn = (request: FastifyRequest): boolean => {
    const sent = request.headers.origin;
    if (sent === undefined) {
      // Browsers that leave out Origin still say where a request comes from.
      const site = request.headers['sec-fetch-site'];
      return site === undefined || site === 'same-origin' || site === 'none';
    }
    const origin = originOf(sent);
    if (origin === undefined) return false;
    if (origin.origin === publicOrigin) return true;
    return origin.host === request.host && origin.protocol === `${request.protocol}:`;
  };

  return {
    chat,
    isOwn,
    mayChat(request) {
      const sent = request.headers.origin;
      return sent === undefined || isOwn(request) || chat.includes(sent);
    },
  };
};
