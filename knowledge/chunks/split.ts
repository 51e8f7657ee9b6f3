import type { Block } from './blocks.ts';
import { approximateTokens, tokenWeight } from './tokens.ts';

/** A sentence up to this size, in tokens, is repeated at the start of the next piece of a cut paragraph. */
const overlapTokens = 40;

/** Where a sentence ends; its trailing white space belongs to it. East Asian marks need none. */
const sentenceEnd = /(?<=[.!?…]["')\]]?\s)(?=\S)|(?<=[。！？])|(?<=\n)/u;

/**
 * Pieces of a block that is too long, each at most `max` approximate tokens: tables between rows (the header repeated), code between
 * lines (each piece fenced), lists between items, text between sentences. What is still too long is cut between words,
 * and a word without end anywhere. `lead` is what introduces the block; it goes with the first piece.
 */
export const splitBlock = (block: Block, max: number, lead?: string): string[] => {
  if (lead !== undefined) {
    const [first = '', ...rest] = splitBlock(block, max - approximateTokens(lead) - 1);
    return [`${lead}\n\n${first}`, ...rest];
  }
  if (block.kind === 'table') return splitTable(block.text, max);
  if (block.kind === 'code') return splitCode(block.text, max);
  if (block.kind === 'list') return pieces(numbered(items(block.text)), max);
  return pieces(block.text.split(sentenceEnd), max, { overlap: overlapTokens });
};

const splitTable = (text: string, max: number): string[] => {
  const rows = text.split(/(?<=\n)/);
  const header = rows.slice(0, 2).join('');
  if (tokenWeight(header) > max / 4) return pieces(rows, max);
  return pieces(rows.slice(2), max, { before: header });
};

const splitCode = (text: string, max: number): string[] => {
  const lines = text.split(/(?<=\n)/);
  const opening = /^\s*(`{3,}|~{3,})/.exec(lines[0] ?? '');
  if (!opening || tokenWeight(lines[0] ?? '') > max / 4) return pieces(lines, max);
  const closing = opening[1] ?? '```';
  const isClosed = lines.length > 1 && lines.at(-1)?.trim() === closing;
  const body = lines.slice(1, isClosed ? -1 : undefined);
  return pieces(body, max, { before: lines[0] ?? '', after: `\n${closing}` });
};

/** A list's outermost items, each with what is nested in it. */
const items = (text: string): string[] => {
  const indent = /^\s*/.exec(text)?.[0].length ?? 0;
  const found: string[] = [];
  for (const line of text.split(/(?<=\n)/)) {
    const marker = /^(\s*)(?:[-*+]|\d{1,9}[.)])\s/.exec(line);
    const starts = found.length === 0 || (marker !== null && (marker[1]?.length ?? 0) <= indent);
    if (starts) found.push(line);
    else found[found.length - 1] += line;
  }
  return found;
};

/** Items with the numbers that a reader sees: Markdown counts by itself where each item says `1.`, and a piece must not begin anew. */
const numbered = (parts: readonly string[]): readonly string[] => {
  const numbers = parts.map((part) => /^\s*(\d{1,9})[.)]\s/.exec(part)?.[1]);
  const [first, second] = numbers;
  if (first === undefined || first !== second || numbers.includes(undefined)) return parts;
  return parts.map((part, i) => part.replace(/^(\s*)\d+/, `$1${Number(first) + i}`));
};

interface Frame {
  readonly before?: string;
  readonly after?: string;
  readonly overlap?: number;
}

/** Packs `parts` (which joined give the text) into as few pieces as fit. */
const pieces = (
  parts: readonly string[],
  max: number,
  { before = '', after = '', overlap = 0 }: Frame = {},
): string[] => {
  const room = max - tokenWeight(before) - tokenWeight(after);
  const found: string[] = [];
  let open: string[] = [];
  let tokens = 0;
  const close = () => {
    const text = open.join('').trimEnd();
    if (text.trim() !== '') found.push(`${before}${text}${after}`);
  };
  for (const part of parts.flatMap((whole) => cut(whole, room))) {
    const partTokens = tokenWeight(part);
    if (open.length > 0 && tokens + partTokens > room) {
      close();
      const last = open.at(-1) ?? '';
      const lastTokens = tokenWeight(last);
      const repeats = overlap > 0 && lastTokens <= overlap && lastTokens + partTokens <= room;
      open = repeats ? [last] : [];
      tokens = repeats ? lastTokens : 0;
    }
    open.push(part);
    tokens += partTokens;
  }
  close();
  return found;
};

/** `text` in parts of at most `room` tokens: whole when it fits, else between words, else anywhere but inside a character. */
const cut = (text: string, room: number): string[] => {
  if (tokenWeight(text) <= room) return [text];
  const found: string[] = [];
  let open = '';
  let tokens = 0;
  for (const word of text.split(/(?<=\s)(?=\S)/)) {
    const wordTokens = tokenWeight(word);
    if (open !== '' && tokens + wordTokens > room) {
      found.push(open);
      open = '';
      tokens = 0;
    }
    if (wordTokens > room) found.push(...slices(word, Math.floor(room)));
    else {
      open += word;
      tokens += wordTokens;
    }
  }
  if (open !== '') found.push(open);
  return found;
};

const slices = (word: string, length: number): string[] => {
  const found: string[] = [];
  for (let at = 0; at < word.length; ) {
    let end = Math.min(at + length, word.length);
    const isHighSurrogate = /[\ud800-\udbff]/.test(word[end - 1] ?? '');
    if (isHighSurrogate && end < word.length && end - at > 1) end -= 1;
    found.push(word.slice(at, end));
    at = end;
  }
  return found;
};
