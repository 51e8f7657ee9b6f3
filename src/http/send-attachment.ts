import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import type { BlobStore } from '#core/channel.ts';
import { AppError } from '#core/errors.ts';
import { contentDisposition } from './file-name.ts';
import { presentFile } from './file-type.ts';

const wholeRef = /^sha256:[0-9a-f]{64}$/;

/** `?name=` of a download: what the file should be called when it is saved. */
export const downloadQuery = z.object({ name: z.string().max(300).optional() });

/**
 * Answers the bytes behind `ref` when `mayRead` agrees; otherwise 404, whether the file exists or not. Whatever the bytes
 * are, a browser may only show them as a picture or save them: no sniffing, no scripts, no embedding elsewhere.
 */
export const sendAttachment = async (
  reply: FastifyReply,
  request: { readonly ref: string; readonly name: string | undefined },
  blobs: BlobStore,
  mayRead: (ref: string) => Promise<boolean>,
): Promise<FastifyReply> => {
  const { ref, name } = request;
  const bytes = wholeRef.test(ref) && (await mayRead(ref)) ? await blobs.get(ref) : undefined;
  if (bytes === undefined) throw new AppError('not-found', 'There is no such attachment here.');
  const file = presentFile(bytes, name ?? `attachment-${ref.slice(7, 15)}`);
  return (
    reply
      .header('content-type', file.contentType)
      .header('content-disposition', contentDisposition(file.disposition, file.name))
      .header('content-security-policy', "default-src 'none'; sandbox")
      .header('x-content-type-options', 'nosniff')
      // The ref is a hash of the content, so it never changes; only the reader's own browser may keep it.
      .header('cache-control', 'private, max-age=86400, immutable')
      .send(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
  );
};
