const bytes = Uint8Array.from({ length: 256 }, (_, byte) => byte);
/** Each character of windows-1252 and the byte it stands for. */
const byteOf: ReadonlyMap<string, number> = new Map(
  [...new TextDecoder('windows-1252').decode(bytes)].map((character, byte) => [character, byte]),
);

const declaresUtf8 = /charset\s*=\s*["']?utf-?8/i;

/**
 * Undoes the commonest wrong label in mail: UTF-8 that calls itself us-ascii or iso-8859-1, both read as windows-1252, which
 * makes `GrÃ¶ÃŸe` of `Größe`. Only when every character stands for a byte and all of them together are UTF-8, which real
 * windows-1252 text next to never is; and not in a mail that declares UTF-8 anywhere: there somebody may well write *about*
 * garbled letters.
 */
export const repairCharset = (text: string, raw: Uint8Array): string => {
  if (!/[\u0080-\uffff]/.test(text) || declaresUtf8.test(Buffer.from(raw).toString('latin1'))) return text;
  const encoded = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at += 1) {
    const byte = byteOf.get(text.charAt(at));
    if (byte === undefined) return text;
    encoded[at] = byte;
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(encoded);
  } catch {
    return text;
  }
};
