import { type AskedTerm, maxImpact } from './lexical.ts';

/**
 * Weights of a logistic regression. Fitted first on 2,207 labelled passages with questions of their own and of foreign subjects, then
 * adjusted on questions to six other corpora in everyday words. The bias was set last, where nine of ten gaps are refused: on the sample
 * articles and the four corpora of test/knowledge/other, 135 of 171 right first documents are answered, 47 of 52 gaps refused.
 *
 * Fitted on four of these corpora and tried on the fifth, none of these separated better from both gaps and foreign questions than share
 * and strength alone (AUC .94 and .91): coverage by passage or document, title match, neighbouring words, the most telling
 * word, margin to the next document, share of unknown or misspelt words, number of words.
 */
export const builtInWeights: EvidenceWeights = { bias: -8.7, share: 16.96, strength: 2.4 };

/** How much each signal counts, as `eval --calibrate` fits it. */
export interface EvidenceWeights {
  readonly bias: number;
  readonly share: number;
  readonly strength: number;
}

/** What confidence is computed from. */
export interface Signals {
  /** Share of the best conceivable score that the passage reached, 0…1; a word that the corpus lacks lowers it most. */
  readonly share: number;
  /** Its score against the logarithm of the corpus's size. */
  readonly strength: number;
}

/** What the passage that would be quoted says about the corpus. */
export interface Evidence {
  /** Its BM25 score. */
  readonly score: number;
  /** Every word asked for, known or not. */
  readonly terms: readonly AskedTerm[];
  /** Number of chunks. */
  readonly corpus: number;
}

/** The signals of what was found; both 0 where nothing was. */
export const signalsOf = ({ score, terms, corpus }: Evidence): Signals => {
  const ideal = maxImpact * terms.reduce((sum, term) => sum + term.idf, 0);
  if (score <= 0 || ideal <= 0 || corpus <= 0) return { share: 0, strength: 0 };
  return { share: score / ideal, strength: score / Math.log(1 + corpus) };
};

/**
 * Probability, 0…1, that the corpus answers the question at all. Below 0.5 means "I don't know". It sees a gap within the right subject only
 * where a telling word is missing.
 */
export const confidence = ({ share, strength }: Signals, weights: EvidenceWeights = builtInWeights): number =>
  strength === 0 ? 0 : 1 / (1 + Math.exp(-(weights.bias + weights.share * share + weights.strength * strength)));
