import type { AuthorRole } from './message.ts';
import type { Audience } from './turn.ts';

/** A piece of a document that answers (part of) a question. */
export interface Passage {
  readonly documentId: string;
  readonly title: string;
  readonly url?: string;
  readonly text: string;
  /** What the document stands below in its source, outermost first. */
  readonly path?: readonly string[];
  /** Headings above the passage, outermost first. */
  readonly headings?: readonly string[];
  /** BCP 47 tag of its text, where known. */
  readonly language?: string;
  /** Fused retrieval score; only comparable within one search. */
  readonly score: number;
}

/** A word of the question as the corpus knows it. */
export interface QueryTerm {
  /** As `mentions` in terms.ts takes it: of the word that was meant, where the customer misspelt a known one. */
  readonly stem: string;
  /** How telling the word is: its inverse document frequency. Words that the corpus lacks weigh most. */
  readonly weight: number;
  /** Other words that count for it: its stem in other languages, synonyms. */
  readonly also?: readonly string[];
}

/** Ways to find passages: by words, by meaning, both put together, and both read again by a reranker. */
export type Leg = 'lexical' | 'dense' | 'fused' | 'reranked';

/** Why a passage was found: its place in each leg, and what its words gave. */
export interface Explanation {
  readonly legs: Readonly<Partial<Record<Leg, { readonly rank: number; readonly score: number }>>>;
  /** Words of the question in the passage, the most telling first: how often, and what that gave to its BM25 score. */
  readonly words: readonly { readonly stem: string; readonly count: number; readonly score: number }[];
  /** Documents that say (nearly) the same, left out for it. */
  readonly alsoIn?: readonly string[];
}

export interface SearchResult {
  readonly passages: readonly Passage[];
  /** What the question is about, in its order; quoting prefers what is telling in this corpus. */
  readonly terms?: readonly QueryTerm[];
  /** Evidence that the corpus answers at all, 0…1, calibrated; below about 0.5 means "I don't know". */
  readonly confidence: number;
  /** What the confidence was computed from, by name. */
  readonly signals?: Readonly<Record<string, number>>;
  /** One for each passage, where asked for. */
  readonly explanations?: readonly Explanation[];
}

/** What was said before a question, as the search needs it. */
export interface ThreadLine {
  readonly role: AuthorRole;
  readonly text: string;
  /** Titles of the articles that it cites. */
  readonly titles?: readonly string[];
}

export interface SearchOptions {
  /** Who will read the answer; required, because it decides what may be found. */
  readonly audience: Audience;
  readonly limit: number;
  readonly locale?: string;
  /** The conversation before the question, oldest first: a follow-up finds its subject there. */
  readonly thread?: readonly ThreadLine[];
  /** Passages together have at most about this many tokens; what is cut gets its neighbours within it. */
  readonly tokens?: number;
  /** Stop at this leg. Default: the best there is. */
  readonly leg?: Leg;
  readonly explain?: boolean;
}

export interface Knowledge {
  search(query: string, options: SearchOptions): Promise<SearchResult>;
  /** Which of these documents were deleted or are not for this audience: what was answered from them is no help any more. */
  withdrawn(documentIds: readonly string[], audience: Audience): Promise<ReadonlySet<string>>;
}

/** What a knowledge base holds, and what it takes on disk. */
export interface KnowledgeSize {
  readonly documents: number;
  readonly chunks: number;
  /** Chunks that still lack a vector, at most: equal texts share one. 0 without an embedding endpoint. */
  readonly unembedded: number;
  /** Texts, the words of each chunk, vectors, and the indexes of all three. */
  readonly bytes: { readonly text: number; readonly words: number; readonly vectors: number; readonly indexes: number };
}

/** Turns texts into vectors of one fixed dimension. `space` names model and dimension; vectors of two spaces never mix. */
export interface Embedder {
  readonly space: string;
  embed(texts: readonly string[], signal?: AbortSignal): Promise<readonly (readonly number[])[]>;
}

/** Reads question and passages together and says how well each answers: one number per text, higher is better. */
export interface Reranker {
  rerank(query: string, texts: readonly string[], signal?: AbortSignal): Promise<readonly number[]>;
}
