import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Example, fitLogistic, logLoss, probability, type Weights } from './logistic.ts';

const prior: Weights = { bias: -1, share: 3, strength: 0.5 };

const signal = fc.double({ min: -5, max: 5, noNaN: true });
const examples = fc.array(fc.record({ signals: fc.record({ share: signal, strength: signal }), label: fc.boolean() }), {
  maxLength: 40,
});

/** A grid of signals with labels in the proportion that `weights` foretell. */
const drawnFrom = (weights: Weights): readonly Example[] =>
  Array.from({ length: 21 }, (_, i) => i / 10 - 1).flatMap((share) =>
    Array.from({ length: 11 }, (_, i) => i - 5).flatMap((strength) => {
      const positives = Math.round(probability(weights, { share, strength }) * 200);
      return Array.from({ length: 200 }, (_, i) => ({ signals: { share, strength }, label: i < positives }));
    }),
  );

describe('fitLogistic', () => {
  it('recovers the weights that labels were drawn from', () => {
    const truth: Weights = { bias: 0.5, share: -2, strength: 0.7 };
    const fit = fitLogistic(drawnFrom(truth), prior, 1);
    for (const name of ['bias', 'share', 'strength']) expect(fit[name]).toBeCloseTo(truth[name] ?? 0, 1);
  });

  it('never foretells its examples worse than the prior does, and stays finite', () => {
    fc.assert(
      fc.property(examples, fc.constantFrom(0, 0.3, 10, 1e6), (all, pull) => {
        const fit = fitLogistic(all, prior, pull);
        expect(Object.values(fit).every(Number.isFinite)).toBe(true);
        expect(logLoss(fit, all)).toBeLessThanOrEqual(logLoss(prior, all) + 1e-9);
      }),
      { numRuns: 60 },
    );
  });

  it('stays near the prior where there is little to learn from, or the pull is strong', () => {
    const three = [0.1, 0.2, 0.3].map((share) => ({ signals: { share, strength: 1 }, label: false }));
    expect(fitLogistic([], prior, 1)).toEqual(prior);
    const pulled = fitLogistic(three, prior, 1e6);
    for (const [name, value] of Object.entries(prior)) expect(pulled[name]).toBeCloseTo(value, 3);
  });

  it('takes in signals that the prior does not name, and signals that never vary', () => {
    const all = [0, 1, 2, 3].map((margin) => ({ signals: { margin, share: 4 }, label: margin > 1 }));
    const { margin, share } = fitLogistic(all, { bias: 0 }, 0.1);
    expect(margin).toBeGreaterThan(1);
    expect(Number.isFinite(share)).toBe(true);
  });
});
