import type { ThreadLine } from '#core/knowledge.ts';
import { type QuestionTerm, questionTerms } from '#core/terms.ts';
import type { AnalysisLanguage } from '#core/words/analysis-language.ts';
import { type CompoundLanguage, compoundCandidates, splitCompound } from '../words/compound.ts';
import type { AskedQuestion, Expansion } from '../words/expand.ts';
import type { AskedWord } from './find-by-words.ts';
import { followUp } from './follow-up.ts';

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
  const synonyms = expand({ text: meant.question, terms, languages });
  return {
    words: [
      ...terms.flatMap(({ place, stems }) => stems.map((w) => ({ p: place, w }))),
      ...synonyms.flatMap(({ places, stems, weight }) =>
        places.flatMap((p) => stems.map((w) => ({ p, w, k: weight, s: true }))),
      ),
      ...(await partsOf(terms, languages, known)),
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
const partsOf = async (
  terms: readonly QuestionTerm[],
  languages: readonly AnalysisLanguage[],
  known: UnderstandDeps['known'],
): Promise<readonly AskedWord[]> => {
  const compounding = languages.filter(isCompounding);
  const candidates = compounding.flatMap((language) =>
    terms.flatMap(({ surface }) => compoundCandidates(surface, language)),
  );
  if (candidates.length === 0) return [];
  const stems = await known([...new Set(candidates)]);
  return terms.flatMap(({ place, surface }) =>
    compounding.flatMap((language) => {
      const parts = splitCompound(surface, (stem) => stems.has(stem), language) ?? [];
      return parts.map((w) => ({ p: place, w, k: ofParts / parts.length, s: true }));
    }),
  );
};
