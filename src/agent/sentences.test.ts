import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { balancedStart, sentences } from './sentences.ts';

describe('sentences', () => {
  it.each([
    ['See e.g. Invoices. Then pay.', ['See e.g. Invoices.', 'Then pay.']],
    [
      'Das gilt z. B. für Rechnungen gem. Nr. 5. Mehr nicht.',
      ['Das gilt z. B. für Rechnungen gem. Nr. 5.', 'Mehr nicht.'],
    ],
    ['Am 3. Mai geht es los. Version 2.1 folgt.', ['Am 3. Mai geht es los.', 'Version 2.1 folgt.']],
    ['The answer is no. Ask again.', ['The answer is no.', 'Ask again.']],
    ['It costs max. 5 euros. Really.', ['It costs max. 5 euros.', 'Really.']],
    [
      'Wait... then go on. Now… maybe. Yahoo! accounts work.',
      ['Wait... then go on.', 'Now… maybe.', 'Yahoo! accounts work.'],
    ],
    ['Voir p. ex. Compte. M. Dupont répond.', ['Voir p. ex. Compte.', 'M. Dupont répond.']],
    ['Press **Save. Then close** it. Done.', ['Press **Save. Then close** it.', 'Done.']],
    ['It is so (see A. Or ask). Yes.', ['It is so (see A. Or ask).', 'Yes.']],
    ['Go to [Help. Now](https://a.example/b). Read.', ['Go to [Help. Now](https://a.example/b).', 'Read.']],
    ['5 * 3 is 15. That is it.', ['5 * 3 is 15.', 'That is it.']],
    ['営業時間です。電話してください。', ['営業時間です。', '電話してください。']],
  ])('cuts %j', (paragraph, expected) => {
    expect(sentences(paragraph)).toEqual(expected);
  });

  it('loses nothing', () => {
    const piece = fc.constantFrom(
      'One. ',
      'e.g. ',
      '**b. ',
      '(x. ',
      ') ',
      '5. ',
      'two ',
      '`',
      '? ',
      '„Ja. ',
      '“ ',
      '… ',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const paragraph = pieces.join('').trim();
        expect(sentences(paragraph).join(' ').replace(/\s+/g, ' ')).toBe(paragraph.replace(/\s+/g, ' '));
      }),
    );
  });
});

describe('balancedStart', () => {
  it('takes off what leaves something open', () => {
    expect(balancedStart('A **b** c [d](e')).toBe('A **b** c [d]');
    expect(balancedStart('A **b c')).toBe('A ');
    expect(balancedStart('A `b` (c)')).toBe('A `b` (c)');
  });
});
