import { type AskedTerm, maxImpact } from './lexical.ts';

/**
 * Weights of a logistic regression. Fitted first on 2,207 labelled passages with questions of their own and of foreign subjects
 * (AUC .97), then adjusted, with that fit as its prior, on questions to six other corpora: two help centres and a library in
 * everyday words, the manuals of two package managers and of a web framework; 239 that the corpus answers, 72 of its subject that
 * it does not, 260 of foreign subjects, many of them kindred (a hotel's for the library).
 *
 * Fitted on five corpora and tried on the sixth, over all six: 190 of 239 answered, 55 of 72 gaps and 242 of 260 foreign questions
 * refused; AUC .85 against gaps, .93 against foreign ones (.98 to .99 for the manuals, .88 to .93 for the rest). The bias was then
 * raised by a quarter: over all the data 7 more right answers for 3 more gaps answered. Coverage, margin, proximity, title match,
 * specificity and a lesser weight of unknown words were tried as well; none separated better on a corpus it had not seen.
 */
export const builtInWeights: EvidenceWeights = { bias: -7.95, share: 16.96, strength: 2.4 };

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
