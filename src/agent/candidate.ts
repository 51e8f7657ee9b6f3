import type { Passage } from '#core/knowledge.ts';
import { subjectTerms } from '#core/terms.ts';
import { segment, type Unit } from './segment.ts';
import { count, type Words, wordsIn, worth } from './word-set.ts';

/** Passages that are weighed against each other; retrieval has ordered them already. */
const considered = 6;
/** How much of a passage's standing is its own; the rest is that of its document, whose every passage has the title's words. */
const ownShare = 0.3;
/** What each document before it costs a passage. */
const laterDocument = 0.1;

const asksForAmount =
  /\bhow (?:long|many|much|often|big|large|soon|fast|far|high|old|late|early)\b|\bwhen\b|\bwhat time\b|\buntil\b|\b(?:limit|maximum|minimum|deadline|age|size|hours?)s?\b/i;
const asksForPrice = /\bhow much\b|\b(?:price|cost|fee|charge|pay|expensive|cheap)(?:s|d|ing)?\b/i;
const asksForSteps =
  /\b(?:how|where) (?:do|can|could|should|would|to|must|did)\b|\bset ?up\b|\bsteps?\b|\bconfigure\b/i;

/** The words of a question with what each is worth. */
export interface Query {
  readonly weights: readonly number[];
  /** Worth of all words that occur at all. */
  readonly total: number;
  readonly amount: boolean;
  readonly price: boolean;
  readonly steps: boolean;
}

/** A heading right above a unit: the words of the question in it, and their share of all its words. */
export interface Above {
  readonly words: Words;
  readonly share: number;
  /** It is the title: the unit opens the document. */
  readonly opening: boolean;
}

export interface Candidate {
  readonly passage: Passage;
  readonly units: readonly Unit[];
  /** The words of each unit, of the heading right above it, and of the title with the other headings. */
  readonly words: readonly Words[];
  readonly above: readonly Above[];
  readonly title: Words;
  /** Standing in the ranking: 1 for the first, less for weaker ones and later documents. */
  readonly standing: number;
}

export const noHeading: Above = { words: 0, share: 0, opening: false };

const readHeading = (heading: string, terms: readonly string[]): Above => {
  const words = wordsIn(heading, terms);
  const share = words === 0 ? 0 : Math.min(1, count(words) / Math.max(1, subjectTerms(heading).length));
  return { words, share, opening: false };
};

export const toCandidates = (terms: readonly string[], passages: readonly Passage[]): Candidate[] => {
  const best = passages[0]?.score ?? 0;
  const ratioOf = ({ score }: Passage): number => (best > 0 && score >= 0 ? Math.min(1, score / best) : 1);
  const documents = new Map<string, number>();
  return passages.slice(0, considered).map((passage) => {
    const units = segment(passage.text);
    const inside = passage.headings?.at(-1);
    const place = documents.get(passage.documentId) ?? documents.size;
    documents.set(passage.documentId, place);
    const title = wordsIn([passage.title, ...(passage.headings ?? [])].join(' '), terms);
    // What stands under no heading opens the document, under its title.
    const headings = new Map<string | undefined, Above>([[undefined, { words: title, share: 0, opening: true }]]);
    const aboveOf = ({ heading = inside }: Unit): Above => {
      const known = headings.get(heading) ?? readHeading(heading ?? '', terms);
      headings.set(heading, known);
      return known;
    };
    const first = passages.find(({ documentId }) => documentId === passage.documentId) ?? passage;
    const ratio = ownShare * ratioOf(passage) + (1 - ownShare) * ratioOf(first);
    return {
      passage,
      units,
      words: units.map((unit) => wordsIn(unit.text, terms)),
      above: units.map(aboveOf),
      title,
      standing: ratio / (1 + laterDocument * place),
    };
  });
};

const wordsOf = ({ words, above, title }: Candidate): Words =>
  words.reduce((all, inText, unit) => all | inText | (above[unit]?.words ?? 0), title);

/** Without weights from the corpus: rare words among the units at hand are worth more, absent ones nothing. */
export const localWeights = (terms: readonly string[], candidates: readonly Candidate[]): number[] => {
  const occurrences = terms.map(() => 0);
  let units = 0;
  for (const { words, above, title } of candidates) {
    words.forEach((inText, unit) => {
      units += 1;
      const all = inText | title | (above[unit]?.words ?? 0);
      terms.forEach((_, at) => {
        if ((all >>> at) & 1) occurrences[at] = (occurrences[at] ?? 0) + 1;
      });
    });
  }
  return occurrences.map((found) => (found === 0 ? 0 : Math.log(1 + units / found)));
};

export const toQuery = (question: string, weights: readonly number[], candidates: readonly Candidate[]): Query => ({
  weights,
  total:
    worth(
      candidates.reduce((all, one) => all | wordsOf(one), 0),
      weights,
    ) || 1,
  amount: asksForAmount.test(question),
  price: asksForPrice.test(question),
  steps: asksForSteps.test(question),
});
