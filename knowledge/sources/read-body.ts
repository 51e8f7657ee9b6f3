import type { IncomingMessage } from 'node:http';
import { pipeline, type Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip } from 'node:zlib';

const unpackers: Readonly<Record<string, () => NodeJS.ReadWriteStream & Readable>> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  br: createBrotliDecompress,
};

/** What `readBody` can unpack, as a request names it. */
export const acceptedEncodings = 'gzip, br';

/** A response's body, unpacked, or the reason why not. No more than `maxBytes` are kept at any time. */
export const readBody = async (
  response: IncomingMessage,
  maxBytes: number,
): Promise<{ readonly ok: true; readonly bytes: Uint8Array } | { readonly ok: false; readonly reason: string }> => {
  const encoding = (response.headers['content-encoding'] ?? 'identity').trim().toLowerCase();
  const unpacker = unpackers[encoding];
  if (!unpacker && encoding !== 'identity' && encoding !== '') {
    return { ok: false, reason: `the server packs the page as ${encoding.slice(0, 40)}, which was not asked for` };
  }
  // A failure of the response reaches the loop below through the unpacker; nothing is left to do for the callback.
  const body: Readable = unpacker ? pipeline(response, unpacker(), () => {}) : response;
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) return { ok: false, reason: `larger than ${maxBytes / 1_000_000} MB` };
    chunks.push(chunk);
  }
  return { ok: true, bytes: Buffer.concat(chunks) };
};
