import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareStatements } from './compare-statements.ts';
import { quantitiesIn } from './quantities.ts';

const compare = (article: string, answer: string, question = 'How long do refunds for annual plans take?') =>
  compareStatements({ about: 'Refunds', text: article }, { about: question, text: answer });

describe('an article and an answer', () => {
  it.each<[string, string, string, string, string | undefined]>([
    ['two durations', 'Refunds for annual plans take 14 days.', 'It takes 30 days.', 'differs', 'duration'],
    [
      'one duration in other units',
      'Refunds for annual plans take 14 days.',
      'Refunds on annual plans take two weeks.',
      'same',
      undefined,
    ],
    [
      'working days are other days',
      'Refunds for annual plans take 5 days.',
      'Refunds for annual plans take 5 business days.',
      'differs',
      'duration',
    ],
    [
      'two prices',
      'The Team plan costs €29 per month.',
      'The Team plan costs 35 EUR/month since March.',
      'differs',
      'price',
    ],
    [
      'a price per month is none per year',
      'The Team plan costs €29 per month.',
      'The Team plan costs €29 per year.',
      'differs',
      'price',
    ],
    ['two numbers', 'Exports hold up to 500 rows.', 'Exports hold 1,000 rows at once.', 'differs', 'number'],
    ['numbers of other things', 'Exports hold up to 500 rows.', 'Exports hold 12 columns.', 'other', undefined],
    [
      'a percentage',
      'Nonprofits get a discount of 20 %.',
      'Nonprofits get a discount of 30 percent.',
      'differs',
      'percentage',
    ],
    [
      'a yes and a no',
      'Team plans can be paused for a while.',
      'Team plans cannot be paused for a while.',
      'differs',
      'yes or no',
    ],
    [
      'a condition is no denial',
      'If the printer does not pair, restart the printer.',
      'Restart the printer and hold the button.',
      'other',
      undefined,
    ],
    [
      'other menus',
      'Go to Settings > Billing > Invoices for invoices.',
      'Open Account › Billing › Invoices for invoices.',
      'differs',
      'steps',
    ],
    [
      'the same menus',
      'Go to **Settings > Billing > Invoices** for invoices.',
      'Open Settings › Billing › Invoices for invoices.',
      'same',
      undefined,
    ],
    [
      'nothing in common',
      'The warehouse is in Kiel.',
      'The printer needs new firmware to pair over Bluetooth.',
      'other',
      undefined,
    ],
  ])('%s', (_name, article, answer, kind, what) => {
    const found = compare(article, answer);
    expect([found.kind, found.differences[0]?.what]).toEqual([kind, what]);
  });

  it('shows both sentences', () => {
    expect(
      compare('# Refunds\nWe pay back. Refunds for annual plans take 14 days.', 'It takes 30 days.').differences,
    ).toEqual([{ what: 'duration', article: 'Refunds for annual plans take 14 days.', answer: 'It takes 30 days.' }]);
  });

  it('hears a no to the question', () => {
    const found = compareStatements(
      { about: 'Print labels', text: 'Labels can be printed on A4 paper.' },
      { about: 'Can I print labels on A4 paper?', text: 'No, only on rolls.' },
    );
    expect(found.differences).toMatchObject([{ what: 'yes or no' }]);
  });

  it('says when the steps are others', () => {
    const steps = (...lines: readonly string[]) => lines.map((line, n) => `${n + 1}. ${line}`).join('\n');
    const article = steps('Open the printer lid', 'Press the green button', 'Wait for the light');
    expect(
      compare(article, steps('Unplug the power cable', 'Count slowly', 'Plug the cable in')).differences,
    ).toMatchObject([{ what: 'steps', article }]);
    expect(compare(article, steps('Open the printer lid', 'Press the green button')).kind).toBe('same');
  });

  const words = fc.constantFrom(
    'refund',
    'label',
    'printer',
    'plan',
    'not',
    'never',
    '14 days',
    'two weeks',
    '€29',
    '20 %',
    '500 rows',
    'Settings › Billing',
    'yes,',
    'no,',
    'if',
    'invoice',
  );
  const text = fc
    .array(
      fc.array(words, { minLength: 1, maxLength: 8 }).map((line) => `${line.join(' ')}.`),
      { minLength: 1, maxLength: 5 },
    )
    .map((lines) => lines.join('\n'));

  it('are the same when they are one text, whatever it says', () => {
    fc.assert(
      fc.property(
        fc.oneof(text, fc.string({ unit: 'grapheme', maxLength: 300 })),
        fc.string({ maxLength: 60 }),
        (one, about) => {
          const found = compareStatements({ about, text: one }, { about, text: one });
          expect([found.kind, found.overlap]).toEqual(['same', 1]);
        },
      ),
    );
  });

  it('differ with two sentences to show for it, or not at all', () => {
    fc.assert(
      fc.property(text, text, (one, other) => {
        const found = compare(one, other);
        expect(found.kind === 'differs').toBe(found.differences.length > 0);
        for (const { article, answer } of found.differences) expect(article.length * answer.length).toBeGreaterThan(0);
      }),
    );
  });
});

describe('numbers in a sentence', () => {
  it.each([
    ['It takes two weeks or 1 month', [20_160, 43_200]],
    ['innerhalb von 3 Werktagen', [4_320]],
    ['€1,200.50 or 1.200,50 €', [1_200.5, 1_200.5]],
    ['20% off for 25 seats', [20, 25]],
    ['version 4.2 of #48213', [4.2]],
    ['nothing at all', []],
  ])('%s', (sentence, values) => {
    expect(quantitiesIn(sentence).map(({ value }) => value)).toEqual(values);
  });
});
