import type { Passage } from '#core/knowledge.ts';
import type { Citation } from '#core/message.ts';

/** A text whose every `[n]` points to `citations[n - 1]`. */
export interface Cited {
  readonly text: string;
  readonly citations: readonly Citation[];
}

/**
 * What may hold or be a mark, in the order it is tried: a fenced block, a code span (both stay as they are), then marks:
 * `[1]`, `[1, 2]`, footnote style `[^1]`, `【1†…】`. A link target that a model hangs on a mark is dropped with it, because
 * where a citation leads is ours to say.
 */
const tokens =
  /(?<code>(?:^|\n)(?<fence>```|~~~)[\s\S]*?(?:\n\k<fence>[^\n]*|$)|`[^`\n]+`)|(?<gap>(?<![ \t])[ \t]*)(?:\[\^?(?<plain>\d+(?:\s*[,;]\s*\^?\d+)*)\](?:\([^()\s]*\))?|【(?<wide>\d+)[^】\n]{0,80}】)/g;

/** A mark inside of what looks like one (`[12[1]]`): what is left when it goes must not become a mark. */
const insideMark = /[[【]\^?[\d,;\s]*$/;
const zeroWidthSpace = '\u200b';

/** No mark is longer, so an unfinished one is looked for only in this many last characters. */
const longestMark = 300;

/** The end of an unfinished text that the next characters may still turn into a mark, or into part of one. */
const unsettled = /(?:`[^`\n]*|[ \t]*(?:\[[\^\d,;\s]*|【[^】\n]*|(?:\[[\^\d,;\s]+\])(?:\([^()\s]*)?)?|\s+)$/;

export const toCitation = (n: number, passage: Passage): Citation => ({
  n,
  documentId: passage.documentId,
  title: passage.title,
  ...(passage.url === undefined ? {} : { url: passage.url }),
  text: passage.text,
});

const identity = (passage: Passage): string => `${passage.documentId}\n${passage.text}`;

/**
 * Keeps the marks that point to `passages` (`[n]` means `passages[n - 1]`), renumbers them 1, 2, 3… in order of first use,
 * removes all others, and lists what is cited. Two passages with the same text of the same document are one source.
 * No citations in the result means: nothing here is supported, so it is not an answer.
 */
export const cite = (markdown: string, passages: readonly Passage[]): Cited => {
  const numbers = new Map<string, number>();
  const citations: Citation[] = [];
  const numberOf = (passage: Passage): number => {
    const key = identity(passage);
    const known = numbers.get(key);
    if (known !== undefined) return known;
    const n = citations.length + 1;
    numbers.set(key, n);
    citations.push(toCitation(n, passage));
    return n;
  };
  const text = markdown.replace(tokens, (match, ...rest) => {
    const { code, gap, plain, wide } = rest.at(-1) as Record<string, string | undefined>;
    if (code !== undefined) return match;
    const offset = rest.at(-3) as number;
    const marks = (plain ?? wide ?? '')
      .split(/[,;]/)
      .map((digits) => passages[Number(digits.replace('^', '')) - 1])
      .filter((passage) => passage !== undefined)
      .map((passage) => `[${numberOf(passage)}]`);
    if (marks.length === 0)
      return insideMark.test(markdown.slice(Math.max(0, offset - 40), offset)) ? zeroWidthSpace : '';
    return `${gap ?? ''}${[...new Set(marks)].join('')}`;
  });
  return { text: text.trim(), citations };
};

/** The part of a text still being written whose citation marks are final: what may be shown while it streams. */
export const settled = (textSoFar: string): string => {
  const head = Math.max(0, textSoFar.length - longestMark);
  return textSoFar.slice(0, head) + textSoFar.slice(head).replace(unsettled, '');
};

/** Takes the meaning from `[3]` in a text that is quoted: it would read as a mark of ours. Code stays as it is. */
export const withoutMarks = (markdown: string): string =>
  markdown.replace(tokens, (match, ...rest) => {
    const { code, gap, plain, wide } = rest.at(-1) as Record<string, string | undefined>;
    return code === undefined ? `${gap ?? ''}(${plain ?? wide ?? ''})` : match;
  });
