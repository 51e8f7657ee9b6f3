import { type HtmlNode, parseMarkdown } from './parse-markdown.ts';

const blocks: readonly string[] = ['p', 'li', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'tr', 'pre', 'blockquote', 'br'];

/** The words of a Markdown text without its marks, for reading aloud and for one-line previews. */
export const plainText = (markdown: string): string => {
  const textOf = (node: HtmlNode): string => {
    if (node.type === 'text') return node.value;
    if (!('children' in node)) return '';
    const inner = node.children.map(textOf).join(node.type === 'element' && node.tagName === 'tr' ? ', ' : '');
    return node.type === 'element' && blocks.includes(node.tagName) ? `${inner}\n` : inner;
  };
  return textOf(parseMarkdown(markdown))
    .replace(/\s?\[\d{1,3}(?:\s*,\s*\d{1,3})*\]/g, '')
    .replace(/\s*\n\s*/g, '\n')
    .trim();
};
