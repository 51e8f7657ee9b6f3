import { type Candidate, noHeading, type Query } from './candidate.ts';
import { bestWindow, type Found } from './window.ts';
import { count, type Words, worth } from './word-set.ts';

/** A window that is a list or table may be longer than asked for, up to this many words. */
const longestWindow = 120;
/** Share of what the words of one part of a question are worth that a source must have to answer that part. */
const answersPart = 0.6;
/** Share of the question's worth that another section of the same document must add. */
const addsEnough = 0.2;
/** A source of another document must be about as good a find as the first. */
const secondStanding = 0.5;

/** Another section of the same document, for words that the first window has only in the title above it, or not at all. */
export const otherSection = (
  candidates: readonly Candidate[],
  query: Query,
  { candidate, window }: Found,
  maxWords: number,
): Found | undefined => {
  let best: Found | undefined;
  for (const other of candidates) {
    if (other.passage.documentId !== candidate.passage.documentId) continue;
    const more = bestWindow(other, query, maxWords, window.own);
    if (more === undefined || more.length > longestWindow) continue;
    if (other === candidate && other.units[more.from]?.section === candidate.units[window.from]?.section) continue;
    const under = other.above[more.from] ?? noHeading;
    // The opening repeats the title.
    const added = under.opening ? more.own & ~other.title : more.own;
    if (worth(added, query.weights) < addsEnough * query.total) continue;
    if (best === undefined || more.score > best.window.score) best = { candidate: other, window: more };
  }
  return best;
};

/** Where a question that asks for several things may be taken apart. */
const betweenParts = /[?;,\n]|(?<!\p{L})(?:and|und|sowie|et|y|e)(?!\p{L})/iu;

/** The texts of the parts of a question. */
export const partsOf = (question: string): readonly string[] =>
  question.split(betweenParts).filter((part) => part.trim() !== '');

/** Those parts, as words, that a quote leaves open; parts of a single word say too little to tell, and one part alone is the question. */
export const openParts = (parts: readonly Words[], covered: Words, { weights }: Query): readonly Words[] => {
  const telling = parts.filter((words) => count(words) >= 2);
  if (telling.length < 2) return [];
  return telling.filter((part) => worth(part & covered, weights) < answersPart * worth(part, weights));
};

/**
 * A source in another document for one of the open parts of the question: one that is about that part, as its title or headings say,
 * and not merely has its words in passing.
 */
export const otherDocument = (
  candidates: readonly Candidate[],
  query: Query,
  first: Found,
  open: readonly Words[],
  maxWords: number,
): Found | undefined => {
  for (const part of open) {
    for (const candidate of candidates) {
      if (candidate.passage.documentId === first.candidate.passage.documentId) continue;
      if (candidate.standing < secondStanding || (candidate.title & part) === 0) continue;
      const window = bestWindow(candidate, query, maxWords, ~part);
      if (window === undefined || window.length > longestWindow || count(window.words) < 2) continue;
      if (worth(window.known, query.weights) >= answersPart * worth(part, query.weights)) return { candidate, window };
    }
  }
  return undefined;
};
