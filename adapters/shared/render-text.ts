import { type MarkdownNode, parseMarkdown } from './parse-markdown.ts';
import { safeUrl } from './safe-url.ts';

const indent = (text: string, first: string, rest = ' '.repeat(first.length)): string =>
  text
    .split('\n')
    .map((line, index) => (index === 0 ? first : line === '' ? '' : rest) + line)
    .join('\n');

const quote = (text: string): string =>
  text
    .split('\n')
    .map((line) => (line === '' ? '>' : `> ${line}`))
    .join('\n');

const link = (label: string, url: string): string => {
  const href = safeUrl(url);
  const target = href?.replace(/^mailto:/, '');
  if (target === undefined || label === url || label === target || target === `${label}/`) return label;
  return label === '' ? target : `${label} (${target})`;
};

const inline = (nodes: readonly MarkdownNode[]): string => nodes.map(render).join('');
const blocks = (nodes: readonly MarkdownNode[], between = '\n\n'): string =>
  nodes
    .map(render)
    .filter((text) => text !== '')
    .join(between);

const listItem = (item: Extract<MarkdownNode, { type: 'listItem' }>, bullet: string, tight: boolean): string => {
  const box = item.checked === true ? '[x] ' : item.checked === false ? '[ ] ' : '';
  return indent(box + blocks(item.children, tight ? '\n' : '\n\n'), bullet);
};

function render(node: MarkdownNode): string {
  switch (node.type) {
    case 'text':
    case 'inlineCode':
    case 'html':
    case 'yaml':
      return node.value;
    case 'code':
      return indent(node.value, '    ');
    case 'break':
      return '\n';
    case 'thematicBreak':
      return '-'.repeat(20);
    case 'link':
      return link(inline(node.children), node.url);
    case 'image':
      return link(node.alt ?? '', node.url);
    case 'imageReference':
      return node.alt ?? '';
    case 'blockquote':
      return quote(blocks(node.children));
    case 'list': {
      const tight = node.spread !== true;
      const start = node.start ?? 1;
      return node.children
        .map((item, index) => listItem(item, node.ordered ? `${start + index}. ` : '- ', tight))
        .join(tight ? '\n' : '\n\n');
    }
    case 'listItem':
      return listItem(node, '- ', node.spread !== true);
    case 'table':
      return node.children.map(render).join('\n');
    case 'tableRow':
      return node.children.map(render).join(' | ');
    case 'footnoteReference':
      return `[${node.label ?? node.identifier}]`;
    case 'footnoteDefinition':
      return indent(blocks(node.children), `[${node.label ?? node.identifier}] `);
    case 'definition':
      return '';
    default:
      return inline(node.children);
  }
}

/**
 * Markdown as plain text that reads well without rendering: links as `label (address)`, lists with their bullets,
 * quotes with `>`. Text that is too contorted to parse comes out as it is.
 */
export const renderText = (markdown: string): string => {
  try {
    const tree = parseMarkdown(markdown);
    return tree === undefined ? markdown : blocks(tree.children);
  } catch (thrown) {
    if (thrown instanceof RangeError) return markdown;
    throw thrown;
  }
};
