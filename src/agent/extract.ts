import type { Passage, QueryTerm } from '#core/knowledge.ts';
import { subjectTerms } from '#core/terms.ts';
import { type Candidate, localWeights, type Query, toCandidates, toQuery } from './candidate.ts';
import { type Cited, toCitation, withoutMarks } from './cite.ts';
import { fill, marked, render } from './quote.ts';
import type { Unit } from './segment.ts';
import { bestWindow, type Found } from './window.ts';
import { count, maxWords, type Words, wordsIn, worth } from './word-set.ts';

/** A quote is filled to at least and at most this many words; a list or a table may be longer. */
const quote = { min: 60, max: 120 };
/** Another section of the same document, and another document, add only what is missing. */
const sectionQuote = { min: 45, max: 80 };
const secondQuote = { min: 25, max: 60 };
/** How much the ranking counts, against 1 for covering every word of the question. */
const rankWeight = 3;
/** Share of what the words of one part of a question are worth that a source must have to answer that part. */
const answersPart = 0.6;
/** Share of the question's worth that another section of the same document must add. */
const addsEnough = 0.2;
/** A source of another document must be about as good a find as the first. */
const secondStanding = 0.5;

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

/** Another section of the same document, for words that the first window has only in the title above it, or not at all. */
const otherSection = (
  candidates: readonly Candidate[],
  query: Query,
  { candidate, window }: Found,
): Found | undefined => {
  let best: Found | undefined;
  for (const other of candidates) {
    if (other.passage.documentId !== candidate.passage.documentId) continue;
    const more = bestWindow(other, query, sectionQuote.max, window.own);
    if (more === undefined || more.length > quote.max) continue;
    if (other === candidate && other.units[more.from]?.section === candidate.units[window.from]?.section) continue;
    if (worth(more.own, query.weights) < addsEnough * query.total) continue;
    if (best === undefined || more.score > best.window.score) best = { candidate: other, window: more };
  }
  return best;
};

/** The parts of a question that asks for several things, as words; parts of a single word say too little to tell. */
const partsOf = (question: string, terms: readonly string[]): readonly Words[] => {
  const parts = question
    .split(/[?;,\n]|\b(?:and|und|et|y|e)\b/iu)
    .map((part) => wordsIn(part, terms))
    .filter((words) => count(words) >= 2);
  return parts.length >= 2 ? parts : [];
};

/** The parts that a quote leaves open. */
const openParts = (
  question: string,
  terms: readonly string[],
  { weights }: Query,
  { window }: Found,
  quoted: readonly Unit[],
): readonly Words[] => {
  const covered = quoted.reduce((words, unit) => words | wordsIn(unit.text, terms), window.known);
  return partsOf(question, terms).filter((part) => worth(part & covered, weights) < answersPart * worth(part, weights));
};

/**
 * A source in another document for one of the open parts of the question: one that is about that part, as its title or headings say,
 * and not merely has its words in passing.
 */
const otherDocument = (
  candidates: readonly Candidate[],
  query: Query,
  first: Found,
  open: readonly Words[],
): Found | undefined => {
  for (const part of open) {
    for (const candidate of candidates) {
      if (candidate.passage.documentId === first.candidate.passage.documentId) continue;
      if (candidate.standing < secondStanding || (candidate.title & part) === 0) continue;
      const window = bestWindow(candidate, query, secondQuote.max, ~part);
      if (window === undefined || window.length > quote.max || count(window.words) < 2) continue;
      if (worth(window.known, query.weights) >= answersPart * worth(part, query.weights)) return { candidate, window };
    }
  }
  return undefined;
};

/**
 * Answers by quoting: the best window of the best passage, cited as `[1]`, and where the question has a part that only another
 * document answers, that one's window as `[2]`. `asked` brings the words of the question with their weight in the corpus; without it
 * they are weighed by how rare they are in `passages`. `undefined` when there is nothing to quote. Pure and quick (well under a
 * millisecond): it is the whole answer where there is no model.
 */
export const extract = (
  question: string,
  passages: readonly Passage[],
  asked: readonly QueryTerm[] = [],
): Cited | undefined => {
  const known = asked.slice(0, maxWords);
  const terms = known.length > 0 ? known.map((term) => term.stem) : subjectTerms(question).slice(0, maxWords);
  const candidates = toCandidates(terms, passages);
  const query = toQuery(
    question,
    known.length > 0 ? known.map((term) => term.weight) : localWeights(terms, candidates),
    candidates,
  );
  const first = firstSource(candidates, query);
  if (first === undefined) return undefined;

  const section = otherSection(candidates, query, first);
  const quoted = fill(first, section === undefined ? quote : sectionQuote);
  const text = marked(first.candidate, quoted, 1);
  const citation = toCitation(1, first.candidate.passage);
  const other = section ?? otherDocument(candidates, query, first, openParts(question, terms, query, first, quoted));
  const more =
    other === undefined
      ? []
      : fill(other, section === undefined ? secondQuote : sectionQuote).filter((unit) => !quoted.includes(unit));
  if (other === undefined || more.length === 0 || text.includes(withoutMarks(render(more))))
    return { text, citations: [citation] };
  if (other.candidate === first.candidate)
    return { text: `${text}\n\n${marked(first.candidate, more, 1)}`, citations: [citation] };
  return {
    text: `${text}\n\n${marked(other.candidate, more, 2)}`,
    citations: [citation, toCitation(2, other.candidate.passage)],
  };
};
