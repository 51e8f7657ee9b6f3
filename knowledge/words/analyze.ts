import { normalise, stemsOf, subjectTerms } from '#core/terms.ts';

/** Longest text that is worth analysing as a question, in UTF-16 code units. */
const longestQuestion = 8_000;

/** A chunk's Markdown as stems; link targets say nothing about the topic and are left out. */
export const markdownStems = (markdown: string): string[] =>
  stemsOf(normalise(markdown.replace(/\]\([^)\s]*\)/g, '] ')));

/** What a customer asks about, as stems; of a very long message the beginning. */
export const questionStems = (text: string): string[] => subjectTerms(text.slice(0, longestQuestion));
