import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stem } from '#core/stem.ts';
import { fold } from '#core/terms.ts';
import { type CompoundLanguage, compoundCandidates, splitCompound } from './compound.ts';

const lexicon = (language: CompoundLanguage, words: string): ReadonlySet<string> =>
  new Set(words.split(' ').map((word) => stem(fold(word), language)));

const german = lexicon(
  'de',
  'Passwort zurücksetzen Zurücksetzung Rechnung Adresse Versand Kosten Kunde Konto Daten Bank Liefer Lieferung Zeit Test Phase Drucker Treiber Zahlung Art Auftrag Bestätigung Seite',
);
const dutch = lexicon('nl', 'verzending kosten wachtwoord herstel levering tijd klant gegevens betaling methode');

const split = (word: string, language: CompoundLanguage): readonly string[] | undefined =>
  splitCompound(fold(word), (one) => (language === 'de' ? german : dutch).has(one), language);
const stems = (words: string, language: CompoundLanguage) => words.split(' ').map((word) => stem(fold(word), language));

describe('splitCompound', () => {
  it.each([
    ['de', 'Passwortzurücksetzung', 'Passwort Zurücksetzung'],
    ['de', 'Rechnungsadresse', 'Rechnung Adresse'],
    ['de', 'Versandkosten', 'Versand Kosten'],
    ['de', 'Kundenkonto', 'Kunde Konto'],
    ['de', 'Kontodaten', 'Konto Daten'],
    ['de', 'Lieferzeiten', 'Liefer Zeit'],
    ['de', 'Druckertreibers', 'Drucker Treiber'],
    ['de', 'Auftragsbestätigungsseite', 'Auftrag Bestätigung Seite'],
    ['nl', 'verzendkosten', 'verzending kosten'],
    ['nl', 'leveringstijd', 'levering tijd'],
    ['nl', 'klantgegevens', 'klant gegevens'],
  ] as const)('%s: %s', (language, word, parts) => expect(split(word, language)).toEqual(stems(parts, language)));

  it.each(['Bestellung', 'Konto', 'Druckerei', 'Versandapotheke', 'kostenlos', 'Zeit', 'Größe', '2fa', ''])(
    'leaves %s whole',
    (word) => expect(split(word, 'de')).toBeUndefined(),
  );

  it('asks only for stems that were announced, and gives only known ones', () => {
    const part = fc.constantFrom('passwort', 'rechnung', 'adresse', 'konto', 'zeit', 'kosten', 'qwx', 'en', 's');
    fc.assert(
      fc.property(
        fc.array(part, { minLength: 1, maxLength: 5 }),
        fc.constantFrom<CompoundLanguage>('de', 'nl'),
        (parts, language) => {
          const word = parts.join('');
          const announced = new Set(compoundCandidates(word, language));
          const found = splitCompound(
            word,
            (one) => {
              expect(announced.has(one)).toBe(true);
              return german.has(one);
            },
            language,
          );
          for (const one of found ?? []) expect(german.has(one)).toBe(true);
        },
      ),
    );
  });

  it('has a bounded number of parts to look up', () => {
    expect(compoundCandidates('versandkosten', 'de').length).toBeLessThan(40);
    expect(compoundCandidates('x'.repeat(40), 'de').length).toBeLessThan(900);
    expect(compoundCandidates('x'.repeat(41), 'de')).toEqual([]);
  });
});
