import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '#core/errors.ts';
import { wellFormedText } from '#test/any-text.ts';
import { createSealer } from './seal.ts';

const sealer = createSealer(['the present secret']);
const text = wellFormedText();
const secret = fc.string({ unit: 'binary', minLength: 1 });

/** The failure of `run`; fails the test when there is none. */
const failureOf = (run: () => unknown): AppError => {
  try {
    run();
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('opened');
};

describe('a sealer', () => {
  it('opens what it sealed, whatever it is', () => {
    fc.assert(
      fc.property(secret, text, text, (own, plain, context) => {
        const { seal, open, isCurrent } = createSealer([own]);
        const sealed = seal(plain, context);
        expect(open(sealed, context)).toBe(plain);
        expect(isCurrent(sealed)).toBe(true);
      }),
    );
  });

  it('shows nothing of it, and never the same twice', () => {
    const plain = 'xoxb-a-token-of-this-test';
    const [one, two] = [sealer.seal(plain, 'slack:T0HOME'), sealer.seal(plain, 'slack:T0HOME')];
    expect(one).toMatch(/^v1\.[\w-]{11}\.[\w-]+$/);
    expect(one).not.toBe(two);
    for (const piece of [plain, Buffer.from(plain).toString('base64url'), 'present'])
      expect(Buffer.from(one, 'base64url').toString('latin1') + one).not.toContain(piece);
  });

  it('opens it in its own place alone', () => {
    fc.assert(
      fc.property(text, text, text, (plain, place, other) => {
        fc.pre(place !== other);
        const sealed = sealer.seal(plain, place);
        expect(failureOf(() => sealer.open(sealed, other)).code).toBe('misconfigured');
      }),
    );
  });

  it('notices every change', () => {
    const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/ v'];
    fc.assert(
      fc.property(text, fc.nat(), fc.constantFrom(...letters, ''), (plain, at, letter) => {
        const sealed = sealer.seal(plain, 'slack:T0HOME');
        const place = at % sealed.length;
        const changed = sealed.slice(0, place) + letter + sealed.slice(place + 1);
        fc.pre(changed !== sealed);
        expect(failureOf(() => sealer.open(changed, 'slack:T0HOME')).code).toBe('misconfigured');
      }),
    );
  });

  it('refuses what was never sealed', () => {
    fc.assert(
      fc.property(fc.string(), (garbage) => {
        expect(failureOf(() => sealer.open(garbage, 'slack:T0HOME')).code).toBe('misconfigured');
        expect(sealer.isCurrent(garbage)).toBe(false);
      }),
    );
  });

  it('says which setting opens it, and nothing of what is inside', () => {
    const plain = 'xoxb-a-token-of-this-test';
    const foreign = failureOf(() => sealer.open(createSealer(['another']).seal(plain, 'a'), 'a'));
    expect(foreign.userMessage).toMatch(/FRONTDESK_SECRET_PREVIOUS/);
    const moved = failureOf(() => sealer.open(sealer.seal(plain, 'a'), 'b'));
    expect(moved.userMessage).toMatch(/connect again/);
    for (const { message, userMessage } of [foreign, moved])
      expect(message + userMessage).not.toMatch(/xoxb|present|v1/);
  });
});

describe('rotation', () => {
  it('opens with any of the secrets, and tells which are of the first', () => {
    fc.assert(
      fc.property(fc.uniqueArray(secret, { minLength: 2, maxLength: 4 }), text, ([first = '', ...others], plain) => {
        const rotated = createSealer([first, ...others]);
        for (const other of others) {
          const sealed = createSealer([other]).seal(plain, 'a');
          expect(rotated.open(sealed, 'a')).toBe(plain);
          expect(rotated.isCurrent(sealed)).toBe(false);
          const again = rotated.seal(plain, 'a');
          expect(rotated.isCurrent(again)).toBe(true);
          expect(createSealer([first]).open(again, 'a')).toBe(plain);
          expect(() => createSealer([other]).open(again, 'a')).toThrow(AppError);
        }
      }),
      { numRuns: 50 },
    );
  });
});
