import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { areaUnderCurve, type Judged, recommendThresholds, tradeOff, tradeOffCurve } from './trade-off.ts';

const right = (probability: number): Judged => ({ probability, isAnswerable: true, isRight: true, isFound: true });
const astray = (probability: number): Judged => ({ probability, isAnswerable: true, isRight: false, isFound: true });
const gap = (probability: number): Judged => ({ probability, isAnswerable: false, isRight: false, isFound: false });

const judged = fc.array(
  fc
    .tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(right, astray, gap))
    .map(([probability, kind]) => kind(probability)),
);

describe('the trade-off', () => {
  it('counts answers, right ones, and those that nothing founds', () => {
    const all = [right(0.9), astray(0.8), gap(0.7), gap(0.1)];
    expect(tradeOff(all, 0.5)).toEqual({
      threshold: 0.5,
      answered: 0.75,
      rightOfAnswered: 1 / 3,
      unanswerableAnswered: 0.5,
    });
    expect(tradeOff([], 0.5)).toMatchObject({ answered: 0, rightOfAnswered: null, unanswerableAnswered: null });
  });

  it('answers less with each higher threshold', () => {
    fc.assert(
      fc.property(judged, (all) => {
        const curve = tradeOffCurve(all);
        expect(curve).toHaveLength(21);
        curve.slice(1).forEach((one, i) => {
          expect(one.answered).toBeLessThanOrEqual(curve[i]?.answered ?? 0);
          expect(one.unanswerableAnswered ?? 0).toBeLessThanOrEqual(curve[i]?.unanswerableAnswered ?? 0);
        });
      }),
    );
  });
});

describe('recommended thresholds', () => {
  it('answer where few enough are wrong, and ask back where the answer is mostly among what was found', () => {
    const all = [right(0.9), right(0.8), astray(0.6), astray(0.5), gap(0.4), gap(0.2), astray(0.1), gap(0.05)];
    expect(recommendThresholds(all, 0.05)).toEqual({ answer: 0.61, askBack: 0.5, isWithinBound: true });
    expect(recommendThresholds(all, 0.4)).toMatchObject({ answer: 0.51 });
  });

  it.each([
    ['no questions', [], { answer: 1, askBack: 1, isWithinBound: false }],
    ['only right ones', [right(0.4), right(0.9)], { answer: 0, askBack: 0, isWithinBound: true }],
    ['only unanswerable ones', [gap(0.4), gap(0.9)], { isWithinBound: false }],
    ['all alike', [right(0.5), gap(0.5)], { answer: 0, askBack: 0, isWithinBound: false }],
  ])('cope with %s', (_what, all, thresholds) => {
    expect(recommendThresholds(all, 0.05)).toMatchObject(thresholds);
  });

  it('are in order, keep the bound they claim, and rise as the bound falls', () => {
    const bound = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(judged, bound, bound, (all, one, other) => {
        const strict = recommendThresholds(all, Math.min(one, other));
        const lax = recommendThresholds(all, Math.max(one, other));
        for (const { answer, askBack } of [strict, lax]) {
          expect(askBack).toBeLessThanOrEqual(answer);
          expect(askBack).toBeGreaterThanOrEqual(0);
          expect(answer).toBeLessThanOrEqual(1);
        }
        if (!strict.isWithinBound) return;
        expect(lax.answer).toBeLessThanOrEqual(strict.answer);
        expect(1 - (tradeOff(all, strict.answer).rightOfAnswered ?? 0)).toBeLessThanOrEqual(
          Math.min(one, other) + 1e-6,
        );
      }),
    );
  });
});

it('the area under the curve is the chance that a positive ranks above a negative', () => {
  expect(areaUnderCurve([0.9, 0.8], [0.1])).toBe(1);
  expect(areaUnderCurve([0.5], [0.5])).toBe(0.5);
  expect(areaUnderCurve([0.2, 0.9], [0.5])).toBe(0.5);
  expect(areaUnderCurve([], [0.5])).toBeNull();
});
