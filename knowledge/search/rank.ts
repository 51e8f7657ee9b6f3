import { findTerm, fold } from '#core/terms.ts';
import { type AnalysisLanguage, analysisLanguage } from '#core/words/analysis-language.ts';
import type { AskedTerm } from './lexical.ts';

/** A chunk that the words of the question found. */
export interface Findable {
  readonly documentId: string;
  readonly title: string;
  readonly headings: readonly string[];
  readonly body: string;
  /** BCP 47 tag of its text. */
  readonly language?: string | null;
  /** BM25. */
  readonly score: number;
}

/**
 * What is added to BM25, in units of a word's idf: for each word in the title of the document (which BM25 counts in too, but
 * saturates), for each two neighbouring words of the question that stand together, and for each word that only other chunks of the same
 * document have. Chosen on five corpora, each within a range in which little changes; credit for how much of the title or of the question
 * is covered, for headings, or for a document's first chunk gave nothing there.
 */
const inTitle = 0.7;
const together = 1.5;
const elsewhere = 1;

/** Chunks of a document that are looked at for words elsewhere: a long one has every word somewhere. */
const maxChunks = 3;

/** Neighbouring words count as standing together within this many characters. */
const nearby = 40;
/** Places of a word in a chunk that are looked at. */
const maxPlaces = 6;

const worth = ({ idf, trust }: AskedTerm): number => idf * trust;

const worthOf = (terms: ReadonlySet<AskedTerm>): number => [...terms].reduce((sum, term) => sum + worth(term), 0);

interface Read {
  readonly folded: string;
  readonly language: AnalysisLanguage;
}

/** Where a text has the word or one that counts for it. */
const places = ({ folded, language }: Read, { stem, also }: AskedTerm, most = maxPlaces): number[] => {
  const found: number[] = [];
  for (const word of [stem, ...also]) {
    for (let at = -1; found.length < most; ) {
      at = findTerm(folded, word, at + 1, language);
      if (at < 0) break;
      found.push(at);
    }
  }
  return found;
};

const titleWorth = (title: Read, terms: readonly AskedTerm[]): number =>
  terms.reduce((sum, term) => (places(title, term, 1).length > 0 ? sum + worth(term) : sum), 0);

/** Sum over the pairs of neighbouring terms that stand together; the less telling word of a pair decides what it is worth. */
const pairWorth = (text: Read, terms: readonly AskedTerm[]): number => {
  if (terms.length < 2) return 0;
  let sum = 0;
  let before: { readonly term: AskedTerm; readonly at: readonly number[] } | undefined;
  for (const term of terms) {
    const here = { term, at: term.trust > 0 ? places(text, term) : [] };
    if (before?.at.some((one) => here.at.some((other) => Math.abs(one - other) <= nearby)))
      sum += Math.min(worth(before.term), worth(term));
    before = here;
  }
  return sum;
};

/**
 * The hits by BM25, the words in their document's title, the words that stand together as they were asked, and those in the document's
 * other hits; best first.
 */
export const rank = <Hit extends Findable>(
  hits: readonly Hit[],
  terms: readonly AskedTerm[],
): { readonly hit: Hit; readonly score: number }[] => {
  const titles = new Map<string, number>();
  const ofTitle = (title: string, language: AnalysisLanguage): number => {
    const key = `${language} ${title}`;
    const known = titles.get(key) ?? titleWorth({ folded: fold(title), language }, terms);
    titles.set(key, known);
    return known;
  };
  const documents = new Map<
    string,
    { readonly chunks: { readonly score: number; readonly has: ReadonlySet<AskedTerm> }[] }
  >();
  const scored = hits.map((hit) => {
    const language = analysisLanguage(hit.language ?? undefined);
    const text = { folded: fold([hit.title, ...hit.headings, hit.body].join('\n')), language };
    const score = hit.score + inTitle * ofTitle(hit.title, language) + together * pairWorth(text, terms);
    const document = documents.get(hit.documentId) ?? { chunks: [] };
    documents.set(hit.documentId, document);
    if (document.chunks.length < maxChunks) {
      const has = new Set(terms.filter((term) => places(text, term, 1).length > 0));
      document.chunks.push({ score, has });
    }
    return { hit, score };
  });
  // All chunks of a document rise by what its best one gains: their order among themselves stays.
  const gains = new Map<string, number>();
  for (const [id, { chunks }] of documents) {
    if (chunks.length < 2) continue;
    const all = worthOf(new Set(chunks.flatMap(({ has }) => [...has])));
    const best = Math.max(...chunks.map(({ score }) => score));
    gains.set(id, Math.max(...chunks.map(({ score, has }) => score + elsewhere * (all - worthOf(has)))) - best);
  }
  return scored
    .map(({ hit, score }) => ({ hit, score: score + (gains.get(hit.documentId) ?? 0) }))
    .sort((one, other) => other.score - one.score);
};
