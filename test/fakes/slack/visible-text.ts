import { isRecord } from './args.ts';
import type { Block, Message } from './types.ts';

/** Elements of a list that are objects; anything else has nothing to show. */
const parts = (value: unknown): readonly Readonly<Record<string, unknown>>[] =>
  Array.isArray(value) ? value.filter(isRecord) : [];

const labelled = (value: unknown): string => (isRecord(value) && typeof value.text === 'string' ? value.text : '');

/** The text in one piece of a rich text. */
const richText = (piece: Readonly<Record<string, unknown>>): string => {
  switch (piece.type) {
    case 'text':
      return String(piece.text);
    case 'link':
      return piece.text === undefined ? String(piece.url) : `${piece.text} (${piece.url})`;
    case 'user':
      return `<@${piece.user_id}>`;
    case 'channel':
      return `<#${piece.channel_id}>`;
    case 'broadcast':
      return `<!${piece.range}>`;
    case 'emoji':
      return `:${piece.name}:`;
    case 'rich_text':
    case 'rich_text_list':
      return parts(piece.elements).map(richText).join('\n');
    default:
      return parts(piece.elements).map(richText).join('');
  }
};

/** The text on or in an interactive element. */
const elementText = (element: Readonly<Record<string, unknown>>): string => {
  switch (element.type) {
    case 'button':
    case 'icon_button':
      return `[${labelled(element.text)}]`;
    case 'feedback_buttons':
      return [element.positive_button, element.negative_button]
        .map((one) => `[${isRecord(one) ? labelled(one.text) : ''}]`)
        .join(' ');
    case 'overflow':
    case 'static_select':
      return parts(element.options)
        .map((option) => `[${labelled(option.text)}]`)
        .join(' ');
    case 'image':
      return String(element.alt_text ?? '');
    default:
      return labelled(element) || (typeof element.text === 'string' ? element.text : '');
  }
};

const cellText = (cell: unknown): string =>
  isRecord(cell) ? (typeof cell.text === 'string' ? cell.text : richText(cell)) : '';

const tableText = (rows: unknown): string =>
  (Array.isArray(rows) ? rows : [])
    .map((row: unknown) => (Array.isArray(row) ? row.map(cellText).join(' | ') : ''))
    .join('\n');

/** The text that people see in a block. */
export const blockText = (block: Block): string => {
  switch (block.type) {
    case 'header':
      return labelled(block.text);
    case 'section':
      return [
        labelled(block.text),
        ...parts(block.fields).map((field) => labelled(field)),
        isRecord(block.accessory) ? elementText(block.accessory) : '',
      ]
        .filter((line) => line !== '')
        .join('\n');
    case 'markdown':
      return typeof block.text === 'string' ? block.text : '';
    case 'context':
    case 'actions':
    case 'context_actions':
      return parts(block.elements).map(elementText).join(' ');
    case 'rich_text':
      return richText(block);
    case 'table':
      return tableText(block.rows);
    case 'image':
      return [labelled(block.title), String(block.alt_text ?? '')].filter((line) => line !== '').join('\n');
    case 'input':
      return labelled(block.label);
    case 'task_card':
      return labelled(block.title) || String(block.title ?? '');
    default:
      return labelled(block.text);
  }
};

/** What somebody who looks at the message reads: its blocks, or its text where it has none. Buttons show as `[Label]`. */
export const visibleText = (message: Pick<Message, 'text' | 'blocks'>): string => {
  if (message.blocks.length === 0) return message.text;
  return message.blocks
    .map(blockText)
    .filter((line) => line !== '')
    .join('\n');
};
