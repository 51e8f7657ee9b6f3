import { type MarkdownTree, parseMarkdown } from '../shared/parse-markdown.ts';
import { toTeamsMarkdown } from './markdown.ts';

/** Marks whose meaning depends on what follows; a table's first rows look like words. */
const unsettled = /[*_~`[\]<&\\!|]/g;
const escaped = /\\[*_~`[]|&lt;/;
const codeOrTable = /^[ \t>]*(?:`{3}|~{3}|\|)/m;

/** The beginning of a list item, or of a line that makes a heading of the words above. */
const openLine = /^(?:> ?)*(?:[-=+*]*|\d{1,9}[.)]?)$/;

/** Without the word that is being written, and without a line that says nothing yet. */
const wholeWords = (text: string): string => {
  let end = text.length;
  while (end > 0 && !/\s/.test(text.charAt(end - 1))) end -= 1;
  const words = text.slice(0, end);
  const lineStart = words.trimEnd().lastIndexOf('\n') + 1;
  return openLine.test(words.slice(lineStart).trim()) ? words.slice(0, lineStart).trimEnd() : words.trimEnd();
};

/** So much of the block that is being written as what follows cannot change. */
const settledPart = (block: string): string => {
  let part = wholeWords(block);
  for (let rounds = 0; rounds < 20; rounds += 1) {
    if (!escaped.test(toTeamsMarkdown(part)) && !codeOrTable.test(part)) return part;
    const last = [...part.matchAll(unsettled)].at(-1)?.index;
    if (last === undefined) return '';
    part = wholeWords(part.slice(0, last));
  }
  return '';
};

const treeOf = (markdown: string): MarkdownTree | undefined => {
  try {
    return parseMarkdown(markdown);
  } catch (thrown) {
    // Only the depth of the tree can do this.
    if (thrown instanceof RangeError) return undefined;
    throw thrown;
  }
};

/**
 * Markdown that is still being written, as it is shown in a stream: Teams wants each text to begin with the one before it
 * (learn.microsoft.com, "Stream bot messages"), so what may still become bold, a link, a table or a heading waits. A longer text
 * begins with what a shorter one gave, and so does `toTeamsMarkdown` of the whole, but for rare ambiguities.
 */
export const streamText = (markdown: string): string => {
  const last = treeOf(markdown)?.children.at(-1);
  const start = last?.position?.start.offset;
  if (last === undefined || start === undefined) return '';
  const before = markdown.slice(0, start);
  const open = last.type === 'paragraph' || last.type === 'list' ? settledPart(markdown.slice(start)) : '';
  return toTeamsMarkdown(before + open).trim();
};
