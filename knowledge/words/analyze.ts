import { normalise, stemsOf, subjectTerms } from '#core/terms.ts';
import type { AnalysisLanguage } from '#core/words/analysis-language.ts';

/** A chunk's Markdown as stems; link targets say nothing about the topic and are left out. */
export const markdownStems = (markdown: string, language: AnalysisLanguage = 'en'): string[] =>
  stemsOf(normalise(markdown.replace(/\]\([^)\s]*\)/g, '] ')), language);

/** What a customer asks about, as English stems. */
export const questionStems = (text: string): string[] => subjectTerms(text);
