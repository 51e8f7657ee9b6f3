import { cleanText } from '../shared/clean.ts';
import { type Definitions, definitionsOf, type MarkdownNode, parseMarkdown } from '../shared/parse-markdown.ts';
import { tableText } from './table-text.ts';
import { escapeMarkdown, lineStart, linkTarget, pretends, withoutMentions } from './teams-text.ts';

/** What stands around a node: inside bold nothing is made bold again, a link holds no second one. */
interface Place {
  readonly definitions: Definitions;
  readonly bold?: true;
  readonly linked?: true;
}

const hardBreak = '  \n';
const zeroWidthSpace = '\u200b';

/** A mark-up around words: spaces stay outside, where CommonMark wants them, and nothing is marked up around nothing. */
const around = (mark: string, text: string): string => {
  const inner = text.trim();
  return inner === '' ? text : text.replace(inner, () => `${mark}${inner}${mark}`);
};

const code = (value: string): string => {
  const text = withoutMentions(cleanText(value).replace(/\s+/g, ' '));
  if (text.trim() === '') return '';
  const longest = Math.max(0, ...(text.match(/`+/g) ?? []).map((ticks) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  const gap = text.startsWith('`') || text.endsWith('`') ? ' ' : '';
  return `${fence}${gap}${text}${gap}${fence}`;
};

const fenced = (value: string): string => {
  const text = withoutMentions(cleanText(value));
  const longest = Math.max(2, ...(text.match(/`+/g) ?? []).map((ticks) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}\n${text}\n${fence}`;
};

const link = (label: string, shown: string, url: string, place: Place): string => {
  const target = linkTarget(url);
  const words = label.trim() === '' ? escapeMarkdown(url) : label;
  if (target === undefined || place.linked === true) return words;
  const inside = words.replace(/(?<!\\)[[\]]/g, '\\$&').replace(/\s*\n/g, ' ');
  if (!pretends(shown, target)) return `[${inside}](${target})`;
  return `${inside} ([${escapeMarkdown(target)}](${target}))`;
};

/** The words below a node, without mark-up. */
const wordsOf = (node: MarkdownNode): string =>
  'value' in node
    ? node.value
    : 'children' in node
      ? node.children.map(wordsOf).join('')
      : node.type === 'break'
        ? ' '
        : '';

const words = (value: string): string => cleanText(value).split('\n').map(escapeMarkdown).join(hardBreak);

const inlineNode = (node: MarkdownNode, place: Place): string => {
  switch (node.type) {
    case 'text':
    case 'html':
    case 'yaml':
      return words(node.value);
    case 'inlineCode':
      return code(node.value);
    case 'break':
      return hardBreak;
    case 'strong':
      return place.bold ? inline(node.children, place) : around('**', inline(node.children, { ...place, bold: true }));
    case 'emphasis':
      return around('*', inline(node.children, place));
    case 'delete':
      return around('~~', inline(node.children, place));
    case 'link':
      return link(inline(node.children, { ...place, linked: true }), wordsOf(node), node.url, place);
    case 'image':
      return link(words(node.alt ?? ''), node.alt ?? '', node.url, place);
    case 'linkReference': {
      const url = place.definitions.get(node.identifier);
      // Some models write their sources below the text: the mark must stay what Teams finds them by.
      if (url === undefined || /^\d{1,3}$/.test(node.identifier)) {
        const shown = inline(node.children, place);
        return /^\d{1,3}$/.test(shown) ? `[${shown}]` : shown;
      }
      return link(inline(node.children, { ...place, linked: true }), wordsOf(node), url, place);
    }
    case 'imageReference':
      return link(words(node.alt ?? ''), node.alt ?? '', place.definitions.get(node.identifier) ?? '', place);
    case 'footnoteReference':
      return escapeMarkdown(`[${node.label ?? node.identifier}]`);
    default:
      return 'children' in node ? inline(node.children, place) : '';
  }
};

const inline = (nodes: readonly MarkdownNode[], place: Place): string =>
  nodes.reduce((text, node) => {
    const next = inlineNode(node, place);
    // A bare address reaches to the next space, also over what begins there.
    if (/(?:https?:\/\/|www\.)\S*$/i.test(text) && /^[`[*~]/.test(next)) return `${text} ${next}`;
    // Together they would be an image.
    return text + (text.endsWith('!') && next.startsWith('[') ? zeroWidthSpace : '') + next;
  }, '');

/** Lines of words: none of them becomes a heading, a list or code. */
const prose = (text: string): string =>
  text
    .split('\n')
    .map((line) => lineStart(line.replace(/^[ \t]+/, '')))
    .join('\n')
    .trim();

const indented = (text: string, first: string): string =>
  text
    .split('\n')
    .map((line, index) => (index === 0 ? first : line === '' ? '' : ' '.repeat(first.length)) + line)
    .join('\n');

const boxes = { true: '☑ ', false: '☐ ', none: '' } as const;

const listItem = (item: Extract<MarkdownNode, { type: 'listItem' }>, bullet: string, place: Place): string => {
  const box = boxes[item.checked === true ? 'true' : item.checked === false ? 'false' : 'none'];
  const parts = item.children.map((child) => ({ text: block(child, place), isProse: child.type === 'paragraph' }));
  const text = parts
    .filter((part) => part.text.trim() !== '')
    .reduce((before, part) => before + (before === '' ? '' : part.isProse ? hardBreak : '\n') + part.text, '');
  return indented(box + text || zeroWidthSpace, bullet);
};

const block = (node: MarkdownNode, place: Place): string => {
  switch (node.type) {
    case 'heading':
      return around('**', prose(inline(node.children, { ...place, bold: true })));
    case 'code':
      return node.value.trim() === '' ? '' : fenced(node.value);
    case 'html':
    case 'yaml':
      return prose(words(node.value));
    case 'thematicBreak':
      return '─'.repeat(10);
    case 'blockquote':
      return blocks(node.children, place).replace(/^/gm, '> ');
    case 'list': {
      const start = node.start ?? 1;
      return node.children
        .map((item, index) => listItem(item, node.ordered === true ? `${start + index}. ` : '- ', place))
        .join('\n');
    }
    case 'table': {
      const table = tableText(
        node,
        node.children.map((row) => row.children.map((cell) => inline(cell.children, place))),
        node.children.map((row) => row.children.map((cell) => wordsOf(cell))),
      );
      return table.kind === 'columns' ? fenced(table.text) : table.rows.map((row) => prose(row)).join('\n\n');
    }
    case 'footnoteDefinition':
      return prose(`${escapeMarkdown(`[${node.label ?? node.identifier}]`)} ${blocks(node.children, place)}`);
    case 'definition':
      return '';
    default:
      return prose(inline([node], place));
  }
};

const blocks = (nodes: readonly MarkdownNode[], place: Place): string =>
  nodes
    .map((node) => block(node, place))
    .filter((text) => text.trim() !== '')
    .join('\n\n');

/** The text as it is, line by line. */
const asIs = (markdown: string): string => prose(words(markdown)).replace(/\s*\n(?:\s*\n)+/g, '\n\n');

/**
 * Core Markdown as the part of it that Teams shows in a bot's message on every client (`textFormat: markdown`;
 * learn.microsoft.com, "Format your bot messages"): headings become bold lines, tables aligned columns or rows of `Name: value`,
 * images links, rules a drawn line. Line breaks stay. Other people's words can be no tag, mention or link that they are not. A
 * mark `[1]` stays as it is. Text that is too contorted to parse comes out as it is.
 */
export const toTeamsMarkdown = (markdown: string): string => {
  try {
    const tree = parseMarkdown(markdown);
    return tree === undefined ? asIs(markdown) : blocks(tree.children, { definitions: definitionsOf(tree) });
  } catch (thrown) {
    // Only the depth of the tree can do this; text is never worth a lost message.
    if (thrown instanceof RangeError) return asIs(markdown);
    throw thrown;
  }
};
