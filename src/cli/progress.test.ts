import { describe, expect, it } from 'vitest';
import { createPace, describePace } from './progress.ts';

describe('the pace', () => {
  it('is that of the last seconds', () => {
    const pace = createPace(10_000);
    expect(pace.perSecond()).toBeUndefined();
    for (let at = 0; at <= 60_000; at += 100) pace.add(at, at / 10);
    expect(pace.perSecond()).toBeCloseTo(100);
    for (let at = 60_100; at <= 80_000; at += 100) pace.add(at, 6_000 + (at - 60_000) / 100);
    expect(pace.perSecond()).toBeCloseTo(10);
  });

  it.each([
    [undefined, 10, '…', ''],
    [120.4, 0, '120/s', ''],
    [120.4, 240, '120/s', ' · 2 s left'],
    [2, 250, '2.0/s', ' · 2 min 5 s left'],
    [1, 7_260, '1.0/s', ' · 2 h 1 min left'],
    [0, 100, '0.0/s', ''],
  ])('of %s per second with %i left reads %s%s', (perSecond, left, rate, time) => {
    expect(describePace(perSecond, left)).toEqual({ rate, left: time });
  });
});
