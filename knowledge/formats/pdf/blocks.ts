import { listMarker } from './list-marker.ts';
import type { PageText, Segment } from './page-text.ts';
import { median, regionsOf } from './regions.ts';
import { tableAt } from './tables.ts';

/** A paragraph, heading, item or table of a PDF, in reading order. */
export interface Block {
  readonly kind: 'paragraph' | 'item' | 'heading' | 'table' | 'code';
  /** Lines of a paragraph; of a table, its Markdown. */
  readonly lines: string[];
  readonly size: number;
  /** In other letters than most of the text: bold, as a rule. */
  readonly isMarked: boolean;
  /** Of an item: where its marker stands, and the number in it. */
  readonly x0: number;
  readonly number?: string;
}

interface Line {
  readonly x0: number;
  readonly x1: number;
  readonly y: number;
  readonly size: number;
  readonly text: string;
  readonly isMarked: boolean;
  readonly isCode: boolean;
}

/** Lines of a table of contents repeat the headings. */
const contentsLine = /(?:\.\s?){5,}\s*\d{1,4}\s*$/;

/** Everything on these pages in reading order, cut where paragraphs end. */
export const blocksOf = (pages: readonly PageText[]): Block[] => {
  const bodySize = ofMostLetters(pages, ({ size }) => Math.round(size * 2) / 2) ?? 10;
  const bodyFont = ofMostLetters(pages, ({ font }) => font);
  const blocks: Block[] = [];
  for (const page of pages) {
    for (const { x0, x1, lines: all } of regionsOf(page.segments)) {
      const lines = all.filter((line) => !contentsLine.test(line.at(-1)?.text ?? ''));
      const leading =
        median(lines.slice(1).map((line, at) => (lines[at]?.[0]?.y ?? 0) - (line[0]?.y ?? 0))) || 1.3 * bodySize;
      let previous: Line | undefined;
      for (let at = 0; at < lines.length; ) {
        const table = tableAt(lines, at);
        if (table) {
          blocks.push({ kind: 'table', lines: [table.text], size: bodySize, isMarked: false, x0 });
          at = table.end;
          previous = undefined;
          continue;
        }
        const line = lineOf(lines[at] ?? [], bodyFont);
        at += 1;
        const block = blocks.at(-1);
        const goesOn =
          block !== undefined &&
          (previous
            ? continues(block, previous, line, { x0, x1, leading }, bodySize)
            : continuesElsewhere(block, line, bodySize));
        if (goesOn) block.lines.push(block.kind === 'code' ? indented(line, block.x0) : line.text);
        else blocks.push(startOf(line, bodySize));
        previous = line;
      }
    }
  }
  return blocks;
};

/** The property that most letters have. */
const ofMostLetters = <T>(pages: readonly PageText[], of: (segment: Segment) => T): T | undefined => {
  const letters = new Map<T, number>();
  for (const segment of pages.flatMap(({ segments }) => segments)) {
    letters.set(of(segment), (letters.get(of(segment)) ?? 0) + segment.text.length);
  }
  return [...letters].toSorted((one, other) => other[1] - one[1])[0]?.[0];
};

const lineOf = (pieces: readonly Segment[], bodyFont: string | undefined): Line => {
  const longest = pieces.toSorted((one, other) => other.text.length - one.text.length)[0];
  return {
    x0: pieces[0]?.x0 ?? 0,
    x1: pieces.at(-1)?.x1 ?? 0,
    y: longest?.y ?? 0,
    size: longest?.size ?? 0,
    text: pieces
      .map(({ text }) => text.trim())
      .join(' ')
      .replace(/\s+/g, ' '),
    isMarked: pieces.every(({ font }) => font !== bodyFont),
    isCode: pieces.every(({ isCode, font }) => isCode && font !== bodyFont),
  };
};

/** Code is set in as far as it was on the page; letters of one width are about three fifths of their height wide. */
const indented = ({ x0, size, text }: Line, from: number): string =>
  ' '.repeat(Math.min(40, Math.max(0, Math.round((x0 - from) / (0.6 * size))))) + text;

const isHeadingSize = (size: number, bodySize: number): boolean => size >= 1.15 * bodySize;

const startOf = (line: Line, bodySize: number): Block => {
  const { size, isMarked, x0 } = line;
  if (isHeadingSize(size, bodySize) && /\p{L}/u.test(line.text))
    return { kind: 'heading', lines: [line.text], size, isMarked, x0 };
  if (line.isCode) return { kind: 'code', lines: [line.text], size, isMarked, x0 };
  const marker = listMarker.exec(line.text);
  if (!marker) return { kind: 'paragraph', lines: [line.text], size, isMarked, x0 };
  const text = line.text.slice(marker[0].length);
  return { kind: 'item', lines: [text], size, isMarked, x0, ...(marker[2] ? { number: marker[2] } : {}) };
};

interface Column {
  readonly x0: number;
  readonly x1: number;
  readonly leading: number;
}

/** Whether a line belongs to the block of the line above it. */
const continues = (block: Block, previous: Line, line: Line, column: Column, bodySize: number): boolean => {
  const gap = previous.y - line.y;
  if (Math.abs(line.size - previous.size) > 0.08 * previous.size) return false;
  if (block.kind === 'heading') return gap < 1.6 * line.size;
  if (block.kind === 'code' || line.isCode) return block.kind === 'code' && line.isCode && gap < 2.5 * line.size;
  if (block.kind === 'table' || listMarker.test(line.text) || isHeadingSize(line.size, bodySize)) return false;
  if (gap > Math.max(1.3 * Math.min(column.leading, 1.8 * line.size), 1.1 * line.size)) return false;
  if (block.isMarked !== line.isMarked && block.lines.length === 1 && block.isMarked) return false;
  if (block.kind === 'item') return line.x0 > block.x0 + 0.3 * line.size || !/[.!?:]$/.test(previous.text);
  const isIndented = line.x0 > previous.x0 + 0.8 * line.size && previous.x0 < column.x0 + 0.8 * line.size;
  const wasShort = previous.x1 < column.x1 - 0.2 * (column.x1 - column.x0) && /[.!?:]$/.test(previous.text);
  return !(isIndented || wasShort);
};

/** Whether the first line of a column or page goes on with what the one before ended with. */
const continuesElsewhere = (block: Block, line: Line, bodySize: number): boolean =>
  (block.kind === 'paragraph' || block.kind === 'item') &&
  Math.abs(line.size - block.size) < 0.08 * block.size &&
  !isHeadingSize(line.size, bodySize) &&
  !/[.!?:;]["”»)]?$/.test(block.lines.at(-1) ?? '') &&
  /^\p{Ll}/u.test(line.text) &&
  !listMarker.test(line.text);
