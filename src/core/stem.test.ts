import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stem } from './stem.ts';

describe('stem', () => {
  // From the sample vocabulary of the algorithm's own page, and words of a help desk.
  it.each([
    ['consigned', 'consign'],
    ['consistency', 'consist'],
    ['consolingly', 'consol'],
    ['knightly', 'knight'],
    ['knackeries', 'knackeri'],
    ['generously', 'generous'],
    ['communication', 'communic'],
    ['hopping', 'hop'],
    ['hoping', 'hope'],
    ['agreed', 'agre'],
    ['dying', 'die'],
    ['ties', 'tie'],
    ['cries', 'cri'],
    ['gas', 'gas'],
    ['kiwis', 'kiwi'],
    ['replacement', 'replac'],
    ['organization', 'organ'],
    ['relational', 'relat'],
    ['apology', 'apolog'],
    ['yelling', 'yell'],
    ['employer', 'employ'],
    ['smoking', 'smoke'],
    ['invoices', 'invoic'],
    ['exceeded', 'exceed'],
    ['news', 'news'],
  ])('%s', (word, expected) => expect(stem(word)).toBe(expected));

  it.each([
    ['delivery', 'deliveries'],
    ['cancel', 'cancelled'],
    ['retry', 'retries'],
    ['ship', 'shipping'],
  ])('takes %s and %s for the same word', (one, other) => expect(stem(one)).toBe(stem(other)));

  it('leaves alone what is no English word', () => {
    for (const word of ['2fa', 'größe', '返金', 'ok', '', 'é']) expect(stem(word)).toBe(word);
  });

  it('never lengthens a word by more than a letter, nor empties it', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z]{1,20}$/), (word) => {
        expect(stem(word).length).toBeGreaterThan(0);
        expect(stem(word).length).toBeLessThanOrEqual(word.length + 1);
      }),
    );
  });
});
