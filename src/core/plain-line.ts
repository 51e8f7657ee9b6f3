/** What somebody wrote as one line of words, for titles and lists: marks of Markdown go, a link keeps its label. At most 160 characters. */
export const plainLine = (text: string): string => {
  const flat = text
    .replace(/!?\[([^\]\n]{0,200})\]\([^)\s]{0,500}\)/g, '$1')
    .replace(/(\*\*|__|~~|`+)(?=\S)(.{1,300}?)\1/g, '$2')
    .replace(/^\s{0,3}(?:#{1,6}|[-*+>])\s+/gm, '')
    .replace(/\s+/g, ' ')
    .trim();
  return flat.length <= 160 ? flat : `${flat.slice(0, 157).replace(/\p{Surrogate}$/u, '')}…`;
};
