import type { Attachment, Citation } from '#core/message.ts';
import { cleanText } from '../shared/clean.ts';
import { renderText } from '../shared/render-text.ts';
import { safeUrl } from '../shared/safe-url.ts';
import { breakMentions, escapeSlack, oneLine } from './slack-text.ts';

/** Slack recommends 4,000 characters of `text` at most; entities count as they are written. */
const maxChars = 3_900;

/** Escaped text of at most `max`, cut at a word with an ellipsis, never through an entity or a character. */
const escapedWithin = (text: string, max: number): string => {
  const escaped = escapeSlack(text);
  if (escaped.length <= max) return escaped;
  const characters: string[] = [];
  let length = 1;
  for (const character of text) {
    const written = escapeSlack(character);
    length += written.length;
    if (length > max) break;
    characters.push(written);
  }
  const head = characters.join('');
  const space = head.search(/\s\S*$/);
  return `${(space > max * 0.9 ? head.slice(0, space) : head).trimEnd()}…`;
};

const sourceLine = ({ n, title, url }: Citation): string =>
  `[${n}] ${oneLine(title, 150)}${url === undefined ? '' : ` ${safeUrl(url) ?? ''}`}`.trimEnd();

/**
 * The `text` of a message: what notifications, search, screen readers and clients without blocks show. Plain words of at most
 * 3,900 characters with `&`, `<` and `>` as entities, so no mention and no link comes of them. Empty when there is nothing to
 * say.
 */
export const fallbackText = (
  markdown: string,
  {
    speaker,
    citations = [],
    files = [],
  }: {
    /** Whose words these are, when not ours. */
    readonly speaker?: string | undefined;
    readonly citations?: readonly Citation[] | undefined;
    readonly files?: readonly Attachment[] | undefined;
  } = {},
): string => {
  const name = oneLine(speaker ?? '', 80);
  const body = cleanText(renderText(markdown)).trim();
  const parts = [
    body,
    citations.length === 0 ? '' : ['Sources:', ...citations.map(sourceLine)].join('\n'),
    files.length === 0 ? '' : `Files: ${files.map((file) => oneLine(file.name, 100) || 'a file').join(', ')}`,
  ].filter((part) => part !== '');
  if (parts.length === 0) return '';
  return escapedWithin(breakMentions(`${name === '' ? '' : `${name}: `}${parts.join('\n\n')}`), maxChars);
};
