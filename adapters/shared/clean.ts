/** What platforms send, made fit to be stored, shown and sent on. */

/** Longest text of one message that is read, in UTF-16 code units; Slack stops at 40,000, mail does not. */
const maxTextChars = 100_000;
const maxFileNameChars = 150;

// PostgreSQL stores no NUL; terminals act on the others. Tab and line feed stay. Noncharacters stand for nothing in texts.
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this removes
const textControls = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\ufdd0-\ufdef]|\p{Surrogate}/gu;

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this removes
const lineControls = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g;

// Characters that show a text in another order than it is stored (`exe.fdp` for `pdf.exe`), or not at all.
const invisible = /[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]|\p{Surrogate}/gu;

// Half a surrogate pair is not text.
const cut = (text: string, length: number): string => text.slice(0, length).replace(/\p{Surrogate}$/u, '');

/** A text of several lines: line feeds and tabs, no other control characters, no halves of characters. */
export const cleanText = (value: string): string =>
  cut(value, maxTextChars).replace(/\r\n?/g, '\n').replace(textControls, '');

/**
 * A value on one line, without what would hide or reverse it: a name, a title, a header field (a line break there would
 * become a field of its own when the value is sent again).
 */
export const cleanLine = (value: string, maxChars = 100): string =>
  cut(
    cut(value, 4_000).replace(lineControls, ' ').replace(invisible, '').replace(/ {2,}/g, ' ').trim(),
    maxChars,
  ).trim();

/** A file name without path, control characters, reversed text or reserved characters; `fallback` when nothing is left. */
export const cleanFileName = (name: string | null | undefined, fallback: string): string => {
  const base =
    cleanLine(name ?? '', 4_000)
      .split(/[\\/]/)
      .at(-1) ?? '';
  const clean = base.replace(/[<>:"|?*]/g, '_').replace(/^[.\s]+|[.\s]+$/g, '');
  if (clean === '') return fallback;
  if (clean.length <= maxFileNameChars) return clean;
  const extension = /\.[^.]{1,15}$/.exec(clean)?.[0] ?? '';
  return cut(clean, maxFileNameChars - extension.length) + extension;
};

/** A media type such as `image/png`, or the type that promises nothing. */
export const cleanMediaType = (type: string | undefined): string => {
  const clean = (type ?? '').trim().toLowerCase();
  return /^[a-z0-9][\w.+-]{0,60}\/[a-z0-9][\w.+-]{0,80}$/.test(clean) ? clean : 'application/octet-stream';
};
