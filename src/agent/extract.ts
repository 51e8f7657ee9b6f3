import type { Passage, QueryTerm } from '#core/knowledge.ts';
import { normalise, questionTerms } from '#core/terms.ts';
import { type AnalysisLanguage, analysisLanguage } from '#core/words/analysis-language.ts';
import { type Candidate, localWeights, type Query, toCandidates, toQuery } from './candidate.ts';
import { type Cited, toCitation } from './cite.ts';
import { fill } from './fill.ts';
import { openParts, otherDocument, otherSection, partsOf } from './more-sources.ts';
import { marked, render } from './quote.ts';
import type { Unit } from './segment.ts';
import { bestWindow, type Found } from './window.ts';
import { maxWords, type Term, type Words, wordsIn } from './word-set.ts';

const quote = { min: 80, max: 120 };
/** Another section of the same document, and another document, add only what is missing. */
const sectionQuote = { min: 45, max: 80 };
const secondQuote = { min: 25, max: 60 };
/** Words that all quotes together have at most, unless the first alone has them. */
const longestAnswer = 210;
/** Share of the words of a second quote that stand in the first already, from which on it says nothing new. */
const saysTheSame = 0.85;

/** How much the ranking counts, against 1 for covering every word of the question. */
const rankWeight = 2;

/** How well a window answers: what it has, and what retrieval thought of its passage. */
const value = ({ candidate, window }: Found, query: Query): number =>
  window.score / query.total + rankWeight * candidate.standing;

const firstSource = (candidates: readonly Candidate[], query: Query): Found | undefined => {
  let best: (Found & { readonly value: number }) | undefined;
  for (const candidate of candidates) {
    const window = bestWindow(candidate, query, quote.max);
    if (window === undefined) continue;
    const found = { candidate, window };
    const worthOfIt = value(found, query);
    if (best === undefined || worthOfIt > best.value) best = { ...found, value: worthOfIt };
  }
  return best;
};

/** The words of a question as the passages have them. */
const termsOf = (question: string, languages: readonly AnalysisLanguage[]): readonly Term[] =>
  questionTerms(question, languages).map(({ stems }) => stems);

/** The parts of a question as words; it may be in another language than the passages. */
const partsAsWords = (
  question: string,
  terms: readonly Term[],
  languages: readonly AnalysisLanguage[],
): readonly Words[] => {
  const parts = partsOf(question);
  const found = languages.map((language) => wordsIn(parts, terms, language));
  return parts.map((_, at) => found.reduce((words, inLanguage) => words | (inLanguage[at] ?? 0), 0));
};

/** How passages are analysed; reading the tag of each is slow. */
const languageReader = (): ((passage: Passage) => AnalysisLanguage) => {
  const known = new Map<string, AnalysisLanguage>();
  return ({ language = '' }) => {
    const read = known.get(language) ?? analysisLanguage(language);
    known.set(language, read);
    return read;
  };
};

const isRepeated = (more: string, text: string): boolean => {
  const known = new Set(normalise(text).split(' '));
  const words = normalise(more).split(' ');
  return words.filter((word) => known.has(word)).length >= saysTheSame * words.length;
};

/** The words of the question that are known once a quote is read: those in it, and in the headings above it. */
const coveredBy = ({ candidate: { units, words }, window }: Found, quoted: readonly Unit[]): Words =>
  units.reduce((all, unit, at) => (quoted.includes(unit) ? all | (words[at] ?? 0) : all), window.known);

const wordsOf = (units: readonly Unit[]): number => units.reduce((sum, { words }) => sum + words, 0);

/**
 * Answers by quoting: the best window of the best passage, cited as `[1]`, and where the question has a part that only another
 * document answers, that one's window as `[2]`. `asked` brings the words of the question with their weight in the corpus; without it
 * they are weighed by how rare they are in `passages`. `undefined` when there is nothing to quote. Pure and quick (well under a
 * millisecond): it is the whole answer where there is no model.
 *
 * What is quoted stands in the passage word for word, apart from what keeps it readable and harmless out of its place: the lines of a
 * paragraph are joined, pictures, rules and quotation marks of Markdown left out, `[3]` becomes `(3)`, what would begin a line as a
 * list or heading, or give a link its target, is escaped, and what is too long ends in an ellipsis.
 */
export const extract = (
  question: string,
  passages: readonly Passage[],
  asked: readonly QueryTerm[] = [],
): Cited | undefined => {
  const languageOf = languageReader();
  const languages = [...new Set(passages.map(languageOf))];
  const known = asked.slice(0, maxWords);
  const terms: readonly Term[] =
    known.length > 0
      ? known.map(({ stem, also = [] }) => [stem, ...also])
      : termsOf(question, languages).slice(0, maxWords);
  const candidates = toCandidates(terms, passages, languageOf);
  const weights = known.length > 0 ? known.map(({ weight }) => weight) : localWeights(terms, candidates);
  const query = toQuery(question, weights, candidates);
  const first = firstSource(candidates, query);
  if (first === undefined) return undefined;

  const section = otherSection(candidates, query, first, sectionQuote.max);
  const quoted = fill(first, section === undefined ? quote : sectionQuote);
  const text = marked(first.candidate, quoted, 1);
  const citation = toCitation(1, first.candidate.passage);
  const other =
    section ??
    otherDocument(
      candidates,
      query,
      first,
      openParts(partsAsWords(question, terms, languages), coveredBy(first, quoted), query),
      secondQuote.max,
    );
  const more =
    other === undefined
      ? []
      : fill(other, section === undefined ? secondQuote : sectionQuote).filter((unit) => !quoted.includes(unit));
  const isTooMuch = wordsOf(quoted) + wordsOf(more) > longestAnswer;
  if (other === undefined || more.length === 0 || isTooMuch || isRepeated(render(more), text))
    return { text, citations: [citation] };
  if (other.candidate === first.candidate)
    return { text: `${text}\n\n${marked(first.candidate, more, 1)}`, citations: [citation] };
  return {
    text: `${text}\n\n${marked(other.candidate, more, 2)}`,
    citations: [citation, toCitation(2, other.candidate.passage)],
  };
};
