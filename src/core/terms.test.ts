import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyText } from '#test/any-text.ts';
import { findTerm, fold, mentions, normalise, questionTerms, questionWords, stemsOf, subjectTerms } from './terms.ts';
import { type AnalysisLanguage, knownLanguages } from './words/analysis-language.ts';

const languages: readonly AnalysisLanguage[] = [...knownLanguages, 'simple'];

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
    ["L'abonnement, dell’ordine, qu'est-ce que j'ai", 'abonnement ordine est ce que ai'],
    ["c'è un'altra cosa", 'e altra cosa'],
    ["aujourd'hui, rock'n'roll, o'clock", 'aujourdhui rocknroll oclock'],
    ['¿Dónde está? ¡Ya!', 'donde esta ya'],
    ['cœur', 'coeur'],
    ['', ''],
  ])('%s', (text, expected) => expect(normalise(text)).toBe(expected));

  it('leaves out encoded files', () => {
    expect(normalise(`key ${'a1'.repeat(40)} end`)).toBe('key end');
  });

  it('gives nothing but words and single spaces', () => {
    fc.assert(
      fc.property(anyText, (text) => {
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

  it.each([
    ['de', 'Die Rechnungen für Ihre Bestellung finden Sie hier.', 'Rechnung Bestellung finden'],
    ['fr', "Où trouver les factures de l'abonnement ?", 'trouver facture abonnement'],
    ['es', '¿Dónde están las facturas?', 'factura'],
    ['it', "Le fatture dell'ordine", 'fattura ordine'],
    ['nl', 'De facturen van uw bestelling', 'factuur bestelling'],
    ['pt', 'As faturas da sua encomenda', 'fatura encomenda'],
    ['simple', 'Faktury za zamówienia', 'faktury za zamowienia'],
  ] as const)('leaves out the stop words of %s', (language, text, words) => {
    expect(stemsOf(normalise(text), language)).toEqual(
      normalise(words)
        .split(' ')
        .flatMap((word) => stemsOf(word, language)),
    );
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

describe('questionTerms', () => {
  const surfaces = (text: string, ...inPlay: AnalysisLanguage[]) =>
    questionTerms(text, inPlay).map(({ surface }) => surface);

  it.each([
    ['Guten Tag, wie lange dauert bitte die Rückerstattung?', ['dauert', 'ruckerstattung']],
    ['Hallo, ich moechte gerne mein Abo kuendigen', ['abo', 'kuendigen']],
    ["Bonjour, combien de temps prend le remboursement s'il vous plaît ?", ['prend', 'remboursement']],
    ['Hola, ¿cuánto tiempo tarda el reembolso, por favor?', ['tarda', 'reembolso']],
    ["Buongiorno, vorrei disdire l'abbonamento", ['disdire', 'abbonamento']],
    ['Hoi, hoe lang duurt de levering? Alvast bedankt', ['duurt', 'levering']],
    ['Bom dia, quanto tempo demora a encomenda?', ['demora', 'encomenda']],
    ['Where does the die casting happen?', ['die', 'casting']],
  ])('%s', (text, expected) => expect(surfaces(text, 'en', 'de', 'fr', 'es', 'it', 'nl', 'pt')).toEqual(expected));

  it('gives a stem for each language that the documents are in, that of the question first', () => {
    expect(questionTerms('Wo sind meine Rechnungen?', ['en', 'de'])).toEqual([
      { place: 3, surface: 'rechnungen', stems: ['rechn', 'rechnungen'] },
    ]);
    expect(questionTerms('Wo sind meine Rechnungen?', ['en'])).toEqual([
      { place: 3, surface: 'rechnungen', stems: ['rechnungen'] },
    ]);
    expect(questionTerms('refunds', ['en', 'simple'])[0]?.stems).toEqual(['refund', 'refunds']);
  });

  it('says where each word stands', () => {
    const text = 'Hi, how long does my refund take at the moment';
    for (const { place, surface } of questionTerms(text, ['en'])) expect(questionWords(text)[place]).toBe(surface);
    expect(questionTerms(text, ['en']).map(({ surface }) => surface)).toEqual(['refund', 'moment']);
  });

  it('keeps what there is when it is all filler', () => {
    expect(surfaces('hallo', 'de')).toEqual(['hallo']);
    expect(surfaces('und der', 'de')).toEqual([]);
    expect(surfaces('?!', 'de', 'en')).toEqual([]);
  });

  it('takes anything', () => {
    fc.assert(
      fc.property(anyText, fc.subarray([...languages]), (text, inPlay) => {
        const terms = questionTerms(text, inPlay);
        expect(terms.length).toBeLessThanOrEqual(40);
        for (const { stems } of terms) expect(new Set(stems).size).toBe(stems.length);
      }),
    );
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

  it('looks at quoted words and between dashes', () => {
    expect(mentions(fold('„Rechnungen“ – Übersicht'), stemsOf('rechnung', 'de')[0] ?? '', 'de')).toBe(true);
    expect(mentions(fold('press “refund”—twice'), 'refund')).toBe(true);
    expect(mentions('anything', '')).toBe(false);
  });

  it.each([
    ['de', 'Der Vertrag ist gekündigt.', 'kündigen'],
    ['de', 'Das Passwort wurde zurückgesetzt', 'zuruecksetzen'],
    ['fr', "Le prix de l'abonnement", 'abonnements'],
    ['es', 'La facturación', 'facturar'],
    ['it', "Lo stato dell'ordine", 'ordini'],
    ['nl', 'U hebt het abonnement opgezegd', 'opzeggen'],
    ['pt', 'As devoluções', 'devolucao'],
    ['simple', 'Faktury i zwroty', 'faktury'],
  ] as const)('finds inflected words in %s: %s', (language, text, word) => {
    for (const stem of stemsOf(normalise(word), language)) expect(mentions(fold(text), stem, language)).toBe(true);
  });

  it('finds whatever a text in any language is indexed under', () => {
    const word = fc.oneof(
      fc.stringMatching(/^[a-z]{3,14}$/),
      fc.stringMatching(/^(an|zu|op)?ge[a-zäöüé]{3,8}(t|en|d|ung)$/),
    );
    fc.assert(
      fc.property(fc.constantFrom(...languages), fc.array(word, { minLength: 1, maxLength: 8 }), (language, all) => {
        const text = fold(all.join(', '));
        for (const stem of stemsOf(normalise(text), language)) expect(mentions(text, stem, language)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});
