/** A block of Markdown. A heading's text is without its marks; every other block keeps its own Markdown. */
export type Block =
  | { readonly kind: 'heading'; readonly level: number; readonly text: string }
  | { readonly kind: 'paragraph' | 'list' | 'table' | 'code' | 'quote'; readonly text: string };

/** A heading longer than this, in characters, is a paragraph that someone made large. */
const longestHeading = 200;

const blank = /^\s*$/;
const fence = /^\s*(`{3,}|~{3,})/;
const listItem = /^\s*(?:[-*+]|\d{1,9}[.)])\s/;
const firstListItem = /^\s*(?:[-*+]|1[.)])\s/;
const quote = /^ {0,3}>/;
const indented = /^(?: {4}|\t)/;
const tableRule = /^\|?[ \t]*:?-[-:| \t]*$/;
const thematicBreak = /^ {0,3}(?:(?:-[ \t]*){3,}|(?:_[ \t]*){3,}|(?:\*[ \t]*){3,})$/;
const underline = /^ {0,3}(=+|-+)[ \t]*$/;

/**
 * Divides Markdown into its top-level blocks, line by line and in linear time: a full parser costs more than all the
 * rest of ingestion, and nesting does not matter here. Thematic breaks are dropped, nothing else.
 */
export const scanBlocks = (markdown: string): Block[] => {
  const lines = markdown.split(/\r\n|\r|\n/);
  const blocks: Block[] = [];
  const line = (at: number): string => lines[at] ?? '';
  const take = (kind: Exclude<Block['kind'], 'heading'>, from: number, to: number): number => {
    blocks.push({ kind, text: lines.slice(from, to).join('\n').trimEnd() });
    return to;
  };

  let at = 0;
  while (at < lines.length) {
    const text = line(at);
    const heading = atxHeading(text);
    if (blank.test(text) || thematicBreak.test(text)) at += 1;
    else if (heading) {
      blocks.push(heading);
      at += 1;
    } else if (fence.test(text)) at = take('code', at, afterFence(lines, at));
    else if (isTable(lines, at)) at = take('table', at, afterTable(lines, at));
    else if (listItem.test(text)) at = take('list', at, afterList(lines, at));
    else if (quote.test(text)) at = take('quote', at, afterParagraph(lines, at));
    else if (indented.test(text)) at = take('code', at, afterIndented(lines, at));
    else {
      const end = afterParagraph(lines, at);
      const rule = underline.exec(line(end));
      const words = lines.slice(at, end).join(' ').trim();
      if (rule && words.length <= longestHeading) {
        blocks.push({ kind: 'heading', level: rule[1]?.startsWith('=') ? 1 : 2, text: words });
        at = end + 1;
      } else at = take('paragraph', at, end);
    }
  }
  return blocks;
};

const atxHeading = (line: string): Block | undefined => {
  const marks = /^ {0,3}(#{1,6})(?=[ \t]|$)/.exec(line);
  if (!marks) return undefined;
  const text = line.slice(marks[0].length).trim();
  let end = text.length;
  while (text[end - 1] === '#') end -= 1;
  // Closing marks count as such only after a space: "C#" keeps its sign.
  const words = end === 0 || /\s/.test(text[end - 1] ?? '') ? text.slice(0, end).trim() : text;
  if (words === '') return undefined;
  if (words.length > longestHeading) return undefined;
  return { kind: 'heading', level: marks[1]?.length ?? 1, text: words };
};

const afterFence = (lines: readonly string[], from: number): number => {
  const mark = fence.exec(lines[from] ?? '')?.[1] ?? '```';
  const closes = (line: string) => line.trim().startsWith(mark) && line.trim().replaceAll(mark[0] ?? '`', '') === '';
  for (let at = from + 1; at < lines.length; at += 1) if (closes(lines[at] ?? '')) return at + 1;
  return lines.length;
};

const isTable = (lines: readonly string[], at: number): boolean =>
  (lines[at] ?? '').includes('|') &&
  (lines[at + 1] ?? '').includes('|') &&
  tableRule.test((lines[at + 1] ?? '').trim());

const afterTable = (lines: readonly string[], from: number): number => {
  let at = from + 2;
  while (at < lines.length && (lines[at] ?? '').includes('|')) at += 1;
  return at;
};

/** A list goes on over blank lines while items or indented lines follow, and over any line right after an item. */
const afterList = (lines: readonly string[], from: number): number => {
  let at = from;
  while (at < lines.length) {
    const line = lines[at] ?? '';
    if (blank.test(line)) {
      let next = at + 1;
      while (next < lines.length && blank.test(lines[next] ?? '')) next += 1;
      const following = lines[next] ?? '';
      if (next === lines.length || thematicBreak.test(following)) return at;
      if (!listItem.test(following) && !/^(?: {2}|\t)/.test(following)) return at;
      at = next;
    } else if (at > from && (atxHeading(line) || (fence.test(line) && !/^\s/.test(line)) || thematicBreak.test(line)))
      return at;
    else at = fence.test(line) ? afterFence(lines, at) : at + 1;
  }
  return at;
};

const afterIndented = (lines: readonly string[], from: number): number => {
  let at = from;
  while (at < lines.length && indented.test(lines[at] ?? '') && !blank.test(lines[at] ?? '')) at += 1;
  return at;
};

const afterParagraph = (lines: readonly string[], from: number): number => {
  let at = from + 1;
  while (at < lines.length && !interrupts(lines, at)) at += 1;
  return at;
};

const interrupts = (lines: readonly string[], at: number): boolean => {
  const line = lines[at] ?? '';
  return (
    blank.test(line) ||
    underline.test(line) ||
    thematicBreak.test(line) ||
    atxHeading(line) !== undefined ||
    fence.test(line) ||
    firstListItem.test(line) ||
    isTable(lines, at)
  );
};
