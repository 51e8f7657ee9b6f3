import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { draftArticle, type Transcript } from './draft.ts';

const names = ['Ada Lovelace', 'Mira Sommer'];
const draft = (
  customer: string,
  replies: readonly string[],
  more: Partial<Transcript> & { readonly mask?: (text: string) => string } = {},
) => {
  const { mask = (text: string) => text, ...rest } = more;
  return draftArticle(
    {
      question: customer,
      names,
      messages: [
        { role: 'customer', markdown: customer },
        ...replies.map((markdown) => ({ role: 'human' as const, markdown })),
      ],
      ...rest,
    },
    mask,
  );
};

describe('an article from a case', () => {
  it('is the question in the customer’s words and what helps anybody else', () => {
    expect(
      draft('Hi there! This is Ada from Acme. Can I print labels on A4 paper? We have no rolls left.\n\nThanks, Ada', [
        'Hi Ada,\n\nLet me check that for you.',
        'Thanks for waiting! Yes: open Settings › Printing, choose A4, and tick **two per page**.\n\n1. Open Settings\n2. Choose A4\n\nLet me know if that helps!\n\nBest regards,\nMira',
        'Glad to hear!',
      ]),
    ).toEqual({
      ok: true,
      question: 'Can I print labels on A4 paper?',
      answer: 'Yes: open Settings › Printing, choose A4, and tick **two per page**.\n\n1. Open Settings\n2. Choose A4',
      language: 'en',
      flags: [],
    });
  });

  it.each([
    [
      'Guten Tag, wie kann ich meine Rechnung herunterladen?',
      'Hallo Frau Lovelace,\n\nRechnungen finden Sie unter Einstellungen › Abrechnung.\n\nViele Grüße\nMira Sommer',
      'Wie kann ich meine Rechnung herunterladen?',
      'Rechnungen finden Sie unter Einstellungen › Abrechnung.',
    ],
    [
      'Bonjour, comment puis-je exporter mes factures ?',
      'Bonjour Ada,\n\nOuvrez Facturation, puis choisissez Exporter.\n\nCordialement,\nMira',
      'Comment puis-je exporter mes factures ?',
      'Ouvrez Facturation, puis choisissez Exporter.',
    ],
    [
      'How long do refunds take?',
      'Sorry about that, but refunds for annual plans take 14 days.',
      'How long do refunds take?',
      'Refunds for annual plans take 14 days.',
    ],
    [
      'How long do refunds take?',
      'Thanks, I have checked: refunds for annual plans take 14 days.',
      'How long do refunds take?',
      'Thanks, I have checked: refunds for annual plans take 14 days.',
    ],
  ])('%s', (asked, replied, question, answer) => {
    expect(draft(asked, [replied])).toMatchObject({ ok: true, question, answer });
  });

  it('puts several replies together in order, each once', () => {
    const replies = [
      'Open **Billing** and choose Exports.',
      'One moment please',
      'Exports hold 500 rows at most.',
      'Open **Billing** and choose Exports.',
    ];
    expect(draft('How do I export invoices?', replies)).toMatchObject({
      answer: 'Open **Billing** and choose Exports.\n\nExports hold 500 rows at most.',
    });
  });

  it('leaves code, lists and quotes as they are', () => {
    const answer = 'Run this on the printer:\n\n```\nhello world\nthanks\n```\n\n- done\n- Hello screen appears';
    expect(draft('How do I reset the label printer?', [answer])).toMatchObject({ answer });
  });

  it.each([
    ['What went wrong with my refund?', ["I've refunded your order.", 'Done!'], /courtesies/],
    ['Can we talk about pricing?', ['https://meet.example.org/abc-defg'], /link/],
    ['Where is my invoice?', ['Over there.'], /short/],
    ['Hello', ['Exports hold 500 rows at most.'], /asked/],
    ['How do I export invoices?', [], /nobody/],
    ['How do I export invoices?', [`Invoices and exports: ${'word '.repeat(3_000)}`], /long/],
  ])('is not made of %s %j', (asked, replies, reason) => {
    expect(draft(asked, replies)).toEqual({ ok: false, reason: expect.stringMatching(reason) });
  });

  it('names what may concern this customer alone, and no prices of everybody', () => {
    expect(
      draft('How long do refunds take?', [
        'Refunds for annual plans take 14 days. Your refund of €32.50 for order 48213 is on its way. The Team plan costs €29.',
      ]),
    ).toMatchObject({ flags: ['order 48213', '€32.50'] });
  });

  it('shows nothing of what is masked', () => {
    const mask = (text: string): string => text.replaceAll(/\S+@\S+/g, '[e-mail address]');
    const made = draft(
      'Can ada@example.org be my billing address?',
      ['Yes, ada@example.org can be the billing contact.'],
      { mask },
    );
    expect(made).toMatchObject({ ok: true });
    expect(JSON.stringify(made)).not.toContain('ada@');
  });

  it('takes the case’s title where the words themselves ask nothing', () => {
    expect(
      draft('and on A4?', ['Labels fit on A4 paper, two on each page.'], {
        question: 'Can I print labels on A4 paper?',
      }),
    ).toMatchObject({ question: 'Can I print labels on A4 paper?' });
  });

  it('says something or why not, whatever was written', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 200 }),
        fc.array(fc.string({ unit: 'grapheme', maxLength: 300 }), { maxLength: 4 }),
        (asked, replies) => {
          const made = draft(asked, replies);
          expect(made.ok ? made.question.length * made.answer.length : made.reason.length).toBeGreaterThan(0);
          if (made.ok) expect(made.question).not.toMatch(/\n/);
        },
      ),
    );
  });
});
