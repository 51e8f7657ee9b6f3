import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

const css = readFileSync(new URL('tokens.css', import.meta.url), 'utf8');
const tokens = new Map(
  [...css.matchAll(/--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)/g)].map(([, name, light, dark]) => [
    name ?? '',
    { light: light ?? '', dark: dark ?? '' },
  ]),
);

/** Relative luminance of sRGB (WCAG 2.2). */
const luminance = (hex: string): number => {
  const [r = 0, g = 0, b = 0] = [1, 3, 5]
    .map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255)
    .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};

const contrast = (a: string, b: string): number => {
  const [dark = 0, light = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (light + 0.05) / (dark + 0.05);
};

const grounds = ['ground', 'ground-side', 'ground-raised', 'ground-hover', 'ground-selected', 'accent-soft'];
const text: readonly (readonly [string, readonly string[]])[] = [
  ['ink', [...grounds, 'note', 'danger-soft']],
  ['ink-quiet', grounds],
  ['accent', ['ground', 'ground-side', 'ground-raised']],
  ['accent-hover', ['ground', 'ground-side', 'ground-raised']],
  ['on-accent', ['accent', 'accent-hover']],
  ['on-accent-soft', ['accent-soft']],
  ['on-note', ['note']],
  ['note', ['on-note']],
  ['waiting', ['ground', 'ground-side', 'ground-hover', 'ground-selected']],
  ['danger', ['ground', 'ground-side', 'ground-raised', 'ground-hover', 'ground-selected', 'danger-soft']],
  ['on-danger', ['danger', 'danger-hover']],
];
/** Edges of controls, the focus ring and dots that carry a meaning: 3 : 1 (WCAG 1.4.11). */
const shapes: readonly (readonly [string, readonly string[]])[] = [
  ['line-control', ['ground', 'ground-side', 'ground-raised']],
  ['accent', grounds],
  ['note-line', ['note', 'ground']],
  ['waiting', ['ground', 'ground-side']],
  ['done', ['ground', 'ground-side']],
];

const pairs = (table: typeof text) =>
  table.flatMap(([over, unders]) =>
    unders.flatMap((under) => (['light', 'dark'] as const).map((scheme) => ({ over, under, scheme }))),
  );

const measured = ({ over, under, scheme }: ReturnType<typeof pairs>[number]): number =>
  contrast(tokens.get(over)?.[scheme] ?? '', tokens.get(under)?.[scheme] ?? '');

describe('contrast of the tokens', () => {
  test('the formula is the one of WCAG: black on white is 21, #767676 on white just passes', () => {
    expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 5);
    expect(contrast('#767676', '#ffffff')).toBeGreaterThan(4.5);
    expect(contrast('#777777', '#ffffff')).toBeLessThan(4.5);
  });

  test('all colours are found in the file', () => {
    expect(tokens.size).toBeGreaterThanOrEqual(20);
    for (const { over, under } of [...pairs(text), ...pairs(shapes)]) {
      expect(tokens.has(over), over).toBe(true);
      expect(tokens.has(under), under).toBe(true);
    }
  });

  test.each(pairs(text))('$over on $under, $scheme: at least 4.5 as text', (pair) => {
    expect(measured(pair)).toBeGreaterThanOrEqual(4.5);
  });

  test.each(pairs(shapes))('$over on $under, $scheme: at least 3 as a shape', (pair) => {
    expect(measured(pair)).toBeGreaterThanOrEqual(3);
  });
});
