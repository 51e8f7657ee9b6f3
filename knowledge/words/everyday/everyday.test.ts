import { expect, it } from 'vitest';
import { isCircumstance } from './index.ts';

it.each([
  ['yesterday', ['en'], true],
  ['gestern', ['de'], true],
  ['gestern', ['en'], false],
  ['gestern', ['en', 'de'], true],
  ['mae', ['pt'], true],
  ['invoice', ['en', 'de', 'fr', 'es', 'it', 'nl', 'pt'], false],
  ['yesterday', ['simple'], false],
] as const)('%s in %j tells of circumstances: %s', (word, languages, expected) => {
  expect(isCircumstance(word, languages)).toBe(expected);
});
