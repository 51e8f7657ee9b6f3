import { fold, mentions } from '#core/terms.ts';
import type { AnalysisLanguage } from '#core/words/analysis-language.ts';

/** A set of words is bits of one number, so there are no more than these. */
export const maxWords = 31;

/** A set of the question's words, as bits in the order of the terms. */
export type Words = number;

/** A word of the question: the stems that count for it, in whatever language they are. */
export type Term = readonly string[];

/** What no text has: keeps texts apart that are folded together. */
const between = '\0';

/**
 * The terms that each of the texts has, by any of their stems. What all of them together lack is not looked for in each: this runs for
 * every sentence of every answer.
 */
export const wordsIn = (
  texts: readonly string[],
  terms: readonly Term[],
  language: AnalysisLanguage,
): readonly Words[] => {
  const all = fold(texts.map((text) => text.replaceAll(between, ' ')).join(between));
  const present = terms.slice(0, maxWords).flatMap((stems, at) => {
    const found = stems.filter((stem) => mentions(all, stem, language));
    return found.length === 0 ? [] : [{ bit: 1 << at, stems: found }];
  });
  return all.split(between).map((folded) => {
    let words = 0;
    for (const { bit, stems } of present) if (stems.some((stem) => mentions(folded, stem, language))) words |= bit;
    return words;
  });
};

export const count = (words: Words): number => {
  let bits = 0;
  for (let left = words; left !== 0; left &= left - 1) bits += 1;
  return bits;
};

/** Sum of the weights of the words. */
export const worth = (words: Words, weights: readonly number[]): number => {
  let sum = 0;
  for (let left = words, at = 0; left !== 0; left >>>= 1, at += 1) if (left & 1) sum += weights[at] ?? 0;
  return sum;
};
