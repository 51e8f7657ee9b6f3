import { describe, expect, it } from 'vitest';
import { fuse } from './fuse.ts';

const hits = (ids: string) => ids.split('').map((id, i) => ({ id, score: 10 - i }));

describe('fuse', () => {
  it('adds up reciprocal ranks', () => {
    const fused = fuse([hits('abc'), hits('cad')], (hit) => hit.id);
    expect(fused.map(({ id }) => id)).toEqual(['a', 'c', 'b', 'd']);
    expect(fused[0]?.score).toBeCloseTo(1 / 61 + 1 / 62, 12);
    expect(fused[1]?.score).toBeCloseTo(1 / 63 + 1 / 61, 12);
  });

  it('keeps a single ranking as it is', () => {
    expect(fuse([hits('abc'), []], (hit) => hit.id).map(({ id }) => id)).toEqual(['a', 'b', 'c']);
    expect(fuse([], (hit: { id: string; score: number }) => hit.id)).toEqual([]);
  });
});
