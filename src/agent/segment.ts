/** A piece of a passage that is quoted whole: a sentence, a list with the line that introduces it, a table, code. */
export interface Unit {
  readonly kind: 'sentence' | 'list' | 'item' | 'table' | 'row' | 'code';
  readonly text: string;
  /** Units of one paragraph, list or table share a number. */
  readonly block: number;
  /** Units under the same heading share a number. */
  readonly section: number;
  readonly words: number;
  /** The heading above, as plain text. */
  readonly heading?: string;
  /** Head of the table that a row belongs to. */
  readonly header?: string;
}

/** Up to this many words a list or table is one unit; longer ones fall into items and rows. */
const wholeWords = 150;

const listItem = /^\s*(?:[-*+•]|\d{1,3}[.)])\s+\S/;
const heading = /^#{1,6}\s/;
const fence = /^\s*(```|~~~)/;
const rule = /^\s*(?:(?:-\s*){3,}|(?:\*\s*){3,}|(?:_\s*){3,}|={3,})$/;
const image = /!\[[^\]\n]{0,300}\]\([^)\s]{0,1000}\)/g;

/** Dots that end no sentence; tried on the last characters only. */
const abbreviation = /(?:^|[\s(])(?:e\.g|i\.e|etc|vs|no|nr|mr|mrs|ms|dr|st|approx|ca|min|max|z\.B|d\.h|bzw|\p{L})\.$/iu;
const sentenceEnd = /(?<![.!?…])[.!?…]+["'”’)\]]*\s+(?=\S)|[。！？]/gu;

/** Words, counted by gaps; scripts without gaps count about seven characters as one. */
export const countWords = (text: string): number => {
  let gaps = 0;
  for (let at = text.indexOf(' '); at >= 0; at = text.indexOf(' ', at + 1)) gaps += 1;
  return Math.max(gaps + 1, Math.ceil(text.length / 9));
};

const sentences = (paragraph: string): string[] => {
  const found: string[] = [];
  let start = 0;
  for (const match of paragraph.matchAll(sentenceEnd)) {
    const end = match.index + match[0].length;
    const upTo = paragraph.slice(start, end).trimEnd();
    const next = paragraph.charAt(end);
    if (
      upTo.endsWith('.') &&
      (abbreviation.test(upTo.slice(-12)) || (next !== next.toUpperCase() && next === next.toLowerCase()))
    ) {
      continue;
    }
    found.push(upTo);
    start = end;
  }
  const rest = paragraph.slice(start).trim();
  if (rest !== '') found.push(rest);
  return found;
};

type Kind = 'paragraph' | 'list' | 'table' | 'code';
interface Block {
  readonly kind: Kind;
  readonly lines: string[];
  readonly section: number;
  readonly heading: string | undefined;
}

const kindOf = (line: string): Kind => {
  if (listItem.test(line)) return 'list';
  return line.trimStart().startsWith('|') ? 'table' : 'paragraph';
};

/** Does `line` go on with what `block` began? `afterBlank`: an empty line lies between them. */
const continues = (block: Block, line: string, afterBlank: boolean): boolean => {
  if (block.kind === 'list')
    return listItem.test(line) || /^\s{2,}\S/.test(line) || (!afterBlank && kindOf(line) !== 'table');
  return !afterBlank && kindOf(line) === block.kind;
};

const blocksOf = (text: string): Block[] => {
  const blocks: Block[] = [];
  let section = 0;
  let title: string | undefined;
  let afterBlank = true;
  let open: Block | undefined;
  let fencedBy: string | undefined;
  for (const line of text.replaceAll('\r', '').split('\n')) {
    if (fencedBy !== undefined) {
      open?.lines.push(line);
      if (line.trim().startsWith(fencedBy)) {
        fencedBy = undefined;
        open = undefined;
      }
      continue;
    }
    const mark = fence.exec(line)?.[1];
    if (mark !== undefined) {
      fencedBy = mark;
      open = { kind: 'code', lines: [line], section, heading: title };
      blocks.push(open);
    } else if (line.trim() === '') {
      afterBlank = true;
      continue;
    } else if (heading.test(line)) {
      section += 1;
      title = line
        .replace(heading, '')
        .replace(/\s#+\s*$/, '')
        .replaceAll('*', '')
        .trim();
      open = undefined;
    } else if (rule.test(line)) {
      open = undefined;
    } else if (open !== undefined && continues(open, line, afterBlank)) {
      open.lines.push(line);
    } else {
      open = { kind: kindOf(line), lines: [line], section, heading: title };
      blocks.push(open);
    }
    afterBlank = false;
  }
  if (fencedBy !== undefined) open?.lines.push(fencedBy);
  return blocks;
};

/** Items of a list with the lines that belong to each. */
const itemsOf = (lines: readonly string[]): string[] => {
  const items: string[][] = [];
  for (const line of lines) {
    const last = items.at(-1);
    if (last === undefined || /^(?:[-*+•]|\d{1,3}[.)])\s/.test(line)) items.push([line]);
    else last.push(line);
  }
  return items.map((item) => item.join('\n'));
};

/** Cuts a passage, Markdown or plain text, into what may be quoted whole. Rules and images are left out, headings stay with their units. */
export const segment = (text: string): Unit[] => {
  const units: Unit[] = [];
  blocksOf(text).forEach((block, at) => {
    const { kind, section, heading: above } = block;
    const lines = block.lines.map((line) => (line.includes('](') ? line.replace(image, '') : line));
    const push = (unitKind: Unit['kind'], unitText: string, header?: string): void => {
      if (unitText.trim() === '') return;
      const words = countWords(unitText);
      units.push({
        kind: unitKind,
        text: unitText.trimEnd(),
        block: at,
        section,
        words,
        ...(above ? { heading: above } : {}),
        ...(header === undefined ? {} : { header }),
      });
    };
    if (kind === 'paragraph') {
      const paragraph = lines.map((line) => line.replace(/^\s*>\s?/, '').trim()).join(' ');
      for (const sentence of sentences(paragraph.trim())) push('sentence', sentence);
      return;
    }
    const whole = lines.join('\n').trimEnd();
    const small = countWords(whole) <= wholeWords;
    const lead = units.at(-1);
    if (
      lead?.kind === 'sentence' &&
      lead.section === section &&
      lead.text.endsWith(':') &&
      (small || kind === 'code')
    ) {
      units.pop();
      push(kind, `${lead.text}\n\n${whole}`);
    } else if (small || kind === 'code') {
      push(kind, whole);
    } else if (kind === 'list') {
      for (const item of itemsOf(lines)) push('item', item);
    } else {
      const [head = '', separator = '', ...rows] = lines;
      for (const row of rows) push('row', row, `${head}\n${separator}`);
    }
  });
  return units;
};
