import type { AnalysisLanguage, KnownLanguage } from './words/analysis-language.ts';
import { porter2 } from './words/porter2.ts';
import { snowball } from './words/snowball.ts';

/** Stems that are remembered per language: the same few thousand words come again and again. */
const remembered = 20_000;

/** A longer run of letters is no word. */
const longest = 64;

const accents = /\p{M}+/gu;

const remember = (stemmer: (word: string) => string): ((word: string) => string) => {
  const stems = new Map<string, string>();
  return (word) => {
    const before = stems.get(word);
    if (before !== undefined) return before;
    if (word.length <= 2 || word.length > longest || !/^[a-z]+$/.test(word)) return word;
    const found = stemmer(word).normalize('NFD').replace(accents, '') || word;
    if (stems.size >= remembered) stems.clear();
    stems.set(word, found);
    return found;
  };
};

const stemmers: Readonly<Record<KnownLanguage, (word: string) => string>> = {
  en: remember(porter2),
  de: remember(snowball.de),
  fr: remember(snowball.fr),
  es: remember(snowball.es),
  it: remember(snowball.it),
  nl: remember(snowball.nl),
  pt: remember(snowball.pt),
};

/**
 * The stem of one word as `fold` gives it: lower case, no accents. Anything but plain Latin letters, and every word in `simple`, is
 * its own stem. Documents, questions and the sentences that are quoted all pass here, so that a word means the same everywhere.
 */
export const stem = (word: string, language: AnalysisLanguage = 'en'): string =>
  language === 'simple' ? word : stemmers[language](word);
