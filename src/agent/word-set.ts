import { fold, mentions } from '#core/terms.ts';

/** A set of words is bits of one number, so there are no more than these. */
export const maxWords = 31;

/** A set of the question's words, as bits in the order of the terms. */
export type Words = number;

/** The terms that a text mentions. */
export const wordsIn = (text: string, terms: readonly string[]): Words => {
  const folded = fold(text);
  let words = 0;
  for (let at = 0; at < terms.length; at += 1) if (mentions(folded, terms[at] ?? '')) words |= 1 << at;
  return words;
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
