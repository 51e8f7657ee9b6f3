import { expect, it } from 'vitest';
import { analysisLanguage } from './analysis-language.ts';

it.each([
  ['de', 'de'],
  ['de-AT', 'de'],
  ['pt_BR', 'pt'],
  ['FR', 'fr'],
  ['deu', 'de'],
  [' es-419 ', 'es'],
  ['pl', 'simple'],
  ['und', 'simple'],
  ['not a tag', 'simple'],
  ['', 'en'],
  [undefined, 'en'],
])('analyses %s as %s', (tag, expected) => expect(analysisLanguage(tag)).toBe(expected));
