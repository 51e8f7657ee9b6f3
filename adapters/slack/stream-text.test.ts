import fc from 'fast-check';
import { expect, it } from 'vitest';
import { streamText } from './stream-text.ts';

const text = fc
  .array(
    fc.constantFrom(
      '<',
      '!',
      '@',
      '#',
      'channel',
      'here',
      'HERE',
      'everyone',
      'ch',
      'annel',
      '>',
      ' ',
      '\n',
      'a',
      '👋',
      '`',
      '&',
      'lt;',
      '#60;',
      '#x3c;',
      '\\',
    ),
    {
      maxLength: 30,
    },
  )
  .map((parts) => parts.join(''));

it('reaches nobody', () =>
  fc.assert(
    fc.property(text, (markdown) => {
      expect(streamText(markdown)).not.toMatch(/(?:<|&(?:lt|#60|#x3c);?)\\*[!@#]|@(channel|here|everyone)/i);
    }),
  ));

it('only grows as the text grows, code unit by code unit', () =>
  fc.assert(
    fc.property(text, (markdown) => {
      let shown = '';
      for (let length = 0; length <= markdown.length; length += 1) {
        const now = streamText(markdown.slice(0, length));
        expect(now.startsWith(shown)).toBe(true);
        shown = now;
      }
    }),
  ));

it('holds back next to nothing', () =>
  fc.assert(
    fc.property(text, (markdown) => {
      const shown = streamText(`${markdown} .`).replaceAll('\u200b', '');
      expect(shown).toBe(`${markdown} .`);
    }),
  ));
