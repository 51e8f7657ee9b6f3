import { definitionsOf, type MarkdownNode, parseMarkdown } from '../shared/parse-markdown.ts';
import { renderText } from '../shared/render-text.ts';
import type { CardElement, RichTextBlock, TextRun } from './adaptive-card.ts';
import { linkTarget, pretends, runText } from './teams-text.ts';

type Style = Omit<TextRun, 'type' | 'text' | 'selectAction'>;
type Definitions = ReadonlyMap<string, string>;

/** Words as a run; none for no words. */
export const runs = (text: string, style: Style = {}): TextRun[] => {
  const shown = runText(text);
  return shown === '' ? [] : [{ type: 'TextRun', text: shown, ...style }];
};

const wordsIn = (elements: readonly TextRun[]): string => elements.map(({ text }) => text).join('');

const linked = (label: readonly TextRun[], url: string, style: Style): TextRun[] => {
  const target = linkTarget(url);
  const shown = label.length === 0 ? runs(url, style) : label;
  if (target === undefined) return [...shown];
  const selectAction = { type: 'Action.OpenUrl', url: target } as const;
  if (pretends(wordsIn(shown), target))
    return [
      ...shown,
      ...runs(' (', style),
      ...runs(target, style).map((run) => ({ ...run, selectAction })),
      ...runs(')'),
    ];
  return shown.map((run) => ({ ...run, selectAction }));
};

const inline = (nodes: readonly MarkdownNode[], definitions: Definitions, style: Style = {}): TextRun[] =>
  nodes.flatMap((node): TextRun[] => {
    const within = (more: Style = {}) =>
      'children' in node ? inline(node.children, definitions, { ...style, ...more }) : [];
    switch (node.type) {
      case 'text':
      case 'html':
      case 'yaml':
        return runs(node.value, style);
      case 'inlineCode':
        return runs(node.value, { ...style, fontType: 'Monospace' });
      case 'break':
        return runs('\n', style);
      case 'strong':
        return within({ weight: 'Bolder' });
      case 'emphasis':
        return within({ italic: true });
      case 'delete':
        return within({ strikethrough: true });
      case 'link':
        return linked(within(), node.url, style);
      case 'image':
        return linked(runs(node.alt ?? '', style), node.url, style);
      case 'linkReference': {
        const url = definitions.get(node.identifier);
        return url === undefined ? within() : linked(within(), url, style);
      }
      case 'imageReference':
        return runs(node.alt ?? '', style);
      case 'footnoteReference':
        return runs(`[${node.label ?? node.identifier}]`, style);
      default:
        return within();
    }
  });

/** A line each: what a client makes of a line feed inside a run is not said anywhere. */
const lines = (elements: readonly TextRun[]): TextRun[][] => {
  const result: TextRun[][] = [[]];
  for (const run of elements)
    for (const [index, text] of run.text.split('\n').entries()) {
      if (index > 0) result.push([]);
      if (text !== '') result.at(-1)?.push({ ...run, text });
    }
  return result.filter((line) => wordsIn(line).trim() !== '');
};

const richText = (inlines: readonly TextRun[], first: boolean): RichTextBlock => ({
  type: 'RichTextBlock',
  inlines,
  spacing: first ? 'Default' : 'None',
});

/** Words as rich text, line by line. Nothing in them is read as mark-up. */
export const textLines = (elements: readonly TextRun[]): RichTextBlock[] =>
  lines(elements).map((line, index) => richText(line, index === 0));

const box = (checked: boolean | null | undefined): string => (checked === true ? '☑ ' : checked === false ? '☐ ' : '');

const listItems = (
  list: Extract<MarkdownNode, { type: 'list' }>,
  definitions: Definitions,
  depth: number,
): CardElement[] =>
  list.children.flatMap((item, index) => {
    // No-break spaces: clients collapse the others.
    const bullet = `${'\u00a0'.repeat(4 * depth)}${list.ordered === true ? `${(list.start ?? 1) + index}.` : '•'} `;
    const own = item.children.flatMap((child, at) =>
      child.type === 'paragraph' ? [...runs(at === 0 ? '' : '\n'), ...inline(child.children, definitions)] : [],
    );
    const nested = item.children.flatMap((child) =>
      child.type === 'paragraph'
        ? []
        : child.type === 'list'
          ? listItems(child, definitions, depth + 1)
          : block(child, definitions),
    );
    const [first = [], ...rest] = lines(own);
    return [
      richText([...runs(bullet + box(item.checked)), ...first], depth === 0 && index === 0),
      ...rest.map((line) => richText([...runs('\u00a0'.repeat(4 * depth + 2)), ...line], false)),
      ...nested,
    ];
  });

const table = (node: Extract<MarkdownNode, { type: 'table' }>, definitions: Definitions): CardElement[] => {
  const columns = Math.max(1, ...node.children.map((row) => row.children.length));
  return [
    {
      type: 'Table',
      firstRowAsHeaders: true,
      columns: Array.from({ length: columns }, () => ({ width: 1 })),
      rows: node.children.map((row) => ({
        type: 'TableRow',
        cells: Array.from({ length: columns }, (_, at) => ({
          type: 'TableCell',
          items: textLines(inline(row.children[at]?.children ?? [], definitions)),
        })),
      })),
    },
  ];
};

const block = (node: MarkdownNode, definitions: Definitions): CardElement[] => {
  switch (node.type) {
    case 'heading':
      return textLines(inline(node.children, definitions, { weight: 'Bolder' }));
    case 'code':
      return textLines(runs(node.value, { fontType: 'Monospace' }));
    case 'list':
      return listItems(node, definitions, 0);
    case 'blockquote': {
      const items = node.children.flatMap((child) => block(child, definitions));
      return items.length === 0 ? [] : [{ type: 'Container', style: 'emphasis', items }];
    }
    case 'table':
      return table(node, definitions);
    case 'thematicBreak':
      return textLines(runs('─'.repeat(10)));
    case 'definition':
      return [];
    default:
      return textLines(inline([node], definitions));
  }
};

/**
 * Core Markdown as elements of an Adaptive Card: rich text, which is literal (no Markdown is read in it, so nobody's words
 * become a link, an image or a mention), and tables as tables. Text that is too contorted to parse comes out as it is.
 */
export const cardBlocks = (markdown: string): CardElement[] => {
  const asIs = () => textLines(runs(renderText(markdown)));
  try {
    const tree = parseMarkdown(markdown);
    if (tree === undefined) return asIs();
    const definitions = definitionsOf(tree);
    return tree.children.flatMap((node) => block(node, definitions));
  } catch (thrown) {
    // Only the depth of the tree can do this.
    if (thrown instanceof RangeError) return asIs();
    throw thrown;
  }
};
