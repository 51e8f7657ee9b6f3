import { definitionsOf, parseMarkdown } from '../shared/parse-markdown.ts';
import { renderText } from '../shared/render-text.ts';
import { shorten } from '../shared/shorten.ts';
import {
  type Block,
  blockLimits,
  plainText,
  type RichElement,
  type RichInline,
  richText,
  sizeOf,
} from './block-types.ts';
import { isBlank, joined, textElements, wordsOf } from './rich-inline.ts';
import { blockPieces, type Piece } from './rich-pieces.ts';

export interface RichTextOptions {
  /** Harmless addresses of the sources: `[n]` in the text links there. */
  readonly citations?: ReadonlyMap<number, string>;
  /** Somebody else's words: everything is shown as a quote. */
  readonly quoted?: boolean;
  /** Words alone, in one block: for when Slack refused the structure. */
  readonly plain?: boolean;
  /** How many blocks there is room for. */
  readonly maxBlocks?: number;
  /** How much they may weigh (`sizeOf`). */
  readonly maxSize?: number;
}

/** A heading that Slack's header block can show: short plain words. */
const headerText = (elements: readonly RichInline[]): string | undefined => {
  if (elements.some((element) => element.type === 'link' || element.style?.code === true)) return undefined;
  const words = wordsOf(elements).replace(/\s+/g, ' ').trim();
  return words.length <= blockLimits.header ? words : undefined;
};

const border = (bordered: boolean): { border?: 1 } => (bordered ? { border: 1 } : {});

/** Pieces in as few blocks as possible. `compact`: one block, with headings in bold and rules as a line of text. */
const assemble = (pieces: readonly Piece[], compact: boolean): Block[] => {
  const blocks: Block[] = [];
  let elements: RichElement[] = [];
  let nextNumber = 0;
  let afterHeading = false;
  const flush = () => {
    for (const element of elements)
      if (element.type === 'rich_text_section' || element.type === 'rich_text_quote')
        element.elements = joined(element.elements);
    if (elements.length > 0) blocks.push(richText(elements));
    elements = [];
  };
  /** Paragraphs share one section, as Slack's own editor does it. */
  const prose = (type: 'rich_text_section' | 'rich_text_quote', added: readonly RichInline[], gap = '\n\n') => {
    const last = elements.at(-1);
    if (last?.type === type) for (const element of [...textElements(gap), ...added]) last.elements.push(element);
    else {
      const apart =
        type === 'rich_text_section' && (last?.type === 'rich_text_list' || last?.type === 'rich_text_quote');
      elements.push({ type, elements: [...textElements(apart ? '\n' : ''), ...added] });
    }
  };
  const item = (piece: Extract<Piece, { kind: 'item' }>) => {
    const section = { type: 'rich_text_section' as const, elements: joined(piece.elements) };
    const style = piece.ordered ? 'ordered' : 'bullet';
    const last = elements.at(-1);
    const continues =
      last?.type === 'rich_text_list' &&
      last.style === style &&
      (last.indent ?? 0) === piece.indent &&
      last.border === border(piece.bordered).border &&
      (!piece.ordered || piece.number === nextNumber);
    nextNumber = piece.number + 1;
    if (continues) last.elements.push(section);
    else
      elements.push({
        type: 'rich_text_list',
        style,
        elements: [section],
        indent: piece.indent,
        ...(piece.ordered && piece.number > 1 ? { offset: piece.number - 1 } : {}),
        ...border(piece.bordered),
      });
  };
  const heading = (added: readonly RichInline[]) => {
    const words = compact ? undefined : headerText(added);
    if (words === undefined) {
      prose('rich_text_section', added);
      afterHeading = true;
    } else {
      flush();
      blocks.push({ type: 'header', text: plainText(words) });
    }
  };
  const rule = () => {
    if (compact) prose('rich_text_section', textElements('─'.repeat(20)));
    else {
      flush();
      if (blocks.length > 0 && blocks.at(-1)?.type !== 'divider') blocks.push({ type: 'divider' });
    }
  };
  for (const piece of pieces) {
    const gap = afterHeading ? '\n' : '\n\n';
    afterHeading = false;
    switch (piece.kind) {
      case 'paragraph':
        prose('rich_text_section', piece.elements, gap);
        break;
      case 'quote':
        prose('rich_text_quote', piece.elements);
        break;
      case 'heading':
        heading(piece.elements);
        break;
      case 'code':
        elements.push({ type: 'rich_text_preformatted', elements: [...piece.elements], ...border(piece.bordered) });
        break;
      case 'item':
        item(piece);
        break;
      case 'rule':
        rule();
    }
  }
  flush();
  return blocks;
};

/** The text without its structure, in one block that weighs at most `maxSize`. */
const asPlain = (markdown: string, quoted: boolean, maxSize: number): Block[] => {
  let text = renderText(markdown).trim();
  for (;;) {
    const elements = textElements(text);
    if (isBlank(elements)) return [];
    const blocks = [richText([{ type: quoted ? 'rich_text_quote' : 'rich_text_section', elements }])];
    const size = sizeOf(blocks);
    if (size <= maxSize) return blocks;
    const room = Math.floor(text.length * Math.min(0.9, (0.95 * maxSize) / size));
    if (room < 2) return [];
    text = shorten(text, room);
  }
};

/** Markdown as pieces; `undefined` when it is too contorted to parse or to walk through. */
const piecesOf = (markdown: string, options: RichTextOptions): Piece[] | undefined => {
  try {
    const tree = parseMarkdown(markdown);
    if (tree === undefined) return undefined;
    const references = { definitions: definitionsOf(tree), citations: options.citations ?? new Map() };
    return blockPieces(tree.children, references, { indent: 0, quoted: options.quoted === true });
  } catch (thrown) {
    // Only the depth of the tree can do this; text is never worth a lost message.
    if (thrown instanceof RangeError) return undefined;
    throw thrown;
  }
};

/**
 * Markdown as Slack's blocks: `rich_text` for everything that has words, headings as `header`, rules as `divider`. Text is
 * literal there, so it can mention nobody and becomes no link that it is not. What does not fit loses its form first: headers
 * and dividers, then all structure, then its end. Empty when there are no words.
 */
export const toBlocks = (markdown: string, options: RichTextOptions = {}): Block[] => {
  const { maxBlocks = blockLimits.blocks, maxSize = blockLimits.size } = options;
  const pieces = options.plain === true ? undefined : piecesOf(markdown, options);
  for (const compact of pieces === undefined ? [] : [false, true]) {
    const blocks = assemble(pieces ?? [], compact);
    if (blocks.length <= maxBlocks && sizeOf(blocks) <= maxSize) return blocks;
  }
  return asPlain(markdown, options.quoted === true, maxSize);
};
