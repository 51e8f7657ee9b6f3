import type { ThreadLine } from '#core/knowledge.ts';
import { detectLanguage } from '#core/language.ts';
import { type QuestionTerm, questionTerms } from '#core/terms.ts';
import type { AnalysisLanguage } from '#core/words/analysis-language.ts';
import { type CompoundLanguage, compoundCandidates, splitCompound } from '../words/compound.ts';
import { isCircumstance } from '../words/everyday/index.ts';
import type { AskedQuestion, Expansion } from '../words/expand.ts';
import type { AskedWord } from './find-by-words.ts';
import { followUp } from './follow-up.ts';
import { type Candidates, writtenApart } from './written-apart.ts';

/** A question as the legs of the search take it. */
export interface Understood {
  /** For the search by words. */
  readonly words: readonly AskedWord[];
  /** With what it means from the thread, for models that read texts. */
  readonly text: string;
}

export interface UnderstandDeps {
  readonly expand: (asked: AskedQuestion) => readonly Expansion[];
  /** Which of these stems the corpus has. */
  readonly known: (stems: readonly string[]) => Promise<ReadonlySet<string>>;
}

/** Places of context words: behind those of any question. */
const contextPlaces = 100_000;
/** What the parts of a compound count for, together, against 1 for the word itself. */
const ofParts = 0.9;
/** What a word of circumstances counts for: who, when, how it felt. */
const ofCircumstance = 0.5;

/**
 * Reads a question in the languages that the corpus has: what it asks for and what it means from the conversation, its words with their
 * stems in each language, with synonyms, and the parts of words that are put together.
 */
export const understand = async (
  { expand, known }: UnderstandDeps,
  question: string,
  {
    thread,
    locale,
    languages,
  }: {
    readonly thread: readonly ThreadLine[];
    readonly locale?: string | undefined;
    readonly languages: readonly AnalysisLanguage[];
  },
): Promise<Understood> => {
  const meant = followUp(question, thread, locale === undefined ? {} : { locale });
  const terms = questionTerms(meant.question, languages);
  const spoken = detectLanguage(meant.question);
  const isAside = ({ surface }: QuestionTerm) => isCircumstance(surface, spoken === undefined ? languages : [spoken]);
  const candidates = [partsOf(terms, languages), writtenApart(meant.question, terms, languages)];
  const lookUp = [...new Set(candidates.flatMap(({ stems }) => stems))];
  const there = lookUp.length === 0 ? new Set<string>() : await known(lookUp);
  const synonyms = expand({ text: meant.question, terms, languages });
  return {
    words: [
      ...terms.flatMap((term) =>
        term.stems.map((w) => ({ p: term.place, w, ...(isAside(term) ? { k: ofCircumstance, c: true } : {}) })),
      ),
      ...synonyms.flatMap(({ places, stems, weight }) =>
        places.flatMap((p) => stems.map((w) => ({ p, w, k: weight, s: true }))),
      ),
      ...candidates.flatMap(({ words }) => words((stem) => there.has(stem))),
      ...meant.context.flatMap(({ text, weight }, at) =>
        questionTerms(text, languages).flatMap(({ stems }) =>
          stems.map((w) => ({ p: contextPlaces + at, w, k: weight, c: true })),
        ),
      ),
    ],
    text: meant.standalone,
  };
};

const isCompounding = (language: AnalysisLanguage): language is CompoundLanguage =>
  language === 'de' || language === 'nl';

/** The parts of compounds that the corpus has by themselves: `Versandkosten` is about `Versand` and `Kosten`. */
const partsOf = (terms: readonly QuestionTerm[], languages: readonly AnalysisLanguage[]): Candidates => {
  const compounding = languages.filter(isCompounding);
  return {
    stems: compounding.flatMap((language) => terms.flatMap(({ surface }) => compoundCandidates(surface, language))),
    words: (isKnown) =>
      terms.flatMap(({ place, surface }) =>
        compounding.flatMap((language) => {
          const parts = splitCompound(surface, isKnown, language) ?? [];
          return parts.map((w) => ({ p: place, w, k: ofParts / parts.length, s: true }));
        }),
      ),
  };
};
