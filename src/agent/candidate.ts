import type { Passage } from '#core/knowledge.ts';
import { normalise, stemsOf } from '#core/terms.ts';
import type { AnalysisLanguage } from '#core/words/analysis-language.ts';
import { type AskedFor, askedFor } from './asked-for.ts';
import { segment, type Unit } from './segment.ts';
import { count, type Term, type Words, wordsIn, worth } from './word-set.ts';

/** Passages that are weighed against each other; retrieval has ordered them already. */
const considered = 6;
/** How much of a passage's standing is its own; the rest is that of its document, whose every passage has the title's words. */
const ownShare = 0.3;
/** What each further passage of its document adds, against 1 for the best passage of all: where several were found is the subject. */
const supportShare = 0.2;
/** What each document before it costs a passage. */
const laterDocument = 0.05;

/** The words of a question with what each is worth, and what it asks for. */
export interface Query extends AskedFor {
  readonly weights: readonly number[];
  /** Worth of all words that occur at all. */
  readonly total: number;
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
  /** Standing in the ranking: about 1 for the first, less for weaker ones and later documents. */
  readonly standing: number;
}

export const noHeading: Above = { words: 0, share: 0, opening: false };

const withLead = ({ kind, lead, text }: Unit): string =>
  lead === undefined || kind === 'item' || kind === 'row' ? text : `${lead}\n${text}`;

const toCandidate = (
  passage: Passage,
  language: AnalysisLanguage,
  terms: readonly Term[],
  standing: number,
): Candidate => {
  const { text, title, headings = [] } = passage;
  const units = segment(text);
  const inside = headings.at(-1);
  const names = [...new Set(units.map(({ heading = inside }) => heading))];
  const texts = [[title, ...headings].join('\n'), ...names.map((name = '') => name), ...units.map(withLead)];
  const [inTitle = 0, ...rest] = wordsIn(texts, terms, language);
  const readHeading = (words: Words, heading: string): Above => {
    const all = words === 0 ? 1 : Math.max(1, stemsOf(normalise(heading), language).length);
    return { words, share: Math.min(1, count(words) / all), opening: false };
  };
  // What stands under no heading opens the document, under its title.
  const opening: Above = { words: inTitle, share: 0, opening: true };
  const above = new Map(
    names.map((name, at) => [name, name === undefined ? opening : readHeading(rest[at] ?? 0, name)]),
  );
  return {
    passage,
    units,
    words: rest.slice(names.length),
    above: units.map(({ heading = inside }) => above.get(heading) ?? noHeading),
    title: inTitle,
    standing,
  };
};

/** Standing among the passages: from their scores, how many of them are of the same document, and the order of the documents. */
const standings = (passages: readonly Passage[]): readonly number[] => {
  const best = passages[0]?.score ?? 0;
  const ratioOf = ({ score }: Passage): number => (best > 0 && score >= 0 ? Math.min(1, score / best) : 1);
  const documents = new Map<string, readonly Passage[]>();
  for (const passage of passages) {
    documents.set(passage.documentId, [...(documents.get(passage.documentId) ?? []), passage]);
  }
  const order = [...documents.keys()];
  return passages.map((passage) => {
    const [first = passage, ...others] = documents.get(passage.documentId) ?? [];
    const support = others.reduce((sum, other) => sum + ratioOf(other), 0);
    const ratio = ownShare * ratioOf(passage) + (1 - ownShare) * ratioOf(first) + supportShare * support;
    return ratio / (1 + laterDocument * order.indexOf(passage.documentId));
  });
};

export const toCandidates = (
  terms: readonly Term[],
  passages: readonly Passage[],
  languageOf: (passage: Passage) => AnalysisLanguage,
): Candidate[] => {
  const near = passages.slice(0, considered);
  const standing = standings(near);
  return near.map((passage, at) => toCandidate(passage, languageOf(passage), terms, standing[at] ?? 0));
};

const wordsOf = ({ words, above, title }: Candidate): Words =>
  words.reduce((all, inText, unit) => all | inText | (above[unit]?.words ?? 0), title);

/** Without weights from the corpus: rare words among the units at hand are worth more, absent ones nothing. */
export const localWeights = (terms: readonly Term[], candidates: readonly Candidate[]): number[] => {
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
  ...askedFor(question),
  weights,
  total:
    worth(
      candidates.reduce((all, one) => all | wordsOf(one), 0),
      weights,
    ) || 1,
});
