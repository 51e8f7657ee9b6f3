import { describe, expect, it } from 'vitest';
import { type Evidence, confidence as ofSignals, signalsOf } from './confidence.ts';

const confidence = (evidence: Evidence) => ofSignals(signalsOf(evidence));

const known = (idf: number) => ({ stem: 'x', idf, trust: 1, also: [] });
const unknown = { stem: 'y', idf: 6, trust: 0, also: [] };

describe('confidence', () => {
  it('rises with the score and stays a probability', () => {
    const at = (score: number) => confidence({ score, terms: [known(4), known(3)], corpus: 250 });
    const values = [1, 5, 10, 15].map(at);
    expect(values).toEqual([...values].sort((one, other) => one - other));
    expect(at(1)).toBeLessThan(0.1);
    expect(at(12)).toBeGreaterThan(0.9);
    expect(at(1_000)).toBeLessThanOrEqual(1);
  });

  it('is sure of a single telling word that stands in the text', () => {
    expect(confidence({ score: 4.8, terms: [known(4.6)], corpus: 246 })).toBeGreaterThan(0.5);
  });

  it('falls with every word that the corpus lacks', () => {
    const at = (...more: (typeof unknown)[]) => confidence({ score: 8, terms: [known(4), ...more], corpus: 250 });
    expect(at(unknown)).toBeLessThan(at());
    expect(at(unknown, unknown)).toBeLessThan(at(unknown));
  });

  it('has none in nothing', () => {
    expect(confidence({ score: 0, terms: [known(4)], corpus: 250 })).toBe(0);
    expect(confidence({ score: 1, terms: [], corpus: 250 })).toBe(0);
    expect(confidence({ score: 1, terms: [known(4)], corpus: 0 })).toBe(0);
  });
});
