import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Asked, calibrate } from './calibrate.ts';
import { probability, type Weights } from './logistic.ts';

const weights: Weights = { bias: -2, share: 4 };

const asked = (share: number, kind: 'right' | 'astray' | 'gap'): Asked => ({
  confidence: probability(weights, { share }),
  signals: { share },
  isAnswerable: kind !== 'gap',
  isRight: kind === 'right',
  isFound: kind !== 'gap',
});

const kinds = fc.constantFrom('right' as const, 'astray' as const, 'gap' as const);
const questions = fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), kinds), { maxLength: 25 });

describe('calibrate', () => {
  it('learns weights that foretell better, and says how much', () => {
    // Answers are right above a share of 0.8, where the weights in use already see certainty at 0.5.
    const all = Array.from({ length: 80 }, (_, i) => asked(i / 80, i > 64 ? 'right' : i % 2 === 0 ? 'gap' : 'astray'));
    const {
      weights: fitted,
      inUse,
      fitted: foresight,
      thresholds,
      outcomes,
    } = calibrate(all, { maxWrong: 0.05, weights });
    const { share } = fitted ?? weights;
    expect(share).toBeGreaterThan(4);
    expect(foresight?.logLoss).toBeLessThan(inUse.logLoss);
    expect(foresight?.areaRight).toBeGreaterThan(0.95);
    expect(thresholds.isWithinBound).toBe(true);
    expect(outcomes.right).toBeGreaterThan(10);
    expect(outcomes.unfounded + outcomes.astray).toBeLessThanOrEqual(1);
  });

  it('keeps the weights in use where the questions teach no better ones, or signals are missing', () => {
    const calibrated = Array.from({ length: 200 }, (_, i) => {
      const share = (i % 20) / 20;
      return asked(share, (Math.floor(i / 20) + 0.5) / 10 < probability(weights, { share }) ? 'right' : 'gap');
    });
    expect(calibrate(calibrated, { maxWrong: 0.05, weights: { bias: -2, share: 4 } })).toMatchObject({
      weights: null,
      fitted: null,
    });
    const bare = calibrated.map(({ signals: _signals, ...rest }) => rest);
    expect(calibrate(bare, { maxWrong: 0.3, weights }).weights).toBeNull();
  });

  it.each([
    ['none', []],
    ['all answered rightly', [asked(0.2, 'right'), asked(0.6, 'right'), asked(0.9, 'right')]],
    ['all without an answer', [asked(0.2, 'gap'), asked(0.6, 'gap')]],
    ['three', [asked(0.2, 'gap'), asked(0.6, 'astray'), asked(0.9, 'right')]],
    ['all alike', [asked(0.5, 'gap'), asked(0.5, 'right'), asked(0.5, 'right')]],
    ['nothing found', [{ ...asked(0, 'gap'), confidence: 0 }]],
  ])('copes with few questions: %s', (_what, all) => {
    const report = calibrate(all, { maxWrong: 0.05, weights });
    expect(report.questions).toBe(all.length);
    expect(JSON.stringify(report)).not.toContain('NaN');
  });

  it('accounts for every question, and never with numbers that are none', () => {
    fc.assert(
      fc.property(questions, (drawn) => {
        const report = calibrate(
          drawn.map(([share, kind]) => asked(share, kind)),
          { maxWrong: 0.05, weights },
        );
        const { right, astray, unfounded, askBack, escalate } = report.outcomes;
        expect(right + astray + unfounded + askBack + escalate).toBe(drawn.length);
        expect(Object.values(report.weights ?? {}).every(Number.isFinite)).toBe(true);
      }),
      { numRuns: 40 },
    );
  });
});
