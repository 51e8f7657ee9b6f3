import { limits } from './limits.ts';

// C0 and C1 controls, line and paragraph separators.
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this removes
const controls = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g;

// Characters that show a text in another order than it is stored (`exe.fdp` for `pdf.exe`), or not at all.
const invisible = /[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/g;

const reserved = /[<>:"|?*]/g;

const cut = (text: string, length: number): string => {
  const short = text.slice(0, length);
  // Half a surrogate pair is not text.
  return /[\ud800-\udbff]$/.test(short) ? short.slice(0, -1) : short;
};

/**
 * A header value on one line: subject, display name. Line breaks would otherwise become header fields of their own when
 * the value is sent again.
 */
export const headerValue = (value: string, maxChars: number = limits.headerChars): string =>
  cut(
    value.toWellFormed().replace(controls, ' ').replace(invisible, '').replace(/ {2,}/g, ' ').trim(),
    maxChars,
  ).trim();

// Control characters but tab and line feed.
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this removes
const textControls = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/** A text of several lines that databases and terminals can hold: line feeds, no other control characters. */
export const plainText = (value: string): string =>
  value.replaceAll('\r\n', '\n').replace(textControls, '').toWellFormed();

/** A file name without path, control characters, reversed text or reserved characters; `fallback` when nothing is left. */
export const fileName = (name: string | null | undefined, fallback: string): string => {
  const base =
    headerValue(name ?? '', 4_000)
      .split(/[\\/]/)
      .at(-1) ?? '';
  const clean = base.replace(reserved, '_').replace(/^[.\s]+|[.\s]+$/g, '');
  if (clean === '') return fallback;
  if (clean.length <= limits.fileNameChars) return clean;
  const extension = /\.[^.]{1,15}$/.exec(clean)?.[0] ?? '';
  return cut(clean, limits.fileNameChars - extension.length) + extension;
};

/** A media type such as `image/png`, or the type that promises nothing. */
export const mediaType = (type: string | undefined): string => {
  const clean = (type ?? '').trim().toLowerCase();
  return /^[a-z0-9][\w.+-]{0,60}\/[a-z0-9][\w.+-]{0,80}$/.test(clean) ? clean : 'application/octet-stream';
};
