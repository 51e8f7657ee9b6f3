/** Marks at the start of a file that name its encoding (Unicode, chapter 23.8). */
const byteOrderMarks = [
  { encoding: 'utf-8', bytes: [0xef, 0xbb, 0xbf] },
  { encoding: 'utf-16le', bytes: [0xff, 0xfe] },
  { encoding: 'utf-16be', bytes: [0xfe, 0xff] },
] as const;

export type DecodedText =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly reason: string };

/**
 * Bytes as text: in the encoding that a byte order mark names, else in `declared`, else UTF-8. Strict: wrong bytes are a
 * reason, not question marks in an answer. NUL means that it is no text at all.
 */
export const decodeText = (bytes: Uint8Array, declared?: string): DecodedText => {
  const mark = byteOrderMarks.find((candidate) => candidate.bytes.every((byte, i) => bytes[i] === byte));
  const encoding = mark?.encoding ?? declared ?? 'utf-8';
  try {
    const text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
    if (text.includes('\0')) return { ok: false, reason: 'contains NUL bytes, so it is not a text file' };
    return { ok: true, text };
  } catch (error) {
    // A RangeError: there is no such encoding; a TypeError: the bytes are not in it (WHATWG Encoding).
    const name = encoding.slice(0, 40).toUpperCase();
    const reason = error instanceof RangeError ? `unknown encoding ${name}` : `not valid ${name} text`;
    return { ok: false, reason: `${reason}; save it as UTF-8` };
  }
};
