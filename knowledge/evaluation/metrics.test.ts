import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mean, ndcg, percentile, recall, reciprocalRank, success } from './metrics.ts';

const grades = new Map([
  ['a', 2],
  ['b', 1],
  ['c', 0],
]);

describe('metrics, by hand', () => {
  it('ndcg: gain 1 at rank 2 and gain 2 at rank 3 against the ideal order', () => {
    const gained = 1 / Math.log2(3) + 2 / Math.log2(4);
    const ideal = 2 / Math.log2(2) + 1 / Math.log2(3);
    expect(ndcg(['c', 'b', 'a'], grades, 10)).toBeCloseTo(gained / ideal, 12);
    expect(ndcg(['c', 'b', 'a'], grades, 10)).toBeCloseTo(0.6199, 4);
    expect(ndcg(['a', 'b'], grades, 10)).toBe(1);
    expect(ndcg(['x', 'y', 'a'], grades, 2)).toBe(0);
    expect(ndcg([], grades, 10)).toBe(0);
  });

  it('recall, success and reciprocal rank', () => {
    expect(recall(['x', 'b'], grades, 5)).toBe(0.5);
    expect(recall(['x', 'b', 'a'], grades, 2)).toBe(0.5);
    expect(success(['x', 'b'], grades, 5)).toBe(1);
    expect(success(['x', 'c'], grades, 5)).toBe(0);
    expect(reciprocalRank(['x', 'c', 'b'], grades, 10)).toBeCloseTo(1 / 3);
    expect(reciprocalRank(['x', 'c', 'b'], grades, 2)).toBe(0);
  });

  it('mean and percentile', () => {
    expect(mean([1, 2, 6])).toBe(3);
    expect(mean([])).toBe(0);
    expect(percentile([4, 1, 3, 2], 0.5)).toBe(2);
    expect(percentile([4, 1, 3, 2], 0.95)).toBe(4);
    expect(percentile([], 0.5)).toBe(0);
  });

  it('stay between 0 and 1, and are 1 for the ideal order', () => {
    const judged = fc.dictionary(fc.constantFrom(...'abcdefgh'), fc.integer({ min: 0, max: 3 }));
    const ranked = fc.uniqueArray(fc.constantFrom(...'abcdefghij'));
    fc.assert(
      fc.property(judged, ranked, (dictionary, ranking) => {
        const all = new Map(Object.entries(dictionary));
        for (const metric of [ndcg, recall, success, reciprocalRank]) {
          expect(metric(ranking, all, 5)).toBeGreaterThanOrEqual(0);
          expect(metric(ranking, all, 5)).toBeLessThanOrEqual(1 + 1e-9);
        }
        const ideal = [...all].sort((one, other) => other[1] - one[1]).map(([id]) => id);
        if ([...all.values()].some((grade) => grade > 0)) expect(ndcg(ideal, all, 10)).toBeCloseTo(1, 12);
      }),
    );
  });
});
