import { createHash } from 'node:crypto';

/** Headers are looked for within this many bytes. */
const headerBytes = 256 * 1024;

/** Names a mail within its collection: its Message-ID without brackets, else the hash of its bytes. */
export const messageKey = (mail: Uint8Array): string => {
  const start = Buffer.from(mail.subarray(0, headerBytes)).toString('latin1');
  const headers = start.split(/\r?\n\r?\n/, 1)[0] ?? '';
  const [, folded = ''] = /^message-id:((?:.*(?:\r?\n[ \t].*)?))$/im.exec(headers) ?? [];
  const id = folded.replace(/[\s<>\0]+/g, '');
  return id !== '' && id.length <= 500 ? id : `sha256:${createHash('sha256').update(mail).digest('hex')}`;
};
