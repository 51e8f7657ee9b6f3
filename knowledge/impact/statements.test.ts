import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stands, statementsOf, toldBy } from './statements.ts';

const still = (old: string, now: string): boolean =>
  statementsOf(old).every((statement) => stands(statement, statementsOf(now)));

describe('stands', () => {
  it.each([
    ['You may return it within 30 days.', 'Read this first. You may return it within **30 days**! Then wait.'],
    ['Refunds take 5 working days.', 'A refund takes 5 working days.'],
    ['Refunds take 5 working days.', 'Refunds usually take 5 working days'],
    ['- Open **Settings** and choose Team', '1. Open [Settings](https://example.org/s) and choose Team.'],
    ['Open Settings. Choose Team.', 'Open Settings, choose Team.'],
    ['| Small | 9 EUR |', '| Small | 9 EUR | monthly |'],
    ['Die Rechnung finden Sie unter Konto.', 'Sie finden die Rechnung unter „Konto“.'],
  ])('sees that it still says: %s', (old, now) => expect(still(old, now)).toBe(true));

  it.each([
    ['You may return it within 30 days.', 'You may return it within 14 days.'],
    ['You can cancel at any time.', 'You cannot cancel at any time.'],
    ['You can cancel by mail.', 'You can cancel only by mail.'],
    [
      'Our office is open on Monday from nine to five in the main building.',
      'Our office is open on Tuesday from nine to five in the main building.',
    ],
    ['Pay before delivery.', 'Pay after delivery.'],
    ['It is free.', ''],
    ['Das Paket kommt in 3 Tagen.', 'Das Paket kommt in 5 Tagen.'],
    ['Le remboursement est possible.', 'Le remboursement n’est pas possible.'],
    ['Small costs 9 EUR.', 'Small costs 9 EUR, or 90 EUR a year.'],
  ])('sees that it does not say any more: %s', (old, now) => expect(still(old, now)).toBe(false));

  it('finds every statement of a text in that text, wherever that stands', () => {
    const line = fc.array(
      fc.constantFrom('pay', 'not', 'invoice', '30', 'days.', '- Open', '**Settings**', '[1]', 'ß?', 'a'),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 6 }), fc.string({ unit: 'grapheme' }), (lines, noise) => {
        const text = lines.map((words) => words.join(' ')).join('\n');
        expect(still(text, `${noise}\n\n${text}\n\n${noise}`)).toBe(true);
      }),
    );
  });

  it('says where each statement is', () => {
    const text = '# Returns\n\nYou may return it. Within 30 days!\n| a | b |';
    expect(statementsOf(text).map(({ start, end }) => text.slice(start, end))).toEqual([
      '# Returns',
      'You may return it.',
      'Within 30 days!',
      '| a | b |',
    ]);
  });
});

describe('toldBy', () => {
  const passage =
    'Returns are easy to make. You may return it within 30 days. The label costs 4 EUR in most countries.';
  const told = (answer: string): readonly string[] =>
    toldBy(answer, passage).map(({ start, end }) => passage.slice(start, end));

  it('takes what the answer quotes', () => {
    expect(told('You may return it within 30 days. [1]')).toEqual(['You may return it within 30 days.']);
  });
  it('takes what an answer in other words is about, or else everything', () => {
    expect(told('Send it back: return it in 30 days at most.')).toEqual(['You may return it within 30 days.']);
    expect(told('Certainly!')).toHaveLength(3);
  });
});
