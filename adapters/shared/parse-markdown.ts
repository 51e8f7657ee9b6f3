import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { gfm } from 'micromark-extension-gfm';

/** The root of a Markdown syntax tree (mdast). */
export type MarkdownTree = ReturnType<typeof fromMarkdown>;

/** Any node of a Markdown tree below its root. */
export type MarkdownNode = MarkdownTree['children'][number];

// Beyond these the parser's time and the depth of the tree grow faster than the text: with the square of how often each of
// these marks occurs (40 KB of `]` took 9 s, 12 KB of `_www.` 2.6 s). Somebody who writes so many means none of them.
const maxChars = 200_000;
const maxNesting = 100;
const costly: readonly { readonly mark: RegExp; readonly most: number }[] = [
  { mark: /\*+|_+/g, most: 1_000 },
  { mark: /~+/g, most: 1_000 },
  { mark: /`+/g, most: 2_000 },
  { mark: /[[\]]/g, most: 2_000 },
  { mark: /<[!?]/g, most: 100 },
  { mark: /^[ \t]*[=-]+[ \t]*$/gm, most: 1_000 },
  { mark: /\n[ \t]*\n[ \t]*>/g, most: 500 },
];

const nestedContainers = new RegExp(`^(?: {0,3}(?:>|[-+*] |\\d{1,9}[.)] )){${maxNesting}}`, 'm');

/** Cells that a renderer fills up in a table whose rows are shorter than its head: columns times lines. */
const maxCells = 50_000;
const tableCells = (markdown: string): number => {
  const columns = (markdown.match(/^[ \t>|:-]+$/gm) ?? []).map((line) => line.split('|').length);
  return columns.reduce((most, one) => Math.max(most, one), 0) * markdown.split('\n').length;
};

const isHostile = (markdown: string): boolean =>
  markdown.length > maxChars ||
  nestedContainers.test(markdown) ||
  tableCells(markdown) > maxCells ||
  costly.some(({ mark, most }) => (markdown.match(mark)?.length ?? 0) > most);

/**
 * CommonMark with GitHub's tables, strikethrough, task lists and bare links. `undefined` when parsing could run away;
 * a renderer then shows the text as it is.
 */
export const parseMarkdown = (markdown: string): MarkdownTree | undefined =>
  isHostile(markdown)
    ? undefined
    : fromMarkdown(markdown, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] });

/** Addresses by the identifier of their definition (`[label]: https://…`). */
export type Definitions = ReadonlyMap<string, string>;

/** The definitions of a tree, the first of each identifier (CommonMark 4.7). */
export const definitionsOf = (tree: MarkdownTree): Definitions => {
  const found = new Map<string, string>();
  const visit = (node: MarkdownTree | MarkdownNode): void => {
    if (node.type === 'definition') {
      if (!found.has(node.identifier)) found.set(node.identifier, node.url);
    } else if ('children' in node) for (const child of node.children) visit(child);
  };
  visit(tree);
  return found;
};
