export const mask = '***';

/** Masks secrets in a text. */
export type Redact = (text: string) => string;

/** A shorter "secret" is an ordinary word or number; masking it everywhere would only make the log unreadable. */
const shortest = 4;

/** `//user:password@` in an address of any scheme. The user stays: it helps to find the wrong setting. */
const urlPassword = /(:\/\/[^\s/:@"']*):[^\s/"']+@/g;

/**
 * Masks every occurrence of the given values in a text, as they are and as they look inside a URL or a JSON string, and
 * every password in a URL.
 */
export const redactor = (secretValues: readonly string[]): Redact => {
  const secrets = secretPattern(secretValues);
  return (text) => {
    const masked = secrets === undefined ? text : text.replace(secrets, mask);
    return masked.includes('://') ? masked.replace(urlPassword, `$1:${mask}@`) : masked;
  };
};

/** One pattern for all values, the longest first, so that a secret that contains another is masked whole. */
const secretPattern = (secretValues: readonly string[]): RegExp | undefined => {
  const forms = secretValues
    .filter((value) => value.trim().length >= shortest)
    .flatMap((value) => [value, encodeURIComponent(value.toWellFormed()), JSON.stringify(value).slice(1, -1)]);
  const distinct = [...new Set(forms)].sort((a, b) => b.length - a.length);
  return distinct.length === 0 ? undefined : new RegExp(distinct.map(escapePattern).join('|'), 'g');
};

const escapePattern = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');

/** Field names whose text is a secret, whatever it is: `password`, `api_key`, `botToken`, `set-cookie`. */
const secretName = /(?:password|passwd|secret|token|authorization|cookie|api[-_]?key|credentials?)$/i;

/** The same names followed by a text, anywhere in a line of JSON. */
const secretField = /(?:password|passwd|secret|token|authorization|cookie|api[-_]?key|credentials?)":["[{]/i;

/**
 * Masks secrets in one line of JSON: known values, passwords in URLs, and the text of fields with a telling name, at any
 * depth. A line without any (nearly all) is only looked at, not parsed.
 */
export const lineRedactor = (secretValues: readonly string[]): Redact => {
  const redact = redactor(secretValues);
  return (line) => {
    if (redact(line) === line && !secretField.test(line)) return line;
    // Masking the line as text could break its JSON, so its values are masked one by one.
    const parsed = parseLine(line);
    return parsed === undefined ? redact(line) : `${JSON.stringify(redactValue(parsed, redact))}\n`;
  };
};

const parseLine = (line: string): unknown => {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
};

const redactValue = (value: unknown, redact: Redact): unknown => {
  if (typeof value === 'string') return redact(value);
  // A secret of digits alone may have been logged as a number.
  if (typeof value === 'number') return redact(String(value)) === String(value) ? value : mask;
  if (Array.isArray(value)) return value.map((item) => redactValue(item, redact));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => [
      redact(name),
      secretName.test(name) ? maskTexts(field) : redactValue(field, redact),
    ]),
  );
};

/** Counts such as `token: 512` stay readable. */
const maskTexts = (value: unknown): unknown => {
  if (typeof value === 'string') return mask;
  if (Array.isArray(value)) return value.map(maskTexts);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, maskTexts(field)]));
};
