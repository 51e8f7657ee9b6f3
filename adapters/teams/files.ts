import type { Downloaded } from '#core/channel.ts';
import { AppError, errorMessage } from '#core/errors.ts';
import type { Attachment } from '#core/message.ts';
import { cleanFileName, cleanMediaType } from '../shared/clean.ts';
import { readWithin } from '../shared/read-within.ts';
import type { MayReach } from './file-hosts.ts';
import { type FileRef, parseFileRef } from './file-ref.ts';
import type { ServiceUrlPolicy } from './service-url.ts';
import type { TokenSource } from './token.ts';

export interface DownloadDeps {
  readonly token: TokenSource;
  readonly policy: Pick<ServiceUrlPolicy, 'allows'>;
  readonly mayReach: MayReach;
  readonly fetch?: typeof globalThis.fetch;
  /** Largest file that is read. */
  readonly maxBytes?: number;
  readonly timeoutMs?: number;
}

/**
 * A file of a message in Teams, by a reference of `fileRefOf`. Throws `AppError`: `bad-request` for a reference that is none,
 * `not-found`, `too-large`, `forbidden` (an address that is no storage of Microsoft, a refused token), `unavailable`.
 */
export type Download = (attachment: Attachment, signal: AbortSignal) => Promise<Downloaded>;

const defaultMaxBytes = 25 * 1_048_576;
const mostRedirects = 3;

/** The name in a Content-Disposition header (RFC 6266): `filename*` before `filename`. */
const namedIn = (header: string | null): string | undefined => {
  const [, extended] = /filename\*\s*=\s*UTF-8''([^;\s]+)/i.exec(header ?? '') ?? [];
  const [, quoted, bare] = /filename\s*=\s*(?:"([^"]*)"|([^;\s]+))/i.exec(header ?? '') ?? [];
  try {
    return extended === undefined ? (quoted ?? bare) : decodeURIComponent(extended);
  } catch {
    return quoted ?? bare;
  }
};

const vague = new Set(['application/octet-stream', 'binary/octet-stream']);

/**
 * Reads files that people sent. Uploads lie in their own storage behind a signed address, which gets no token; pictures in the
 * text lie at the connector, which wants ours.
 */
export const createDownload = ({
  token,
  policy,
  mayReach,
  fetch = globalThis.fetch,
  maxBytes = defaultMaxBytes,
  timeoutMs = 60_000,
}: DownloadDeps): Download => {
  const elsewhere = (name: string) =>
    new AppError('forbidden', `The file ${name} is not kept where Teams keeps files and was not read.`);
  const tooLarge = (name: string) =>
    new AppError(
      'too-large',
      `The file ${name} is larger than ${Math.floor(maxBytes / 1_048_576)} MB and was not read.`,
    );

  /** Redirects are followed by hand, and never with the token: they could lead anywhere. */
  const openLink = async (start: string, name: string, signal: AbortSignal): Promise<Response> => {
    let url = start;
    for (let hop = 0; hop <= mostRedirects; hop += 1) {
      if (!mayReach(url)) throw elsewhere(name);
      const response = await fetch(url, { redirect: 'manual', signal });
      const location = response.headers.get('location');
      if (response.status < 300 || response.status >= 400 || location === null) return response;
      await response.body?.cancel();
      const next = URL.parse(location, url);
      if (next === null) break;
      url = next.href;
    }
    throw elsewhere(name);
  };

  const openAtConnector = async (url: string, name: string, signal: AbortSignal): Promise<Response> => {
    for (let isRepeat = false; ; isRepeat = true) {
      const bearer = await token.get(signal);
      if (!bearer.ok) throw new AppError('unavailable', bearer.message);
      // Checked right before the token goes there.
      const [plain = ''] = url.split('?');
      if (url.includes('#') || !policy.allows(plain)) throw elsewhere(name);
      const response = await fetch(url, {
        headers: { authorization: `Bearer ${bearer.data}` },
        redirect: 'manual',
        signal,
      });
      if (response.status !== 401 || isRepeat) return response;
      await response.body?.cancel();
      token.forget(bearer.data);
    }
  };

  const read = async (attachment: Attachment, { kind, url }: FileRef, signal: AbortSignal): Promise<Downloaded> => {
    const { name } = attachment;
    const response = await (kind === 'link' ? openLink(url, name, signal) : openAtConnector(url, name, signal));
    if (!response.ok) {
      await response.body?.cancel();
      const { status } = response;
      if (status === 401 || status === 403)
        throw new AppError('forbidden', `Teams did not hand out the file ${name}; its address may have expired.`);
      const gone = status === 404 || status === 410;
      throw new AppError(gone ? 'not-found' : 'unavailable', `Teams answered ${status} for the file ${name}.`);
    }
    const bytes = await readWithin(response, maxBytes);
    if (bytes === undefined) throw tooLarge(name);
    const type = cleanMediaType(response.headers.get('content-type')?.split(';')[0]);
    const mime = vague.has(type) ? attachment.mime : type;
    const given = namedIn(response.headers.get('content-disposition'));
    return { bytes, mime, ...(given === undefined ? {} : { name: cleanFileName(given, name) }) };
  };

  return async (attachment, signal) => {
    const place = parseFileRef(attachment.ref);
    if (place === undefined) throw new AppError('bad-request', `${attachment.name} is not a file of Teams.`);
    try {
      return await read(attachment, place, AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]));
    } catch (thrown) {
      if (thrown instanceof AppError) throw thrown;
      const message = `The file ${attachment.name} could not be read from Teams: ${errorMessage(thrown)}.`;
      throw new AppError('unavailable', message, { cause: thrown });
    }
  };
};
