import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dateOf } from './date-of.ts';

const now = Date.UTC(2026, 0, 1);

describe('dateOf', () => {
  it.each([
    ["D:20240131120000+01'00'", '2024-01-31T11:00:00.000Z'],
    ["D:20240131120000Z'", '2024-01-31T12:00:00.000Z'],
    ['D:2024', '2024-01-01T00:00:00.000Z'],
    ['2024-01-31', '2024-01-31T00:00:00.000Z'],
    ['2024-01-31 10:05', '2024-01-31T10:05:00.000Z'],
    ['2024-01-31T10:05:06.789-0330', '2024-01-31T13:35:06.000Z'],
  ])('%s is %s', (value, iso) => {
    expect(dateOf(value, now)?.toISOString()).toBe(iso);
  });

  it.each([undefined, '', 'yesterday', '2024-13-40', '1904-01-01', '2026-02-01'])('%s is none', (value) => {
    expect(dateOf(value, now)).toBeUndefined();
  });

  it('reads what JavaScript writes', () => {
    fc.assert(
      fc.property(fc.date({ min: new Date(Date.UTC(1980)), max: new Date(now), noInvalidDate: true }), (date) => {
        expect(Math.floor((dateOf(date.toISOString(), now)?.getTime() ?? 0) / 1_000)).toBe(
          Math.floor(date.getTime() / 1_000),
        );
      }),
    );
  });
});
