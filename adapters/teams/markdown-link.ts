import { safeUrl } from '../shared/safe-url.ts';

const plain = (address: string): string => address.replace(/^(?:https?:\/\/|mailto:)/i, '').replace(/\/$/, '');

/** A link in Markdown; a label that is the address itself, or an address that nobody may be sent to, stays as it is. */
export const markdownLink = (target: string, label: string): string => {
  const url = safeUrl(target);
  const words = label.trim();
  if (words === '' || url === undefined || plain(words) === plain(target) || plain(words) === plain(url)) return label;
  const address = url.replaceAll('(', '%28').replaceAll(')', '%29').replaceAll('<', '%3C').replaceAll('>', '%3E');
  return `[${words.replace(/[[\]]/g, '\\$&')}](${address})`;
};
