/** Plain strings on their way to Teams: cleaned, shortened, escaped. All pure; lengths in UTF-16 code units. */
import { cleanText } from '../shared/clean.ts';
import { safeUrl } from '../shared/safe-url.ts';
import { shorten, singleLine } from '../shared/shorten.ts';

const zeroWidthSpace = '\u200b';

/** The same without a tag that Teams could take for a mention, for where nothing can be escaped: code, titles of buttons. */
export const withoutMentions = (text: string): string => text.replace(/<(?=\/?at\b)/gi, `<${zeroWidthSpace}`);

/** A title or a name: one line, no tricks with direction, no mention, at most `max`. May be empty. */
export const oneLine = (text: string, max: number): string =>
  shorten(withoutMentions(singleLine(text.slice(0, 20 * max))), max);

const entities: Readonly<Record<string, string>> = { '<': '&lt;', '>': '&gt;' };

const plain = (text: string): string =>
  text
    .replace(/\\(?![\p{L}\p{N}])/gu, '\\\\')
    .replace(/&(?=#|[a-z])/gi, '&amp;')
    .replace(/[<>]/g, (character) => entities[character] ?? '')
    .replace(/[`*]/g, '\\$&')
    .replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, '\\_')
    .replace(/~(?!\d)|(?<=\S)~/g, '\\~');

/**
 * Words that stay what they are where Teams reads Markdown (`textFormat: markdown`) and HTML among it: tags come out as the
 * characters they are made of, `<at>` too. A mark `[1]` is left alone: Teams finds its source by it.
 */
export const escapeMarkdown = (text: string): string => plain(text).replace(/\[(?!\d{1,3}\](?!\())/g, '\\[');

/** A whole text as one line of Markdown that may stand inside a link: a name, a title. */
export const markdownLabel = (text: string, max: number): string => plain(oneLine(text, max)).replace(/[[\]]/g, '\\$&');

/** What would make a heading, a list, a table or a definition of a line comes out as text. */
export const lineStart = (line: string): string =>
  line
    .replace(/^([-+#=|])/, '\\$1')
    .replace(/^:(?=[-|])/, '\\:')
    .replace(/^(\d{1,9})(?=[.)](?:\s|$))/, '$1\\')
    .replace(/^\[(?=\d{1,3}\]:)/, '\\[');

const lookalikes: Readonly<Record<string, string>> = { '*': '∗', '`': 'ˋ' };

/**
 * Somebody's words where a card reads Markdown (a TextBlock, a fact): one line of at most `max` that stays text. The clients'
 * parsers disagree about backslashes (microsoft/AdaptiveCards, issue 5758), so what they act on is broken by a zero-width space
 * or replaced by a look-alike: links, images, mentions, lists, `{{DATE(…)}}`.
 */
export const cardLabel = (text: string, max: number): string =>
  inert(oneLine(text, max).replace(/[*`]/g, (character) => lookalikes[character] ?? ''));

/** Words for a TextRun, where no Markdown is read: only functions and mentions are broken. */
export const runText = (text: string): string =>
  withoutMentions(cleanText(text)).replace(/\{(?=\{)/g, `{${zeroWidthSpace}`);

const inert = (line: string): string =>
  line
    .replace(/\\/g, '＼')
    .replace(/\](?=[([:])/g, `]${zeroWidthSpace}`)
    .replace(/<(?=\S)/g, `<${zeroWidthSpace}`)
    .replace(/\{(?=\{)/g, `{${zeroWidthSpace}`)
    .replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, 'ˍ')
    .replace(/~~/g, `~${zeroWidthSpace}~`)
    .replace(/&(?=#|[a-z])/gi, `&${zeroWidthSpace}`)
    .replace(/^(?=(?:[-+#>=]|\d{1,9}[.)]))/, zeroWidthSpace);

/** Longest address that we write. */
const maxUrl = 2_000;

/** An address that people may be sent to, fit to stand between the parentheses of a Markdown link. */
export const linkTarget = (url: string | undefined): string | undefined => {
  const href = url === undefined ? undefined : safeUrl(url);
  if (href === undefined || href.length > maxUrl) return undefined;
  return href.replace(/[()<>\\\s`{}]/g, (character) => parentheses[character] ?? encodeURIComponent(character));
};

// `encodeURIComponent` leaves these as they are.
const parentheses: Readonly<Record<string, string>> = { '(': '%28', ')': '%29' };

// File names and products look like hosts too (`Node.js`), so a bare name counts only with a common ending.
const addressLike = /^(?:https?:\/\/|www\.)\S+$|^[\p{L}\p{N}._-]+\.(?:com|net|org|io|co|app|dev)(?:[/?#]\S*)?$/iu;
const hostOf = (address: string): string | undefined => URL.parse(address)?.hostname.replace(/^www\./, '');

/** A label that reads like an address of one place must not lead to another. */
export const pretends = (label: string, href: string): boolean => {
  const shown = label.trim();
  return addressLike.test(shown) && hostOf(/^https?:/i.test(shown) ? shown : `https://${shown}`) !== hostOf(href);
};
