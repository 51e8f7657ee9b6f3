import { hasFigure, hasMoney } from './asked-for.ts';
import { type Candidate, noHeading, type Query } from './candidate.ts';
import { isOrdered, type Unit } from './segment.ts';
import { type Words, worth } from './word-set.ts';

/** What a word counts for in the heading right above, and in the title and the headings further up, against 1 for the text itself. */
const headingWeight = 0.9;
const titleWeight = 0.4;
/** What is added for each word of the question in the heading above, when the heading is about nothing else. */
const headingMatch = 1;
/** What a word counts for again in each further unit that has it. */
const repeated = { each: 0.12, atMost: 0.3 };
/** What is added, as a share of all words' worth, where the text has what the question asks for, and where it opens the document. */
const hints = { figure: 0.15, money: 0.2, steps: 0.3, opening: 0.1 };

/** Units `from`…`to` (inclusive) of a candidate. */
export interface Window {
  readonly from: number;
  readonly to: number;
  /** Words in the text, in the text or right above it, and in those or the title. */
  readonly words: Words;
  readonly own: Words;
  readonly known: Words;
  readonly length: number;
  readonly score: number;
}

/** Where a quote comes from. */
export interface Found {
  readonly candidate: Candidate;
  readonly window: Window;
}

/** What one unit has of what is asked for beside words, as a share of the question's worth. */
const hintOf = ({ kind, text }: Unit, { amount, price, steps }: Query): number =>
  (amount && hasFigure(text) ? hints.figure : 0) +
  (price && hasMoney(text) ? hints.money : 0) +
  (steps && (kind === 'list' || kind === 'item') && isOrdered(text) ? hints.steps : 0);

/** The best run of units of one section within `maxWords`: covers most of the question, early and in few words. */
export const bestWindow = (
  { units, words, above, title }: Candidate,
  query: Query,
  maxWords: number,
  skip: Words = 0,
): Window | undefined => {
  const { weights, total } = query;
  const hint = units.map((unit) => hintOf(unit, query));
  let best: Window | undefined;
  units.forEach((start, from) => {
    const heading = above[from] ?? noHeading;
    const inHeading = heading.words & ~skip;
    const matched = headingMatch * worth(inHeading, weights) * heading.share;
    let found = 0;
    let density = 0;
    let helps = 0;
    let length = 0;
    for (let to = from; to < units.length; to += 1) {
      const unit = units[to];
      if (unit === undefined || unit.section !== start.section) break;
      length += unit.words;
      if (length > maxWords && to > from) break;
      const here = (words[to] ?? 0) & ~skip;
      found |= here;
      density += repeated.each * worth(here, weights);
      helps = Math.max(helps, hint[to] ?? 0);
      const onHeading = inHeading & ~found;
      const onTitle = title & ~skip & ~found & ~inHeading;
      const score =
        worth(found, weights) +
        headingWeight * worth(onHeading, weights) +
        titleWeight * worth(onTitle, weights) +
        matched +
        (heading.opening ? hints.opening * total : 0) +
        Math.min(density, repeated.atMost * total) +
        helps * total -
        0.003 * total * (to - from);
      if (best === undefined || score > best.score + 1e-9) {
        const own = heading.opening ? found : found | inHeading;
        best = { from, to, words: found, own, known: own | onTitle | inHeading, length, score };
      }
    }
  });
  return best;
};
