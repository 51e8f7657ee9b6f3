import { stem } from '#core/stem.ts';
import { type QuestionTerm, questionWords } from '#core/terms.ts';
import type { AnalysisLanguage } from '#core/words/analysis-language.ts';
import type { AskedWord } from './find-by-words.ts';

/** What a word counts for that stands written together or apart in the corpus, against 1 for the word itself. */
const ofSameLetters = 0.9;
/** Letters of the shortest joined word, of the shortest part of one, and of the longest that is worth taking apart. */
const shortestJoined = 5;
const shortestPart = 3;
const longestJoined = 30;

/** A way to write what was asked, and the places it stands for. */
interface Spelling {
  readonly places: readonly number[];
  /** Stems of each of its words, one per language. */
  readonly words: readonly (readonly string[])[];
}

/** Other words that a question's words may stand for, once it is known which of them the corpus has. */
export interface Candidates {
  /** Stems to look up. */
  readonly stems: readonly string[];
  readonly words: (isKnown: (stem: string) => boolean) => readonly AskedWord[];
}

/**
 * Words that the corpus writes together and the question apart (`pass word`, `set up`), or the other way round, where a word of the
 * question is known in no language: half the typing errors are a space.
 */
export const writtenApart = (
  question: string,
  terms: readonly QuestionTerm[],
  languages: readonly AnalysisLanguage[],
): Candidates => {
  const stemsOf = (word: string) => [...new Set(languages.map((language) => stem(word, language)))];
  const placed = new Set(terms.map(({ place }) => place));
  const words = questionWords(question);
  const together = words.flatMap((word, at): Spelling[] => {
    const next = words[at + 1] ?? '';
    const places = [at, at + 1].filter((place) => placed.has(place));
    const isWorthIt = word.length > 1 && next.length > 1 && word.length + next.length >= shortestJoined;
    return isWorthIt && places.length > 0 ? [{ places, words: [stemsOf(word + next)] }] : [];
  });
  const apart = terms
    .map((term) => ({ term, spellings: cuts(term.surface).map((parts) => parts.map(stemsOf)) }))
    .filter(({ spellings }) => spellings.length > 0);
  return {
    stems: [
      ...together.flatMap((spelling) => spelling.words.flat()),
      ...apart.flatMap(({ term, spellings }) => [...term.stems, ...spellings.flat(2)]),
    ],
    words: (isKnown) => {
      const split = apart.flatMap(({ term, spellings }): Spelling[] => {
        if (term.stems.some(isKnown)) return [];
        const parts = spellings.find((spelling) => spelling.every((stems) => stems.some(isKnown)));
        return parts === undefined ? [] : [{ places: [term.place], words: parts }];
      });
      return [...together, ...split].flatMap(({ places, words: spelt }) => {
        const k = ofSameLetters / Math.max(spelt.length, places.length);
        const there = spelt.flat().filter(isKnown);
        return there.flatMap((w) => places.map((p) => ({ p, w, k, s: true })));
      });
    },
  };
};

/** Every way to take a word apart in two. */
const cuts = (word: string): readonly (readonly [string, string])[] =>
  word.length > 2 * shortestPart && word.length <= longestJoined && /^\p{L}+$/u.test(word)
    ? Array.from({ length: word.length - 2 * shortestPart + 1 }, (_, i) => [
        word.slice(0, i + shortestPart),
        word.slice(i + shortestPart),
      ])
    : [];
