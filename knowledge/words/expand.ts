import { detectLanguage } from '#core/language.ts';
import { stem } from '#core/stem.ts';
import { type QuestionTerm, questionWords, stemsOf } from '#core/terms.ts';
import type { AnalysisLanguage } from '#core/words/analysis-language.ts';
import type { SynonymRule } from './synonyms.ts';

/** A word that was not said but may be meant. */
export interface Expansion {
  /** `place` of the question's terms that it stands for: one that is known makes all of them known. */
  readonly places: readonly number[];
  /** The word as the list of synonyms has it, normalised. */
  readonly surface: string;
  /** How documents may have it indexed, each once. */
  readonly stems: readonly string[];
  /** What it counts for against 1 for the word itself; the words of a phrase share it. */
  readonly weight: number;
}

/** A question and how `questionTerms` took it. */
export interface AskedQuestion {
  readonly text: string;
  readonly terms: readonly QuestionTerm[];
  /** Those that the documents are analysed in. */
  readonly languages: readonly AnalysisLanguage[];
}

/** What a synonym counts for against the word itself. */
const ofSynonym = 0.7;
/** A question gets no more words than these. */
const maxExpansions = 40;

/**
 * Finds what the words of a question may stand for. Phrases are found among all its words, stop words included ("sign in"), in any
 * inflection. Words that the question has already are left out. Pure.
 */
export const createExpand = (rules: readonly SynonymRule[]): ((asked: AskedQuestion) => readonly Expansion[]) => {
  // By language and the stem of the first word, so that a long list costs no more than a short one.
  const byStart = new Map<string, SynonymRule[]>();
  const startsWith = (word: string, language: AnalysisLanguage): readonly SynonymRule[] => {
    const key = `${language} ${stem(word, language)}`;
    return byStart.get(key) ?? [];
  };
  for (const rule of rules) {
    const [first = ''] = rule.from;
    for (const language of rule.language === undefined ? everyLanguage : [rule.language]) {
      const key = `${language} ${stem(first, language)}`;
      const same = byStart.get(key);
      if (same) same.push(rule);
      else byStart.set(key, [rule]);
    }
  }
  return ({ text, terms, languages }) => {
    if (byStart.size === 0 || terms.length === 0) return [];
    const words = questionWords(text);
    const spoken = detectLanguage(text);
    const said = new Set(terms.flatMap(({ stems }) => stems));
    const found = new Map<string, Expansion>();
    const add = ({ to, weight: whole = ofSynonym }: SynonymRule, places: readonly number[]): void => {
      for (const phrase of to) {
        const telling = phrase
          .map((surface) => ({ surface, stems: unique(languages.flatMap((language) => stemsOf(surface, language))) }))
          .filter(({ stems }) => stems.length > 0);
        for (const { surface, stems } of telling) {
          if (stems.some((one) => said.has(one))) continue;
          const key = `${places.join()} ${surface}`;
          const weight = whole / telling.length;
          if ((found.get(key)?.weight ?? 0) < weight) found.set(key, { places, surface, stems, weight });
        }
      }
    };
    const matching = unique([...languages, ...(spoken === undefined ? [] : [spoken])]);
    for (const [at, word] of words.entries()) {
      for (const language of matching) {
        for (const rule of startsWith(word, language)) {
          if (rule.language !== undefined && spoken !== undefined && rule.language !== spoken) continue;
          const isHere = rule.from.every((one, i) => stem(one, language) === stem(words[at + i] ?? '', language));
          const places = terms.flatMap(({ place }) => (place >= at && place < at + rule.from.length ? [place] : []));
          if (isHere && places.length > 0) add(rule, places);
        }
      }
    }
    return [...found.values()].slice(0, maxExpansions);
  };
};

const everyLanguage: readonly AnalysisLanguage[] = ['en', 'de', 'fr', 'es', 'it', 'nl', 'pt', 'simple'];

const unique = <T>(all: readonly T[]): readonly T[] => [...new Set(all)];
