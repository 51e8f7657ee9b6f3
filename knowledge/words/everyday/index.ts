import { fold } from '#core/terms.ts';
import type { KnownLanguage } from '#core/words/analysis-language.ts';
import { equalPhrases, mayMean, type SynonymRule } from '../synonyms.ts';
import { de } from './de.ts';
import { en } from './en.ts';
import { es } from './es.ts';
import type { Everyday } from './everyday.ts';
import { fr } from './fr.ts';
import { it } from './it.ts';
import { nl } from './nl.ts';
import { pt } from './pt.ts';

const everyday: Readonly<Record<KnownLanguage, Everyday>> = { en, de, fr, es, it, nl, pt };

/** What a form of the same word counts for against the word itself. */
const ofForm = 0.9;

const linesOf = (text: string): readonly string[] =>
  text
    .split(/[\n;]/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
const phrasesOf = (line: string): readonly string[] => line.split(',').map((phrase) => phrase.trim());

const entries = Object.entries(everyday) as [KnownLanguage, Everyday][];

/** What customers everywhere call differently, in their own language. */
export const everydayRules: readonly SynonymRule[] = entries.flatMap(([language, { same, means, families }]) => [
  ...linesOf(same).flatMap((line) => equalPhrases(phrasesOf(line), language)),
  ...linesOf(means).map((line) => {
    const [said = '', meant = ''] = line.split('>');
    return mayMean(said.trim(), phrasesOf(meant), language);
  }),
  ...linesOf(families).flatMap((line) => equalPhrases([...new Set(line.split(/\s+/).map(fold))], language, ofForm)),
]);

const circumstances = new Map(
  entries.map(([language, words]) => [language, new Set(words.circumstances.trim().split(/\s+/).map(fold))]),
);

/** Is a folded word one of circumstances in one of these languages: who, when, how it felt? Its absence from a corpus says nothing. */
export const isCircumstance = (word: string, languages: readonly string[]): boolean =>
  languages.some((language) => circumstances.get(language as KnownLanguage)?.has(word) === true);
