import type { Block } from './blocks.ts';

/** Sizes of headings that are told apart. */
const levels = 4;
const longestHeading = 200;
const longestMarkedHeading = 80;

/** Blocks of a PDF as Markdown: headings by their size, lists by where their markers stand, words whole again. */
export const blocksToMarkdown = (blocks: readonly Block[]): string => {
  const words = wordsOf(blocks);
  const sizes = [...new Set(blocks.filter(({ kind }) => kind === 'heading').map(({ size }) => Math.round(size)))]
    .toSorted((one, other) => other - one)
    .slice(0, levels);
  const depths = indentsOf(blocks);
  return blocks
    .map((block, at) => {
      const text = joinLines(block.lines, words);
      if (block.kind === 'table') return block.lines.join('\n');
      if (block.kind === 'code') return `\`\`\`\n${block.lines.join('\n')}\n\`\`\``;
      if (block.kind === 'heading' && text.length <= longestHeading) {
        const level = sizes.indexOf(Math.round(block.size));
        return `${'#'.repeat((level === -1 ? levels - 1 : level) + 1)} ${text}`;
      }
      if (block.kind === 'item')
        return `${'  '.repeat(depths[at] ?? 0)}${block.number ? `${block.number}.` : '-'} ${text}`;
      return isMarkedHeading(block, text, blocks[at + 1]) ? `${'#'.repeat(sizes.length + 1)} ${text}` : escaped(text);
    })
    .reduce((all, text, at) => {
      const isSameList = blocks[at]?.kind === 'item' && blocks[at - 1]?.kind === 'item';
      return `${all}${at === 0 ? '' : isSameList ? '\n' : '\n\n'}${text}`;
    }, '');
};

/** A short line in letters of its own above a paragraph in those of the text. */
const isMarkedHeading = (block: Block, text: string, next: Block | undefined): boolean =>
  block.kind === 'paragraph' &&
  block.isMarked &&
  block.lines.length === 1 &&
  text.length <= longestMarkedHeading &&
  /^[\p{Lu}\p{N}]/u.test(text) &&
  !/[.,;:]$/.test(text) &&
  next?.kind !== 'heading' &&
  next?.isMarked === false;

/** How far each item is set in within its list: 0 is outermost. */
const indentsOf = (blocks: readonly Block[]): number[] => {
  const open: number[] = [];
  return blocks.map(({ kind, x0, size }) => {
    if (kind !== 'item') open.length = 0;
    else {
      while (open.length > 0 && (open.at(-1) ?? 0) > x0 + 0.5 * size) open.pop();
      if (open.length === 0 || x0 > (open.at(-1) ?? 0) + 0.5 * size) open.push(x0);
    }
    return Math.max(0, open.length - 1);
  });
};

/** Lines as one text; a word that was divided at the end of a line is whole again, unless it has its hyphen elsewhere, too. */
const joinLines = (lines: readonly string[], words: ReadonlySet<string>): string =>
  lines.reduce((text, line) => {
    const divided = /(\p{L}+)[-\u00ad\u2010]$/u.exec(text);
    const rest = /^(\p{Ll}+)/u.exec(line);
    if (!divided || !rest) return text === '' ? line : `${text} ${line}`;
    const isCompound =
      words.has(`${divided[1]}-${rest[1]}`.toLowerCase()) && !words.has(`${divided[1]}${rest[1]}`.toLowerCase());
    return isCompound && !text.endsWith('\u00ad') ? text + line : text.slice(0, -1) + line;
  }, '');

const wordsOf = (blocks: readonly Block[]): ReadonlySet<string> =>
  new Set(
    blocks.flatMap(({ lines }) => lines.flatMap((line) => line.toLowerCase().match(/\p{L}+(?:-\p{L}+)*/gu) ?? [])),
  );

/** What would be taken for a mark of Markdown at the start of a paragraph. */
const escaped = (text: string): string => text.replace(/^(#{1,6}|[+>-])(?=\s)/, '\\$1');
