import { describe, expect, test } from 'vitest';
import { formatBytes } from './format-bytes.ts';
import { formatDay, formatSince } from './format-time.ts';

const now = new Date(2026, 2, 18, 0, 30);

describe('formatDay', () => {
  test.each([
    [new Date(2026, 2, 18, 0, 1), 'Today'],
    [new Date(2026, 2, 17, 23, 59), 'Yesterday'],
    [new Date(2026, 2, 13, 8), 'Friday'],
  ])('%s is %s', (at, expected) => {
    expect(formatDay(at, now)).toBe(expected);
  });

  test('names the date beyond a week, the year when it is another', () => {
    expect(formatDay(new Date(2026, 1, 3), now)).toMatch(/3/);
    expect(formatDay(new Date(2026, 1, 3), now)).not.toMatch(/2026/);
    expect(formatDay(new Date(2025, 1, 3), now)).toMatch(/2025/);
  });
});

describe('formatSince', () => {
  test.each([
    [-5, 'now'],
    [0, 'now'],
    [1, '1 min'],
    [59, '59 min'],
    [60, '1 h'],
    [125, '2 h 5 min'],
    [24 * 60 - 1, '23 h 59 min'],
    [49 * 60, '2 d'],
  ])('%i minutes are "%s"', (minutes, expected) => {
    expect(formatSince(new Date(now.getTime() - minutes * 60_000), now)).toBe(expected);
  });
});

test('formatBytes', () => {
  expect(formatBytes(12)).toMatch(/^12 byte/);
  expect(formatBytes(184_223)).toMatch(/^184 kB$/i);
  expect(formatBytes(3_420_000)).toMatch(/^3\.4 MB$/i);
});
