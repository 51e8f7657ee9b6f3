import { describe, expect, it } from 'vitest';
import { rank } from './rank.ts';

const term = (stem: string, idf = 3, trust = 1) => ({ stem, idf, trust, also: [] as readonly string[] });
const hit = (title: string, body: string, score: number, headings: readonly string[] = []) => ({
  documentId: title,
  title,
  body,
  score,
  headings,
});
const titles = (hits: Parameters<typeof rank>[0], terms: Parameters<typeof rank>[1]) =>
  rank(hits, terms).map((one) => one.hit.title);

describe('rank', () => {
  it('keeps the order of BM25 where nothing else speaks', () => {
    expect(titles([hit('A', 'x', 3), hit('B', 'y', 2), hit('C', 'z', 2)], [term('refund')])).toEqual(['A', 'B', 'C']);
  });

  it('prefers a document whose title has the words', () => {
    const hits = [hit('Prices', 'About refunds.', 3), hit('Refunds', 'Money.', 2)];
    expect(titles(hits, [term('refund')])).toEqual(['Refunds', 'Prices']);
  });

  it('prefers words that stand together, in the text or across headings', () => {
    const apart = hit('A', `A gift. ${'Some other words. '.repeat(5)} A card.`, 3);
    const together = hit('B', 'Gift cards never expire.', 2.5);
    expect(titles([apart, together], [term('gift'), term('card')])).toEqual(['B', 'A']);
  });

  it('credits a chunk with what the best chunks of its document have, once, and not what a long document has somewhere', () => {
    const other = { ...hit('A', 'Gifts.', 2), documentId: 'a' };
    const chunk = { ...hit('B', 'Gifts.', 1.9), documentId: 'b' };
    const beside = { ...hit('B', 'Cards.', 1), documentId: 'b' };
    const more = { ...hit('B', 'More gifts.', 1.5), documentId: 'b' };
    const terms = [term('gift'), term('card')];
    expect(rank([other, chunk, beside], terms).map(({ hit: { title } }) => title)).toEqual(['B', 'B', 'A']);
    expect(rank([other, chunk, more, more, beside], terms)[0]?.hit.title).toBe('A');
  });

  it('trusts a guess at a misspelt word less, and a word that nothing resembles not at all', () => {
    const sure = rank([hit('Refunds', '', 1)], [term('refund')])[0]?.score ?? 0;
    const guessed = rank([hit('Refunds', '', 1)], [term('refund', 3, 0.5)])[0]?.score ?? 0;
    const unknown = rank([hit('Refunds', '', 1)], [term('refund', 3, 0)])[0]?.score ?? 0;
    expect(sure).toBeGreaterThan(guessed);
    expect(guessed).toBeGreaterThan(unknown);
    expect(unknown).toBe(1);
  });

  it('takes a synonym for the word, once', () => {
    const refund = { ...term('refund'), also: ['reimburs'] };
    const [said] = rank([hit('Reimbursements', '', 1)], [refund]);
    const [both] = rank([hit('Refunds and reimbursements', '', 1)], [refund]);
    expect(said?.score).toBeGreaterThan(1);
    expect(both?.score).toBe(said?.score);
  });

  it('ranks nothing', () => expect(rank([], [term('x')])).toEqual([]));
});
