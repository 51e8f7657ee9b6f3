import { randomUUID } from 'node:crypto';

/** A picture of one pixel. */
export const pngBytes: Uint8Array = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

/** A multipart body as a browser writes it (RFC 7578: quotes and line breaks in names are percent-encoded). */
export const multipartForm = (
  files: readonly { readonly name: string; readonly type: string; readonly bytes: Uint8Array }[],
): { readonly headers: { readonly 'content-type': string }; readonly payload: Buffer } => {
  const boundary = `form-${randomUUID()}`;
  const parts = files.map(({ name, type, bytes }) => {
    const safe = name.replaceAll('"', '%22').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
    const head = `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="${safe}"\r\ncontent-type: ${type}\r\n\r\n`;
    return Buffer.concat([Buffer.from(head), bytes, Buffer.from('\r\n')]);
  });
  return {
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
    payload: Buffer.concat([...parts, Buffer.from(`--${boundary}--\r\n`)]),
  };
};
