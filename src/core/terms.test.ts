import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findTerm, fold, mentions, normalise, stemsOf, subjectTerms } from './terms.ts';

describe('normalise', () => {
  it.each([
    ['How do I reset 2FA?', 'how do i reset 2fa'],
    ['Crème brûlée, Straße & CAFÉ', 'creme brulee strasse cafe'],
    ['user@example.org: don’t', 'user example org dont'],
    ["the customer's orders", 'the customers orders'],
    ['3,000 orders, 1,790.50', '3000 orders 1790 50'],
    ['a 5ghz network and 10MB', 'a 5 ghz network and 10 mb'],
    ['Wi-Fi, e-mail, sign-in', 'wifi email sign in'],
    ['返金方法', '返金 金方 方法'],
    ['ИНСТРУКЦИЯ', 'инструкция'],
    ['ﬁle Ⅳ', 'file iv'],
    ['', ''],
  ])('%s', (text, expected) => expect(normalise(text)).toBe(expected));

  it('leaves out encoded files', () => {
    expect(normalise(`key ${'a1'.repeat(40)} end`)).toBe('key end');
  });

  it('gives nothing but words and single spaces', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const once = normalise(text);
        expect(once).toMatch(/^[\p{L}\p{N}\p{M} ]*$/u);
        expect(once.isWellFormed()).toBe(true);
        expect(once).not.toContain('\0');
      }),
    );
  });
});

describe('stemsOf', () => {
  it('keeps order and repetitions, drops stop words, keeps particles that change a verb', () => {
    expect(stemsOf(normalise('Switch it off, and the switches are off.'))).toEqual(['switch', 'off', 'switch', 'off']);
    expect(stemsOf('')).toEqual([]);
  });
});

describe('subjectTerms', () => {
  it.each([
    ['pls, where is my parcel', ['parcel']],
    ['hi there! how much do you charge for it?', ['charg']],
    ['do you take credit cards', ['credit', 'card']],
    ['is the site down', ['site', 'down']],
    ['refund refunds REFUNDED', ['refund']],
    ['help', ['help']],
    ['the and of', []],
    ['?!', []],
  ])('%s', (question, terms) => expect(subjectTerms(question)).toEqual(terms));

  it('gives at most 40', () => {
    expect(subjectTerms(Array.from({ length: 100 }, (_, at) => `x${at}`).join(' '))).toHaveLength(40);
  });
});

describe('findTerm', () => {
  it('finds inflected words from their stem, and only whole words', () => {
    expect(findTerm(fold('No refunds.'), 'refund')).toBe(3);
    expect(mentions(fold('Deliveries are late'), 'deliveri')).toBe(true);
    expect(mentions(fold('The delivery'), 'deliveri')).toBe(true);
    expect(mentions(fold('no smoking'), 'smoke')).toBe(true);
    expect(mentions(fold('Café Wi-Fi'), 'wifi')).toBe(true);
    expect(mentions(fold('transport'), 'port')).toBe(false);
    expect(mentions(fold('porter'), 'port')).toBe(false);
    expect(mentions(fold('返金方法'), '金方')).toBe(true);
  });

  it('goes on from where it is told', () => {
    const text = fold('pay, paid, pays');
    expect(findTerm(text, 'pay', 1)).toBe(11);
    expect(findTerm(text, 'pay', 12)).toBe(-1);
  });

  it('finds the stem of every word that a text has', () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[a-z]{3,14}$/), { minLength: 1 }), (all) => {
        const text = all.join(' ');
        for (const found of stemsOf(text)) expect(mentions(text, found)).toBe(true);
      }),
    );
  });
});
