import { findTerm, fold } from '#core/terms.ts';
import type { AskedTerm } from './lexical.ts';

/** A chunk that the words of the question found. */
export interface Findable {
  readonly title: string;
  readonly headings: readonly string[];
  readonly body: string;
  /** BM25. */
  readonly score: number;
}

/**
 * What is added to BM25, in units of a word's idf: for each word in the title of the document (which BM25 counts in too, but
 * saturates), and for each two neighbouring words of the question that stand together. Chosen on the six corpora of confidence.ts;
 * credit for words in other chunks of the document, or for how much of the title was asked for, gave nothing there.
 */
const inTitle = 0.7;
const together = 1.5;

/** Neighbouring words count as standing together within this many characters. */
const nearby = 40;
/** Places of a word in a chunk that are looked at. */
const maxPlaces = 6;

const worth = ({ idf, trust }: AskedTerm): number => idf * trust;

const titleWorth = (title: string, terms: readonly AskedTerm[]): number => {
  const folded = fold(title);
  return terms.reduce((sum, term) => (findTerm(folded, term.stem) >= 0 ? sum + worth(term) : sum), 0);
};

const places = (folded: string, stem: string): number[] => {
  const found: number[] = [];
  for (let at = findTerm(folded, stem); at >= 0 && found.length < maxPlaces; at = findTerm(folded, stem, at + 1))
    found.push(at);
  return found;
};

/** Sum over the pairs of neighbouring terms that stand together; the less telling word of a pair decides what it is worth. */
const pairWorth = (text: string, terms: readonly AskedTerm[]): number => {
  if (terms.length < 2) return 0;
  const folded = fold(text);
  let sum = 0;
  let before: { readonly term: AskedTerm; readonly at: readonly number[] } | undefined;
  for (const term of terms) {
    const here = { term, at: term.trust > 0 ? places(folded, term.stem) : [] };
    if (before?.at.some((one) => here.at.some((other) => Math.abs(one - other) <= nearby)))
      sum += Math.min(worth(before.term), worth(term));
    before = here;
  }
  return sum;
};

/** The hits by BM25, the words in their document's title, and the words that stand together as they were asked; best first. */
export const rank = <Hit extends Findable>(
  hits: readonly Hit[],
  terms: readonly AskedTerm[],
): { readonly hit: Hit; readonly score: number }[] => {
  const titles = new Map<string, number>();
  const ofTitle = (title: string): number => {
    const known = titles.get(title) ?? titleWorth(title, terms);
    titles.set(title, known);
    return known;
  };
  return hits
    .map((hit) => ({
      hit,
      score:
        hit.score +
        inTitle * ofTitle(hit.title) +
        together * pairWorth([hit.title, ...hit.headings, hit.body].join('\n'), terms),
    }))
    .sort((one, other) => other.score - one.score);
};
