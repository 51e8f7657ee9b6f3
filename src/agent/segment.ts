import { type Block, blocksOf, itemsOf } from './blocks.ts';
import { balancedStart, sentences } from './sentences.ts';

/** A piece of a passage that is quoted whole: a sentence, a list with the line that introduces it, a table, code. */
export interface Unit {
  readonly kind: 'sentence' | 'list' | 'item' | 'table' | 'row' | 'code';
  readonly text: string;
  /** Units of one paragraph, list or table share a number. */
  readonly block: number;
  /** Units under the same heading share a number. */
  readonly section: number;
  /** In its text, and in its lead-in where it is whole. */
  readonly words: number;
  /** The heading above, as plain text. */
  readonly heading?: string;
  /** Head of the table that a row belongs to. */
  readonly header?: string;
  /** The line that introduces the list, table or code that this is, or that an item or row belongs to. */
  readonly lead?: string;
}

/** Up to this many words a list or table is one unit; longer ones fall into items and rows. Half of a list of steps is of no use. */
const wholeWords = 150;
const wholeSteps = 200;
/** No unit is longer; what is, ends in an ellipsis. */
const longestUnit = 200;
/** Longest line that is kept with a list or table as its lead-in, and longest head of a table that its rows repeat, in words. */
const longestLead = 60;
/** Letters that count as a word at least, in scripts and texts without gaps. */
const lettersPerWord = 9;

const image = /!\[[^\]\n]{0,300}\]\([^)\s]{0,1000}(?:\s"[^"\n]{0,200}")?\)/g;
const hardBreak = /(?: {2,}|\\|<br\s*\/?>)$/i;
const endInside = /[.!?…]["'”’)\]*]*(?=\s)|[。！？]/gu;
const tableRule = /^[\s|:-]+$/;
const definition = /^\s{0,3}:\s+\S/;
export const isOrdered = (text: string): boolean => /^\s*1[.)]\s/m.test(text);

/** Words, counted by gaps; scripts without gaps count about seven characters as one. */
export const countWords = (text: string): number => {
  let gaps = 0;
  for (let at = text.indexOf(' '); at >= 0; at = text.indexOf(' ', at + 1)) gaps += 1;
  return Math.max(gaps + 1, Math.ceil(text.length / lettersPerWord));
};

/** Where a text has had so many words, counted as `countWords` does. */
const endOfWords = (text: string, most: number): number => {
  let at = -1;
  for (let words = 0; words < most; words += 1) {
    at = text.indexOf(' ', at + 1);
    if (at < 0) break;
  }
  return Math.min(at < 0 ? text.length : at, most * lettersPerWord);
};

/** A text of at most so many words, cut at the end of a sentence or else of a word, with an ellipsis. Emphasis and links stay whole. */
const shorten = (text: string, most: number): string => {
  if (countWords(text) <= most) return text;
  const head = text.slice(0, endOfWords(text, most - 1));
  const end = [...head.matchAll(endInside)].map(({ index, 0: { length } }) => index + length).at(-1) ?? 0;
  const atWord = head.replace(/\s\S*$/u, '').replace(/[\ud800-\udbff]$/u, '');
  const kept = balancedStart(end > head.length / 2 ? head.slice(0, end) : atWord).trimEnd();
  return `${kept === '' ? atWord.replace(/[*_`~[\]()]/g, '') : kept} …`;
};

/** Code of at most so many words, cut after a line, its fence closed again. */
const shortenCode = (lines: readonly string[], most: number): string => {
  const whole = lines.join('\n');
  if (countWords(whole) <= most) return whole;
  const kept: string[] = [];
  for (let words = 0, at = 0; at < lines.length - 1; at += 1) {
    words += countWords(lines[at] ?? '');
    if (words > most) break;
    kept.push(lines[at] ?? '');
  }
  return kept.length < 2 ? '' : [...kept, lines.at(-1) ?? '', '', '…'].join('\n');
};

/** The paragraph as one line, or nothing where its lines must stay apart: an address, a term with its definition. */
const asOneLine = (lines: readonly string[]): string | undefined => {
  const isKept =
    lines.slice(0, -1).some((line) => hardBreak.test(line)) || lines.slice(1).some((line) => definition.test(line));
  return isKept
    ? undefined
    : lines
        .map((line) => line.trim())
        .join(' ')
        .trim();
};

const unitsOf = ({ kind, section, heading, lines: raw }: Block, block: number, lead: string | undefined): Unit[] => {
  const lines = raw.map((line) => (line.includes('](') ? line.replace(image, '') : line));
  const unit = (unitKind: Unit['kind'], text: string, more: Partial<Unit> = {}): Unit[] => {
    const short = unitKind === 'code' ? text : shorten(text.trimEnd(), longestUnit);
    if (short.trim() === '') return [];
    const head = heading ? { heading } : {};
    const isPart = unitKind === 'item' || unitKind === 'row';
    const words = countWords(short) + (isPart || more.lead === undefined ? 0 : countWords(more.lead));
    return [{ kind: unitKind, text: short, block, section, words, ...head, ...more }];
  };
  if (kind === 'paragraph') {
    const line = asOneLine(lines);
    if (line === undefined) return unit('list', lines.join('\n'));
    return sentences(line).flatMap((sentence) => unit('sentence', sentence));
  }
  const led = lead === undefined ? {} : { lead };
  if (kind === 'code') {
    const code = shortenCode(lines, wholeWords);
    return code === '' ? [] : unit('code', code, led);
  }
  const whole = lines.join('\n').trimEnd();
  const isSmall = countWords(whole) <= (kind === 'list' && isOrdered(whole) ? wholeSteps : wholeWords);
  if (isSmall) return unit(kind, whole, led);
  if (kind === 'list') return itemsOf(lines).flatMap((item) => unit('item', item, led));
  const [head = '', separator = '', ...rows] = lines;
  const isHead = tableRule.test(separator) && countWords(head) <= longestLead;
  if (!isHead) return lines.flatMap((row) => (tableRule.test(row) ? [] : unit('row', row, led)));
  return rows.flatMap((row) => unit('row', row, { header: `${head}\n${separator}`, ...led }));
};

/**
 * Cuts a passage, Markdown or plain text, into what may be quoted whole, none of it longer than some 200 words. Rules and images are
 * left out, marks of quotations too; headings stay with their units.
 */
export const segment = (text: string): Unit[] => {
  const units: Unit[] = [];
  for (const [at, block] of blocksOf(text).entries()) {
    const before = units.at(-1);
    const introduces =
      block.kind !== 'paragraph' &&
      before?.kind === 'sentence' &&
      before.section === block.section &&
      before.text.endsWith(':') &&
      before.words <= longestLead;
    const made = unitsOf(block, at, introduces ? before.text : undefined);
    if (introduces && made.length > 0) units.pop();
    units.push(...made);
  }
  return units;
};
