import { SparseVector } from 'pgvector';
import { describe, expect, it } from 'vitest';
import { idf, impact, lexicalVector, maxImpact } from './lexical.ts';

describe('BM25, by hand', () => {
  it('saturates with frequency and falls with length', () => {
    expect(impact(1, 60)).toBeCloseTo(2.2 / 2.2);
    expect(impact(3, 100)).toBeCloseTo(6.6 / 4.8);
    expect(impact(1, 200)).toBeLessThan(impact(1, 100));
    expect(impact(1000, 1000)).toBeLessThan(maxImpact);
  });

  it('gives rare words more weight', () => {
    expect(idf(10, 1)).toBeCloseTo(Math.log(1 + 9.5 / 1.5));
    expect(idf(10, 10)).toBeGreaterThan(0);
    expect(idf(10, 0)).toBeGreaterThan(idf(10, 1));
  });
});

describe('lexicalVector', () => {
  it('holds one impact per word at the place of its id, and the most telling ids as keys', () => {
    const terms = Array.from({ length: 50 }, (_, i) => ({ id: i + 1, df: i + 1, count: 1 }));
    const { terms: vector, keys } = lexicalVector(terms, 100);
    const parsed = new SparseVector(vector);
    expect(parsed.indices).toEqual(terms.map(({ id }) => id - 1));
    expect(parsed.values[0]).toBeCloseTo(impact(1, 50), 3);
    expect(keys).toEqual(terms.slice(0, 32).map(({ id }) => id));
  });

  it('is empty for a chunk without words', () => {
    expect(lexicalVector([], 5)).toEqual({ terms: '{}/1000000000', keys: [] });
  });
});
