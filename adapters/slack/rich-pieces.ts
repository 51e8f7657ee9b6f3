import type { MarkdownNode } from '../shared/parse-markdown.ts';
import { blockLimits, type RichInline } from './block-types.ts';
import { inlineElements, isBlank, type References, textElements } from './rich-inline.ts';
import { tableText } from './table-pieces.ts';

/**
 * A text as a flat row of pieces, which is how Slack sees it: its rich text nests nothing. `bordered` marks what stands in a
 * quote (Slack draws a bar beside it); nested list items carry their depth and their number.
 */
export type Piece =
  | { readonly kind: 'paragraph' | 'heading' | 'quote'; readonly elements: readonly RichInline[] }
  | { readonly kind: 'code'; readonly elements: readonly RichInline[]; readonly bordered: boolean }
  | {
      readonly kind: 'item';
      readonly elements: readonly RichInline[];
      readonly ordered: boolean;
      /** Counted from 1. */
      readonly number: number;
      readonly indent: number;
      readonly bordered: boolean;
    }
  | { readonly kind: 'rule' };

interface Place {
  readonly indent: number;
  readonly quoted: boolean;
}

const prose = new Set<MarkdownNode['type']>(['paragraph', 'heading', 'html']);

/** Inline content of a block node. */
const content = (node: MarkdownNode, references: References): RichInline[] => {
  if (node.type === 'heading') return inlineElements(node.children, references, { bold: true });
  if (node.type === 'html') return textElements(node.value);
  return 'children' in node ? inlineElements(node.children, references) : [];
};

const box = (checked: boolean | null | undefined): string => (checked === true ? '☑ ' : checked === false ? '☐ ' : '');

const listPieces = (list: Extract<MarkdownNode, { type: 'list' }>, references: References, place: Place): Piece[] =>
  list.children.flatMap((item, index): Piece[] => {
    const split = item.children.findIndex((child) => !prose.has(child.type));
    const own = split < 0 ? item.children : item.children.slice(0, split);
    const rest = split < 0 ? [] : item.children.slice(split);
    const elements = [
      ...textElements(box(item.checked)),
      ...own.flatMap((child, at) => [...textElements(at === 0 ? '' : '\n'), ...content(child, references)]),
    ];
    const inner = blockPieces(rest, references, { ...place, indent: place.indent + 1 });
    if (isBlank(elements)) return inner;
    const number = Math.max(1, list.start ?? 1) + index;
    const { quoted: bordered } = place;
    const indent = Math.min(place.indent, blockLimits.indent);
    return [{ kind: 'item', elements, ordered: list.ordered === true, number, indent, bordered }, ...inner];
  });

const tablePieces = (
  table: Extract<MarkdownNode, { type: 'table' }>,
  references: References,
  place: Place,
): Piece[] => {
  const { quoted: bordered } = place;
  const found = tableText(table, references);
  const indent = Math.min(place.indent, blockLimits.indent);
  return found.kind === 'columns'
    ? [{ kind: 'code', elements: found.elements, bordered }]
    : found.rows.map((elements) => ({ kind: 'item', elements, ordered: false, number: 1, indent, bordered }));
};

/** Block nodes as pieces; blank ones are left out, since Slack refuses empty text. */
export const blockPieces = (
  nodes: readonly MarkdownNode[],
  references: References,
  place: Place = { indent: 0, quoted: false },
): Piece[] =>
  nodes.flatMap((node): Piece[] => {
    const paragraph = place.quoted ? 'quote' : 'paragraph';
    switch (node.type) {
      case 'definition':
        return [];
      case 'thematicBreak':
        return place.quoted ? [] : [{ kind: 'rule' }];
      case 'code': {
        const elements = textElements(node.value);
        return isBlank(elements) ? [] : [{ kind: 'code', elements, bordered: place.quoted }];
      }
      case 'blockquote':
        return blockPieces(node.children, references, { ...place, quoted: true });
      case 'list':
        return listPieces(node, references, place);
      case 'table':
        return tablePieces(node, references, place);
      case 'footnoteDefinition': {
        const [first, ...rest] = node.children;
        const lead = first !== undefined && prose.has(first.type) ? [first] : [];
        const elements = [
          ...textElements(`[${node.label ?? node.identifier}] `),
          ...lead.flatMap((child) => content(child, references)),
        ];
        return [
          { kind: paragraph, elements },
          ...blockPieces(lead.length === 0 ? node.children : rest, references, place),
        ];
      }
      default: {
        const elements = content(node, references);
        const heading = node.type === 'heading' && !place.quoted;
        return isBlank(elements) ? [] : [{ kind: heading ? 'heading' : paragraph, elements }];
      }
    }
  });
