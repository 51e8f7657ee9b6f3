import { describe, expect, test } from 'vitest';
import { type KeptChange, readKept, writeKept } from './kept-change.ts';

const from = { question: 'How long?', answer: '14 days.', visibility: 'public' };
const kept: KeptChange = { from, to: { ...from, answer: '30 days.' } };

describe('a change that is not saved', () => {
  test('is kept with the text that it began from', () => {
    expect(readKept(writeKept(kept))).toEqual(kept);
  });

  test('is none once it says what was there before', () => {
    expect(writeKept({ from, to: { ...from } })).toBe('');
  });

  test.each(['', 'null', '3', '{}', '{"from":{},"to":{}}', '{"from":null,"to":null}', 'not json'])(
    'is none where nothing can be read: %s',
    (text) => {
      expect(readKept(text)).toBeUndefined();
    },
  );
});
