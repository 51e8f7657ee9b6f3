import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fingerprint, fingerprintDistance } from './fingerprint.ts';

const word = fc.nat(1_000_000).map((n) => `w${n.toString(36)}`);
const text = fc.array(word, { minLength: 120, maxLength: 200 });

describe('fingerprint', () => {
  it('fits a signed 64-bit number, whatever the text', () => {
    fc.assert(
      fc.property(fc.string(), (any) => {
        const mark = fingerprint(any);
        expect(BigInt.asIntN(64, mark)).toBe(mark);
        expect(fingerprintDistance(mark, mark)).toBe(0);
      }),
    );
    expect(fingerprint('')).toBe(0n);
    expect(fingerprint('one')).not.toBe(fingerprint('two'));
  });

  it('does not see case, marks and spaces', () => {
    expect(fingerprint('We return **your money**,\nwithin 14 days.')).toBe(
      fingerprint('we return your money within 14 days'),
    );
  });

  it('changes little with one word, and much with all of them', () => {
    fc.assert(
      fc.property(text, text, word, fc.nat(), (words, others, fresh, at) => {
        const edited = words.with(at % words.length, fresh);
        const near = fingerprintDistance(fingerprint(words.join(' ')), fingerprint(edited.join(' ')));
        const far = fingerprintDistance(
          fingerprint(words.join(' ')),
          fingerprint(others.map((other) => `${other}x`).join(' ')),
        );
        expect(near).toBeLessThanOrEqual(16);
        expect(far).toBeGreaterThan(near);
      }),
      { numRuns: 60 },
    );
  });
});
