import type { ArticleDraft } from '#core/article-draft.ts';
import type { Passage, SearchResult } from '#core/knowledge.ts';
import { fold, mentions, subjectTerms } from '#core/terms.ts';
import { type Comparison, compareStatements } from './compare-statements.ts';

/** A draft that nobody has looked at yet. */
export interface Proposal {
  readonly question: string;
  /** Markdown. */
  readonly answer: string;
}

export interface Similar {
  readonly documentId: string;
  readonly title: string;
  readonly url?: string;
  /** How much of the question it is about, 0…1. */
  readonly score: number;
}

export type Judgement =
  /** An article, or a draft that waits, says so already. */
  | { readonly kind: 'confirmed'; readonly documentId: string }
  | { readonly kind: 'new'; readonly similarTo: readonly Similar[] }
  | {
      readonly kind: 'update';
      readonly similarTo: readonly Similar[];
      readonly updates: NonNullable<ArticleDraft['updates']>;
    };

/** From here on an article is about the same question, and from there on worth a look. */
const sameQuestion = 0.6;
const worthALook = 0.4;
const most = 5;

/**
 * What a draft adds to what is known: nothing, something new, or the contrary of what an article says. `found` is what a search
 * for its question gave whoever will read the article, `waiting` the drafts that were not decided on. Pure.
 */
export const judge = (
  proposal: Proposal,
  found: SearchResult,
  waiting: readonly Pick<ArticleDraft, 'documentId' | 'question' | 'answer'>[],
): Judgement => {
  const weights = new Map((found.terms ?? []).map(({ stem, weight }) => [stem, weight]));
  const terms = subjectTerms(proposal.question);
  const drafts = waiting.map(
    ({ documentId, question, answer }): Article => ({ documentId, title: question, text: answer }),
  );
  const candidates = [...articlesIn(found.passages), ...drafts]
    .map((candidate) => ({
      candidate,
      score: coverage(terms, weights, fold(`${candidate.title}\n${candidate.text}`)),
      comparison: compareStatements(
        { about: candidate.title, text: candidate.text },
        { about: proposal.question, text: proposal.answer },
      ),
    }))
    .filter(({ score }) => score >= worthALook)
    .sort((a, b) => b.score - a.score);
  const about = candidates.filter(({ score }) => score >= sameQuestion);
  const same = about.find(({ comparison }) => comparison.kind === 'same');
  if (same !== undefined) return { kind: 'confirmed', documentId: same.candidate.documentId };
  const similarTo = candidates.slice(0, most).map(({ candidate: { documentId, title, url }, score }) => ({
    ...{ documentId, title, score: Math.round(score * 100) / 100 },
    ...(url === undefined ? {} : { url }),
  }));
  const other = about
    .filter(({ candidate, comparison }) => candidate.published === true && comparison.kind === 'differs')
    .sort(bySaid)[0];
  if (other === undefined) return { kind: 'new', similarTo };
  const { documentId, title, url } = other.candidate;
  const { differences } = other.comparison;
  return {
    kind: 'update',
    similarTo,
    updates: { documentId, title, ...(url === undefined ? {} : { url }), differences },
  };
};

/** The one that says most of the answer otherwise: the differences are about the same thing there. */
const bySaid = (a: { comparison: Comparison }, b: { comparison: Comparison }): number =>
  b.comparison.overlap - a.comparison.overlap;

interface Article {
  readonly documentId: string;
  readonly title: string;
  readonly url?: string;
  readonly text: string;
  readonly published?: true;
}

/** The passages of each document as one text. */
const articlesIn = (passages: readonly Passage[]): Article[] =>
  [...Map.groupBy(passages, ({ documentId }) => documentId)].map(([documentId, parts]) => {
    const [{ title = '', url } = {}] = parts;
    const text = parts.map(({ headings = [], text }) => [...headings, text].join('\n')).join('\n');
    return { documentId, title, text, published: true, ...(url === undefined ? {} : { url }) };
  });

/** How much of what was asked a text mentions; what is telling in this corpus weighs more. */
const coverage = (terms: readonly string[], weights: ReadonlyMap<string, number>, text: string): number => {
  const weightOf = (term: string): number => weights.get(term) ?? 1;
  const total = terms.reduce((sum, term) => sum + weightOf(term), 0);
  const said = terms.filter((term) => mentions(text, term)).reduce((sum, term) => sum + weightOf(term), 0);
  return total === 0 ? 0 : said / total;
};
