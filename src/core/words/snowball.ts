import { stemmer as dutch } from '@orama/stemmers/dutch';
import { stemmer as french } from '@orama/stemmers/french';
import { stemmer as german } from '@orama/stemmers/german';
import { stemmer as italian } from '@orama/stemmers/italian';
import { stemmer as portuguese } from '@orama/stemmers/portuguese';
import { stemmer as spanish } from '@orama/stemmers/spanish';
import type { KnownLanguage } from './analysis-language.ts';

/**
 * The Snowball stemmers (snowballstem.org) for words that have lost their accents, because customers leave them out: accents by
 * which a stemmer knows an ending are put back before, and what it leaves apart is brought together after. Tried on families of
 * support words (families.test.ts): more forms meet than by stemming the accented word, and none is
 * lost by leaving accents out.
 */

/** Cuts an ending where at least `rest` letters are left. */
const cut = (word: string, ending: string, rest: number): string =>
  word.length - ending.length >= rest && word.endsWith(ending) ? word.slice(0, -ending.length) : word;

const germanPrefix =
  '(?:ab|an|auf|aus|bei|durch|ein|fest|frei|her|herunter|hin|hinzu|hoch|los|mit|nach|runter|um|vor|weg|weiter|wieder|zu|zuruck|zusammen)';
const germanParticiples: readonly RegExp[] = [
  // gekündigt, but not the noun Gewicht
  /^()ge(?!bie|fahr|hal|ric|sam|scha|sic|wic)([a-z]{3,}t)(?:e[mnrs]?)?$/,
  // angemeldet
  new RegExp(`^(${germanPrefix})ge([a-z]{3,}t)(?:e[mnrs]?)?$`),
  // eingeladen, but not Angeboten and Umgebungen
  new RegExp(`^(${germanPrefix})ge(?!bot)([a-z]{3,}(?<!ung|heit|keit)en)$`),
  // anzumelden
  new RegExp(`^(${germanPrefix})zu(?!g)([a-z]{4,}n)$`),
];
/** `kuendigen` and `geaendert`, but not `neue` or `Quelle`. */
const germanUmlaut = /(?<=^|[^aeiouq]|^(?:[a-z]{2,})?ge)([aou])e/g;
const germanIrregular: ReadonlyMap<string, string> = new Map([
  ['konten', 'konto'],
  ['kontos', 'konto'],
]);

const germanStem = (word: string): string => {
  const plain = word.replace(germanUmlaut, '$1');
  const known = germanIrregular.get(plain) ?? plain;
  const root = germanParticiples.reduce((text, form) => text.replace(form, '$1$2'), known);
  let text = german(root.replace(/(?<=[a-z]{3}el)n$/, ''));
  // Third person and participle lose what the stemmer leaves them: bestellt, abgeschaltet.
  text = cut(cut(text, 'et', 4), 't', 4);
  text = cut(cut(text, 'ung', 4), 'ation', 4);
  // liefern and Lieferung, stornieren and Stornierung
  return cut(cut(text, 'er', 3), 'i', 4).replace(/(?<=..)([^aeiou])\1$/, '$1');
};

const dutchPrefix = '(?:aan|af|bij|door|in|mee|na|om|op|over|samen|terug|toe|uit|vast|vrij|weg)';
/** `opgezegd`, but not `gebruikt`, whose verb begins so. */
const dutchParticiple = new RegExp(`^(${dutchPrefix}?)ge(?!beur|bruik|wich)([a-z]{3,}[dt])e?$`);

const dutchStem = (word: string): string => {
  const root = word
    .replace(dutchParticiple, '$1$2')
    // gewijzigd, berekend
    .replace(/(?<=[a-z]{3}[^aeiou])d$/, 'en')
    .replace(/(?<=[^rcsl]e|[aouy])s$/, '');
  const text = dutch(root);
  const noD = cut(text, 'd', 4);
  return (noD === text ? cut(text, 't', 4) : noD)
    .replace(/([aeou])\1(?=[^aeiou]$)/, '$1')
    .replace(/([^aeiou])\1$/, '$1')
    .replace(/z$/, 's')
    .replace(/v$/, 'f');
};

const frenchStem = (word: string): string => {
  const accented = word
    .replace(/(?<=[a-z]{3})ees?$/, 'é')
    .replace(/ieres?$/, 'ière')
    .replace(/ions$/, 'ion')
    .replace(/(?<=[a-z]{3}[aiou])s$/, '');
  const text = cut(french(accented).replace(/y$/, 'i'), 'i', 4);
  return cut(cut(text, 'ation', 3), 'iv', 4);
};

/** Nouns made of verbs in -ar: `creación` and `crear`. */
const spanishStem = (word: string): string =>
  cut(spanish(word.replace(/(?<=[a-z]{3})acion(?:es)?$/, 'ar').replace(/ion$/, 'ión')), 'e', 4);

const italianStem = (word: string): string => italian(word.replace(/(?<=[a-z]{3})azion[ei]$/, 'are'));

const portugueseStem = (word: string): string => {
  const singular = word
    .replace(/(?<=[a-z]{2})[oa]es$/, 'ao')
    .replace(/(?<=[a-z]{2}[aeou])is$/, 'l')
    .replace(/(?<=[a-z]{3})ns$/, 'm');
  const text = portuguese(
    singular
      .replace(/(?<=[a-z]{3})acao$/, 'ar')
      .replace(/(?<=[a-z]{4})icao$/, 'ir')
      .replace(/cao$/, 'ção')
      .replace(/ao$/, 'ão')
      .replace(/encias?$/, 'ência'),
  );
  return cut(cut(text, 'i', 5), 'e', 5);
};

export const snowball: Readonly<Record<Exclude<KnownLanguage, 'en'>, (word: string) => string>> = {
  de: germanStem,
  fr: frenchStem,
  es: spanishStem,
  it: italianStem,
  nl: dutchStem,
  pt: portugueseStem,
};
