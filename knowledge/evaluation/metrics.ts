/** How relevant documents are to a question, by id; 0 or absent means not at all. */
export type Grades = ReadonlyMap<string, number>;

/** A question's ranking: ids of distinct documents, best first. */
export type Ranking = readonly string[];

const isRelevant = (grades: Grades, id: string): boolean => (grades.get(id) ?? 0) > 0;

const discountedGain = (gains: readonly number[]): number =>
  gains.reduce((sum, gain, i) => sum + gain / Math.log2(i + 2), 0);

/** Normalised discounted cumulative gain of the first `k`, 0…1, with linear gain as trec_eval and BEIR compute it. */
export const ndcg = (ranking: Ranking, grades: Grades, k: number): number => {
  const gains = ranking.slice(0, k).map((id) => Math.max(0, grades.get(id) ?? 0));
  const ideal = [...grades.values()].filter((grade) => grade > 0).sort((one, other) => other - one);
  const best = discountedGain(ideal.slice(0, k));
  return best === 0 ? 0 : discountedGain(gains) / best;
};

/** Share of the relevant documents that the first `k` hold. */
export const recall = (ranking: Ranking, grades: Grades, k: number): number => {
  const relevant = [...grades.keys()].filter((id) => isRelevant(grades, id));
  const found = ranking.slice(0, k).filter((id) => isRelevant(grades, id));
  return relevant.length === 0 ? 0 : found.length / relevant.length;
};

/** 1 when any of the first `k` is relevant, else 0. */
export const success = (ranking: Ranking, grades: Grades, k: number): number =>
  ranking.slice(0, k).some((id) => isRelevant(grades, id)) ? 1 : 0;

/** 1 / rank of the first relevant document among the first `k`, else 0. */
export const reciprocalRank = (ranking: Ranking, grades: Grades, k: number): number => {
  const at = ranking.slice(0, k).findIndex((id) => isRelevant(grades, id));
  return at === -1 ? 0 : 1 / (at + 1);
};

export const mean = (values: readonly number[]): number =>
  values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;

/** The smallest value that at least the share `p` (0…1) of all values does not exceed (nearest rank). */
export const percentile = (values: readonly number[], p: number): number => {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.max(0, Math.ceil(p * sorted.length) - 1)] ?? 0;
};

/** How well documents were found; means where it is about several questions. */
export interface Measures {
  readonly ndcg10: number;
  readonly recall5: number;
  readonly success5: number;
  readonly mrr10: number;
  /** Share of questions whose first document is relevant: what an answer would cite. */
  readonly success1: number;
}

export const measure = (ranking: Ranking, grades: Grades): Measures => ({
  ndcg10: ndcg(ranking, grades, 10),
  recall5: recall(ranking, grades, 5),
  success5: success(ranking, grades, 5),
  mrr10: reciprocalRank(ranking, grades, 10),
  success1: success(ranking, grades, 1),
});

export const meanMeasures = (all: readonly Measures[]): Measures => ({
  ndcg10: mean(all.map((one) => one.ndcg10)),
  recall5: mean(all.map((one) => one.recall5)),
  success5: mean(all.map((one) => one.success5)),
  mrr10: mean(all.map((one) => one.mrr10)),
  success1: mean(all.map((one) => one.success1)),
});
