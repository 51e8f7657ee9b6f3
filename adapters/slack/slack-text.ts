/** Plain strings on their way to Slack: cleaned, shortened, escaped. All pure; lengths in UTF-16 code units. */
import { cleanText } from '../shared/clean.ts';
import { safeUrl } from '../shared/safe-url.ts';

// They turn the reading direction around: a name could then swallow the words after it.
const directions = /[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
const zeroWidthSpace = '\u200b';

/** At most `max`, cut at a word where one ends nearby, with an ellipsis; never through the middle of a character. */
export const shorten = (text: string, max: number): string => {
  if (text.length <= max) return text;
  const head = text.slice(0, max - 1).replace(/[\ud800-\udbff]$/, '');
  const space = head.search(/\s\S*$/);
  return `${(space > head.length * 0.7 ? head.slice(0, space) : head).trimEnd()}…`;
};

/** A title or a name: one line, no tricks with direction, at most `max`. May be empty. */
export const oneLine = (text: string, max: number): string =>
  shorten(cleanText(text).replace(directions, '').replace(/\s+/g, ' ').trim(), max);

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** Slack's three control characters as entities (docs.slack.dev, messaging/formatting-message-text). */
export const escapeSlack = (text: string): string => text.replace(/[&<>]/g, (character) => entities[character] ?? '');

/** `@channel`, `@here` and `@everyone` as words that call nobody, whatever a client or a setting makes of names. */
export const breakMentions = (text: string): string =>
  text.replace(/(?<![\w.+-])@(?=(?:channel|here|everyone)\b)/gi, `@${zeroWidthSpace}`);

const lookalikes: Readonly<Record<string, string>> = { '`': 'ˋ', '*': '∗', '~': '∼', '|': '¦' };

/** Somebody's words inside `mrkdwn`: one line that stays text. At most `max` before escaping, five times that after. */
export const mrkdwnLabel = (text: string, max: number): string =>
  escapeSlack(breakMentions(oneLine(text, max)).replace(/[`*~|]/g, (character) => lookalikes[character] ?? ''));

/** `<url|label>`, or the label alone when people may not be sent there. `label` comes from `mrkdwnLabel`. */
export const mrkdwnLink = (url: string | undefined, label: string, maxUrl = 1_000): string => {
  const href = url === undefined ? undefined : safeUrl(url);
  if (href === undefined || href.length > maxUrl || label === '') return label;
  // A parsed address may still hold these: `mailto:` keeps angle brackets, paths and fragments keep the bar.
  const target = href.replace(/[<>|]/g, encodeURIComponent).replaceAll('&', '&amp;');
  return `<${target}|${label}>`;
};
