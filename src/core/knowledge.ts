import type { Audience } from './turn.ts';

/** A piece of a document that answers (part of) a question. */
export interface Passage {
  readonly documentId: string;
  readonly title: string;
  readonly url?: string;
  readonly text: string;
  /** Headings above the passage, outermost first. */
  readonly headings?: readonly string[];
  /** Fused retrieval score; only comparable within one search. */
  readonly score: number;
}

/** A word of the question as the corpus knows it. */
export interface QueryTerm {
  /** As `mentions` in terms.ts takes it: of the word that was meant, where the customer misspelt a known one. */
  readonly stem: string;
  /** How telling the word is: its inverse document frequency. Words that the corpus lacks weigh most. */
  readonly weight: number;
}

export interface SearchResult {
  readonly passages: readonly Passage[];
  /** What the question is about, in its order; quoting prefers what is telling in this corpus. */
  readonly terms?: readonly QueryTerm[];
  /** Evidence that the corpus answers at all, 0…1, calibrated; below about 0.5 means "I don't know". */
  readonly confidence: number;
}

export interface SearchOptions {
  /** Who will read the answer; required, because it decides what may be found. */
  readonly audience: Audience;
  readonly limit: number;
  readonly locale?: string;
}

export interface Knowledge {
  search(query: string, options: SearchOptions): Promise<SearchResult>;
}

/** Turns texts into vectors of one fixed dimension. `space` names model and dimension; vectors of two spaces never mix. */
export interface Embedder {
  readonly space: string;
  embed(texts: readonly string[], signal?: AbortSignal): Promise<readonly (readonly number[])[]>;
}
