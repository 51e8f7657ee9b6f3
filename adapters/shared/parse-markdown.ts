import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { gfm } from 'micromark-extension-gfm';

/** The root of a Markdown syntax tree (mdast). */
export type MarkdownTree = ReturnType<typeof fromMarkdown>;

/** Any node of a Markdown tree below its root. */
export type MarkdownNode = MarkdownTree['children'][number];

// Beyond these the parser's time and the depth of the tree grow faster than the text (20 KB of `*a_ ` takes 1.5 s).
const maxChars = 200_000;
const maxEmphasisMarks = 3_000;
const maxNesting = 100;

const emphasisMark = /[*_]+/g;
const nestedContainers = new RegExp(`^(?: {0,3}(?:>|[-+*] |\\d{1,9}[.)] )){${maxNesting}}`, 'm');

const isHostile = (markdown: string): boolean =>
  markdown.length > maxChars ||
  nestedContainers.test(markdown) ||
  (markdown.match(emphasisMark)?.length ?? 0) > maxEmphasisMarks;

/**
 * CommonMark with GitHub's tables, strikethrough, task lists and bare links. `undefined` when parsing could run away;
 * a renderer then shows the text as it is.
 */
export const parseMarkdown = (markdown: string): MarkdownTree | undefined =>
  isHostile(markdown)
    ? undefined
    : fromMarkdown(markdown, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] });
