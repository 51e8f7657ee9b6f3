/** How far a text can be shown before it is known how it goes on: not through the beginning of a mention. */
const openEnd = /(?:(?:<|&(?:#?[a-z0-9]{0,9};?)?)\\*|@[a-z]{0,8}|[\ud800-\udbff])$/i;

/** A bracket that opens one of Slack's own tokens, also written as an entity or with an escape between. */
const opening = /(<|&(?:lt|#0{0,5}60|#x0{0,5}3c);?)(?=\\*[!@#])/gi;

const zeroWidthSpace = '\u200b';

/** Without its open end, nor what then is one; looks at the last characters only, since nobody writes longer openings. */
const settled = (markdown: string): string => {
  const at = Math.max(0, markdown.length - 500);
  let tail = markdown.slice(at);
  for (let shorter = tail.replace(openEnd, ''); shorter !== tail; shorter = tail.replace(openEnd, '')) tail = shorter;
  return markdown.slice(0, at) + tail;
};

/**
 * Markdown on its way into a stream, so far as it is settled. Slack's own markup (`<!channel>`, `<@U1>`, `<#C1>`) and the
 * words `@channel`, `@here`, `@everyone` are broken by a zero-width space, so they reach nobody. A longer text always begins
 * with what a shorter one gave: only the rest needs to be appended. Pure.
 */
export const streamText = (markdown: string): string =>
  settled(markdown)
    .replace(opening, `$1${zeroWidthSpace}`)
    .replace(/@(?=channel|here|everyone)/gi, `@${zeroWidthSpace}`);
