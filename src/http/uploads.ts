import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type { BlobStore } from '#core/channel.ts';
import { AppError } from '#core/errors.ts';
import type { Attachment } from '#core/message.ts';
import { safeFileName } from './file-name.ts';
import { isAllowedType, resolveType } from './file-type.ts';
import type { HttpSettings } from './ports.ts';
import type { AttachmentWire } from './wire.ts';

/** Files in one request or message. */
export const maxFiles = 10;

/** `sha256:<hex>` of some bytes. */
export const refOf = (bytes: Uint8Array): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

/** Limits for @fastify/multipart: files alone, no other fields. */
export const multipartLimits = (uploads: HttpSettings['uploads']) => ({
  fileSize: uploads.maxBytes,
  files: maxFiles,
  fields: 0,
  parts: maxFiles,
  headerPairs: 20,
  fieldNameSize: 100,
});

/** The plugin's own refusals carry a code; anything else that goes wrong while reading is a form that is not one. */
const formFailure = (error: unknown): unknown =>
  error instanceof Error && 'code' in error && String(error.code).startsWith('FST_')
    ? error
    : new AppError('bad-request', 'The form is damaged or incomplete. Send the files once more.', { cause: error });

interface UploadedFile {
  readonly name: string;
  readonly declared: string;
  readonly bytes: Uint8Array;
}

/** The files of a multipart request, one at a time. What the reader throws at its own work stays untouched. */
async function* readForm(request: FastifyRequest): AsyncGenerator<UploadedFile, void, undefined> {
  try {
    for await (const part of request.files()) {
      const bytes = await part.toBuffer();
      yield { name: safeFileName(part.filename ?? ''), declared: part.mimetype, bytes };
    }
  } catch (error) {
    throw formFailure(error);
  }
}

/**
 * Reads the files of a multipart request and stores their bytes, one at a time, so that a request never holds more than
 * one file in memory. Throws 400 without a file or for a damaged form, 413 above the size limit, 415 for a type that is
 * not on the list.
 */
export const storeUploads = async (
  request: FastifyRequest,
  blobs: BlobStore,
  uploads: HttpSettings['uploads'],
): Promise<readonly Attachment[]> => {
  if (!request.isMultipart()) {
    throw new AppError('unsupported-type', 'Send the files as multipart/form-data.');
  }
  const stored: Attachment[] = [];
  for await (const { name, declared, bytes } of readForm(request)) {
    if (bytes.length === 0) throw new AppError('bad-request', `"${name}" is empty.`);
    const mime = resolveType(bytes, declared, name);
    if (!isAllowedType(mime, uploads.types)) {
      throw new AppError('unsupported-type', `"${name}" is ${mime}. Accepted: ${uploads.types.join(', ')}.`);
    }
    const ref = refOf(bytes);
    await blobs.put(ref, bytes);
    stored.push({ name, mime, bytes: bytes.length, ref });
  }
  if (stored.length === 0) throw new AppError('bad-request', 'There is no file in this form.');
  return stored;
};

/**
 * What a message names as its attachments, with the facts taken from the stored bytes instead of the client's words.
 * `mayUse` says whether the writer may attach a ref. Throws 400 for what is not theirs or not there.
 */
export const confirmAttachments = async (
  claimed: readonly AttachmentWire[],
  blobs: BlobStore,
  mayUse: (ref: string) => Promise<boolean>,
): Promise<readonly Attachment[]> => {
  const confirmed: Attachment[] = [];
  for (const { name: claimedName, mime, ref } of claimed) {
    const name = safeFileName(claimedName);
    const bytes = (await mayUse(ref)) ? await blobs.get(ref) : undefined;
    if (bytes === undefined) {
      throw new AppError('bad-request', `The attachment "${name}" was not uploaded here. Upload it first.`);
    }
    confirmed.push({ name, mime: resolveType(bytes, mime, name), bytes: bytes.length, ref });
  }
  return confirmed;
};
