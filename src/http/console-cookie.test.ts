import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createAgentCookie } from './console-cookie.ts';

const start = new Date('2030-01-01T08:00:00Z');
const hours = (count: number): Date => new Date(start.getTime() + count * 3_600_000);

const cookies = (options: Partial<Parameters<typeof createAgentCookie>[0]> = {}) =>
  createAgentCookie({ secrets: ['first secret'], consoleToken: 'token', secure: false, now: () => start, ...options });

const sent = (setCookie: string): string => setCookie.split(';', 1)[0] ?? '';

describe('the cookie of an agent', () => {
  it('proves any name for twelve hours', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 1, maxLength: 40, unit: 'grapheme' }).filter((name) => name.length <= 80),
        (name) => {
          const cookie = sent(cookies().issue(name));
          expect(cookie).toMatch(/^frontdesk_console=[\w-]+\.[\w-]+$/);
          expect(cookies().read(`other=1; ${cookie}; more=2`)?.name).toBe(name);
          expect(cookies({ now: () => hours(11.9) }).read(cookie)?.name).toBe(name);
          expect(cookies({ now: () => hours(12) }).read(cookie)).toBeUndefined();
        },
      ),
    );
  });

  it('survives a new secret, not a new token', () => {
    const cookie = sent(cookies().issue('Mira'));
    expect(cookies({ secrets: ['second secret', 'first secret'] }).read(cookie)?.name).toBe('Mira');
    expect(cookies({ secrets: ['second secret'] }).read(cookie)).toBeUndefined();
    expect(cookies({ consoleToken: 'another' }).read(cookie)).toBeUndefined();
    expect(cookies({ consoleToken: undefined }).read(cookie)).toBeUndefined();
  });

  it('cannot be changed by a single character', () => {
    const cookie = sent(cookies().issue('Mira'));
    const [name = '', value = ''] = cookie.split('=', 2);
    // The last character of 32 bytes in base64url carries two unused bits.
    fc.assert(
      fc.property(fc.nat(value.length - 2), fc.constantFrom(...'AZaz09-_.='), (at, character) => {
        fc.pre(value[at] !== character);
        const forged = `${name}=${value.slice(0, at)}${character}${value.slice(at + 1)}`;
        expect(cookies().read(forged)).toBeUndefined();
      }),
    );
  });

  it('is nothing when the header is nonsense', () => {
    fc.assert(fc.property(fc.string(), (header) => cookies().read(header) === undefined));
    for (const header of [
      undefined,
      '',
      'frontdesk_console',
      'frontdesk_console=.',
      'frontdesk_console=a.b',
      `x=${'y'.repeat(9_000)}`,
    ]) {
      expect(cookies().read(header)).toBeUndefined();
    }
  });

  it('finds the genuine one among others of its name', () => {
    const cookie = sent(cookies().issue('Mira'));
    expect(cookies().read(`frontdesk_console=planted.value; ${cookie}`)?.name).toBe('Mira');
  });
});
