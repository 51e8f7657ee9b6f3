/** Longest file name we keep, in characters. */
const maxLength = 120;
/** How much of a claimed name is looked at, from its end; nobody calls a file more than this. */
const maxClaimed = 1_000;

/** Names that Windows keeps for devices, with or without an extension. */
const device = /^(?:con|prn|aux|nul|com\d|lpt\d)(?=\.|$)/i;

/** Ending of a file name, lower case with its dot: `.pdf`; empty when there is none. */
export const extensionOf = (name: string): string => /\.[\p{L}\p{N}]{1,10}$/u.exec(name)?.[0].toLowerCase() ?? '';

/**
 * A file name that is safe to store, show and offer for saving: no folders, no control or direction characters (which
 * can make `fdp.exe` read as `exe.pdf`), no characters that a file system refuses, at most 120 characters with its
 * ending kept. Pure, and stable when applied twice.
 */
export const safeFileName = (name: string): string => {
  const clean = name
    .slice(-maxClaimed)
    .toWellFormed()
    .replace(/[\p{Cc}\p{Cf}\p{Co}\p{Zl}\p{Zp}\uFFFD]/gu, '')
    .replace(/^.*[/\\]/su, '')
    .normalize('NFC')
    .replace(/[<>:"|?*]/gu, '_')
    .replace(/\s+/gu, ' ')
    .replace(/^[\s.]+|[\s.]+$/gu, '')
    .replace(device, '_$&');
  const characters = [...clean];
  if (characters.length <= maxLength) return clean === '' ? 'file' : clean;
  const extension = extensionOf(clean);
  const stem = characters.slice(0, maxLength - [...extension].length).join('');
  return `${stem.replace(/[\s.]+$/u, '')}${extension}`;
};

/**
 * The value of a Content-Disposition header (RFC 6266): a plain ASCII name for old clients and the real one in UTF-8
 * (RFC 8187).
 */
export const contentDisposition = (kind: 'inline' | 'attachment', name: string): string => {
  const safe = safeFileName(name);
  const ascii = safe.replace(/[^\x20-\x7e]|[%\\"]/gu, '_');
  const encoded = encodeURIComponent(safe).replace(
    /['()*!]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `${kind}; filename="${ascii}"; filename*=UTF-8''${encoded}`;
};
