import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toStorableJson, toStorableText } from './storable.ts';

/** Texts full of what `jsonb` refuses, and of what only looks like it. */
const text = fc
  .array(fc.constantFrom('\0', '\ud800', '\udfff', '\ud83d\ude00', '\\', '\\u0000', '\\ud800', '"', 'a', '\n', 'é'), {
    maxLength: 12,
  })
  .map((pieces) => pieces.join(''));
const tidy = (value: string): string => value.replaceAll('\0', '\ufffd').toWellFormed();

describe('toStorableJson', () => {
  it('replaces NUL and halves of surrogate pairs, and nothing else', () => {
    fc.assert(
      fc.property(text, text, (key, value) => {
        const stored: unknown = JSON.parse(toStorableJson({ [key]: [value, 1, null] }));
        expect(stored).toEqual({ [tidy(key)]: [tidy(value), 1, null] });
      }),
      { numRuns: 1_000 },
    );
  });

  it('is the plain JSON of everything else', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const json = JSON.stringify(value);
        if (!/\\u(?:0000|d[89a-f])/.test(json)) expect(toStorableJson(value)).toBe(json);
      }),
    );
  });
});

describe('toStorableText', () => {
  it('is well-formed, without NUL, and never longer than asked for', () => {
    fc.assert(
      fc.property(text, fc.nat(15), (value, limit) => {
        const stored = toStorableText(value, limit);
        expect(stored.isWellFormed()).toBe(true);
        expect(stored).not.toContain('\0');
        expect(stored.length).toBeLessThanOrEqual(limit);
      }),
    );
  });
});
