import { nameIn } from './mentions.ts';

/** Somebody's earlier words inside a message: as a reply shows them, as a forward brings them, or quoted by hand. */
export const quoteOf = (kind: 'reply' | 'forward' | 'quote', markdown: string, author = ''): string => {
  const words = markdown.trim().replace(/\n{2,}/g, '\n\n');
  if (words === '') return '';
  const who = nameIn(author);
  const head = kind === 'forward' ? `Forwarded${who === '' ? '' : ` from ${who}`}:\n` : '';
  const quoted = `${kind === 'reply' && who !== '' ? `${who}:\n` : ''}${words}`;
  return head + quoted.replace(/^/gm, '> ').replace(/^> $/gm, '>');
};
