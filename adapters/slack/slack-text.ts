/** Plain strings on their way to Slack: cleaned, shortened, escaped. All pure; lengths in UTF-16 code units. */
import { safeUrl } from '../shared/safe-url.ts';
import { shorten, singleLine } from '../shared/shorten.ts';

const zeroWidthSpace = '\u200b';

/** A title or a name: one line, no tricks with direction, at most `max`. May be empty. */
export const oneLine = (text: string, max: number): string => shorten(singleLine(text), max);

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
