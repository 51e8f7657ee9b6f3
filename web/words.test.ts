import { expect, test } from 'vitest';
import * as words from './words.ts';

const textsOf = (value: unknown): readonly string[] => {
  if (typeof value === 'string') return [value];
  if (typeof value === 'function') return [String(value('1', 1))];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsOf) : [];
};

test('the voice of the product: no exclamation marks, no talk of being a machine', () => {
  const texts = textsOf(words);
  expect(texts.length).toBeGreaterThan(100);
  for (const text of texts) {
    expect(text).not.toMatch(/!/);
    expect(text).not.toMatch(/as an ai\b/i);
  }
});

test('counts read well', () => {
  expect(words.chatWords.newMessages(1)).toBe('1 new message');
  expect(words.chatWords.newMessages(3)).toBe('3 new messages');
});
