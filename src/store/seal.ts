import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { AppError } from '#core/errors.ts';

/** Encrypts what must not be readable in a copy of the database. */
export interface Sealer {
  /** `plain` for this `context` alone (`slack:T0HOME`): what is sealed for one row does not open in another. */
  seal(plain: string, context: string): string;
  /** What was sealed. Throws `misconfigured`, with what to do, when no secret fits, the context is another, or it was changed. */
  open(sealed: string, context: string): string;
  /** Whether the first secret sealed it; otherwise it should be sealed again, before that secret is taken away. */
  isCurrent(sealed: string): boolean;
}

const version = 'v1';
const cipherName = 'aes-256-gcm';
/** NIST SP 800-38D: 96 bits, new for every text; 128 bits of authentication. */
const ivBytes = 12;
const tagBytes = 16;

/**
 * AES-256-GCM with a key of its own for each secret (HKDF-SHA-256, RFC 5869). The first secret seals, all of them open. The
 * form is `v1.<key id>.<base64url of iv, text and tag>`; the id is derived beside the key and tells nothing about it.
 */
export const createSealer = (secrets: readonly [string, ...string[]]): Sealer => {
  const [current, ...previous] = secrets;
  const first = keyOf(current);
  const keys = new Map([...previous.map(keyOf), first].map((key) => [key.id, key]));

  return {
    seal(plain, context) {
      const iv = randomBytes(ivBytes);
      const cipher = createCipheriv(cipherName, first.key, iv, { authTagLength: tagBytes });
      cipher.setAAD(boundTo(first.id, context));
      const text = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
      return [version, first.id, Buffer.concat([iv, text, cipher.getAuthTag()]).toString('base64url')].join('.');
    },
    open(sealed, context) {
      const [form, id = '', body = '', ...rest] = sealed.split('.');
      if (form !== version || rest.length > 0) throw unreadable();
      const key = keys.get(id);
      if (key === undefined) throw unknownSecret();
      const bytes = Buffer.from(body, 'base64url');
      // Node forgives what is no base64url; every changed letter counts here.
      if (bytes.length < ivBytes + tagBytes || bytes.toString('base64url') !== body) throw unreadable();
      const tagAt = bytes.length - tagBytes;
      const decipher = createDecipheriv(cipherName, key.key, bytes.subarray(0, ivBytes), { authTagLength: tagBytes });
      decipher.setAAD(boundTo(id, context));
      decipher.setAuthTag(bytes.subarray(tagAt));
      try {
        return Buffer.concat([decipher.update(bytes.subarray(ivBytes, tagAt)), decipher.final()]).toString('utf8');
      } catch {
        throw unreadable();
      }
    },
    isCurrent: (sealed) => sealed.startsWith(`${version}.${first.id}.`),
  };
};

const keyOf = (secret: string): { readonly id: string; readonly key: Buffer } => ({
  id: Buffer.from(hkdfSync('sha256', secret, '', 'frontdesk at rest: key id', 8)).toString('base64url'),
  key: Buffer.from(hkdfSync('sha256', secret, '', 'frontdesk at rest: key', 32)),
});

const boundTo = (id: string, context: string): Buffer => Buffer.from(JSON.stringify([version, id, context]));

const unknownSecret = (): AppError =>
  new AppError(
    'misconfigured',
    'This was encrypted with another FRONTDESK_SECRET. Set that one as FRONTDESK_SECRET_PREVIOUS, or connect again.',
  );

const unreadable = (): AppError =>
  new AppError(
    'misconfigured',
    'This was changed after it had been encrypted, or belongs elsewhere. Restore it from a backup, or connect again.',
  );
