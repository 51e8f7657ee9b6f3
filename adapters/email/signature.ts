import { createHmac, timingSafeEqual } from 'node:crypto';

const alphabet = 'abcdefghijklmnopqrstuvwxyz234567';
/** 80 bits: short enough for the local part of an address, far too many to guess by mail. */
const signatureBytes = 10;

/** RFC 4648 base32 in lower case, which survives mail systems that fold case. */
const base32 = (bytes: Uint8Array): string => {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return (bits.match(/.{5}/g) ?? []).map((five) => alphabet[Number.parseInt(five, 2)]).join('');
};

/** 16 characters of truncated HMAC-SHA256. `text` names its purpose first, so that signatures cannot be moved about. */
export const sign = (text: string, secret: string): string =>
  base32(createHmac('sha256', secret).update(`frontdesk:${text}`).digest().subarray(0, signatureBytes));

/** Whether any of the secrets made `signature`; letter case does not matter. */
export const verify = (text: string, signature: string, secrets: readonly string[]): boolean => {
  const given = Buffer.from(signature.toLowerCase());
  return secrets.some((secret) => {
    const expected = Buffer.from(sign(text, secret));
    return given.length === expected.length && timingSafeEqual(given, expected);
  });
};
