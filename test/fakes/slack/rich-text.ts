import type { Block } from './types.ts';

/** `<@U1>`, `<#C1|name>`, `<!here>`, `<https://…|words>`; everything between is text. */
const marks = /<([@#!]?)([^>|]+)(?:\|([^>]*))?>/g;

const plain = (text: string) => text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');

/** The blocks that Slack's own composer makes of what somebody typed; nothing for an empty text. */
export const richText = (text: string): Block[] => {
  if (text === '') return [];
  const elements: Record<string, unknown>[] = [];
  let at = 0;
  for (const match of text.matchAll(marks)) {
    if (match.index > at) elements.push({ type: 'text', text: plain(text.slice(at, match.index)) });
    at = match.index + match[0].length;
    const [, sign, target = '', words] = match;
    if (sign === '@') elements.push({ type: 'user', user_id: target });
    else if (sign === '#') elements.push({ type: 'channel', channel_id: target });
    else if (sign === '!') elements.push({ type: 'broadcast', range: target });
    else elements.push({ type: 'link', url: target, ...(words !== undefined && { text: plain(words) }) });
  }
  if (at < text.length) elements.push({ type: 'text', text: plain(text.slice(at)) });
  return [{ type: 'rich_text', elements: [{ type: 'rich_text_section', elements }] }];
};
