/** Half a surrogate pair or NUL as `JSON.stringify` writes them, and escaped backslashes, which may stand before the like. */
const escapes = /\\(?:\\|u0000|ud[89a-f][0-9a-f]{2})/g;
const suspicious = /\\u(?:0000|d[89a-f])/;

/**
 * A value as JSON that Postgres takes: `jsonb` refuses NUL and halves of surrogate pairs, which become U+FFFD. Nearly all
 * texts have neither, and are only looked at once.
 */
export const toStorableJson = (value: unknown): string => {
  const json = JSON.stringify(value);
  return suspicious.test(json) ? json.replace(escapes, (found) => (found === '\\\\' ? found : '\ufffd')) : json;
};

/** The same for a text that is a column of its own, at most `limit` UTF-16 code units of it. */
export const toStorableText = (text: string, limit: number): string =>
  text.slice(0, limit).replaceAll('\0', '\ufffd').toWellFormed();
