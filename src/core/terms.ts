import { detectLanguage, rankLanguages } from './language.ts';
import { stem } from './stem.ts';
import type { AnalysisLanguage, KnownLanguage } from './words/analysis-language.ts';
import { listed, vocabularies } from './words/vocabulary.ts';

/** Runs of letters or digits longer than this are keys, hashes or encoded files, not words. */
const noWord = /[\p{Script=Latin}\p{N}]{65,}/gu;
const cjkRun = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]{2,}/gu;
const cjk = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u;
const ascii = /^[\0-\x7f]*$/;

/** Scripts without spaces are indexed as overlapping pairs, so that any part of a run can be found. */
const pairs = (run: string): string => {
  const letters = [...run];
  return ` ${letters
    .slice(1)
    .map((letter, i) => `${letters[i]}${letter}`)
    .join(' ')} `;
};

/** The comma of 3,000: people type the number without it. */
const thousands = /(?<=\d),(?=\d{3}(?!\d))/g;
/** A number and its unit are two words, written together or not. */
const unit =
  /(?<=\d)(?=(?:[kmgt]?hz|[kmgt]i?b|[kmgt]bit|[mck]?m|k?g|k?wh?|m?s|h|min|px|eur|usd|gbp|lbs?)(?![\p{L}\p{N}]))/gu;

/** `e-mail`, `wi-fi`, `re-send`: written together as often as not. */
const looseHyphen = /(?<![\p{L}\p{N}-])([a-z]|wi|re|co)[-‐‑](?=[a-z]{2})/gu;

/** What stands before the apostrophe of `l'abonnement`, `dell'ordine`, `qu'est`: a stop word that lost its vowel. */
const elided =
  /(?:^|[^\p{L}\p{N}])((?:[cdjlmnst]|qu|(?:jus|lors|puis|quel|quoi)qu|quand|a?gl|all|anch|bell|com|cos|d[ae]ll|dov|n[ei]ll|quell|quest|sull|senz|tutt|un))$/u;
const longestElided = 6;

const withoutElisions = (folded: string): string => {
  if (!folded.includes("'")) return folded;
  const parts = folded.split("'");
  return parts
    .map((part, at) => {
      const next = parts[at + 1];
      if (next === undefined) return part;
      const word = /^[aeiouyh]/.test(next) ? elided.exec(part.slice(-longestElided - 1))?.[1] : undefined;
      return word === undefined ? `${part}'` : part.slice(0, -word.length);
    })
    .join('');
};

/** Lower case, without the accents of Latin letters (customers leave them out) and the commas of long numbers. */
export const fold = (text: string): string => {
  const lower = text.toLowerCase().replace(thousands, '').replace(looseHyphen, '$1');
  if (ascii.test(lower)) return lower;
  return lower
    .normalize('NFKD')
    .replace(/(\p{Script=Latin})\p{M}+/gu, '$1')
    .normalize('NFC')
    .replaceAll('ß', 'ss')
    .replaceAll('œ', 'oe')
    .replaceAll('’', "'");
};

/**
 * A text as its words with single spaces between: folded, apostrophes inside words dropped ("don't" is one word; of "l'ordine" only
 * the noun is left), everything else but letters, digits and marks a space. Safe for any input: NUL and lone surrogates are neither letter nor digit.
 */
export const normalise = (text: string): string => {
  const folded = withoutElisions(fold(text))
    .replace(/(?<=[\p{L}\p{N}])'(?=\p{L})/gu, '')
    .replace(unit, ' ');
  if (ascii.test(folded))
    return folded
      .replace(noWord, ' ')
      .replace(/[^a-z0-9]+/g, ' ')
      .trim();
  return folded
    .replace(noWord, ' ')
    .replace(/[^\p{L}\p{N}\p{M}]+/gu, ' ')
    .replace(cjkRun, pairs)
    .trim();
};

/** `fuer` for `für`: German without its letters. */
const spelledOut = (word: string): string =>
  word.replace(/[äöü]/gu, (letter) => `${letter}e`.normalize('NFD').replace(/\p{M}/gu, ''));

const folded = (list: string): ReadonlySet<string> =>
  new Set(listed(list).flatMap((word) => [fold(word), fold(spelledOut(word))]));

interface Folded {
  readonly stopWords: ReadonlySet<string>;
  readonly filler: ReadonlySet<string>;
  readonly asking: RegExp;
}

const foldedOf = ({ stopWords, filler, asking }: (typeof vocabularies)[KnownLanguage]): Folded => ({
  stopWords: folded(stopWords),
  filler: folded(filler),
  asking,
});

const known: Readonly<Record<KnownLanguage, Folded>> = {
  en: foldedOf(vocabularies.en),
  de: foldedOf(vocabularies.de),
  fr: foldedOf(vocabularies.fr),
  es: foldedOf(vocabularies.es),
  it: foldedOf(vocabularies.it),
  nl: foldedOf(vocabularies.nl),
  pt: foldedOf(vocabularies.pt),
};

/** The stems of a normalised text in order, stop words left out. */
export const stemsOf = (normalised: string, language: AnalysisLanguage = 'en'): string[] => {
  if (normalised === '') return [];
  const stopWords = language === 'simple' ? undefined : known[language].stopWords;
  return normalised.split(' ').flatMap((word) => (stopWords?.has(word) ? [] : [stem(word, language)]));
};
const maxTerms = 40;

/** Longest text that is worth analysing as a question, in UTF-16 code units. */
const longestQuestion = 8_000;

/** The words of a question as typed, normalised; of a very long message those of the beginning. */
export const questionWords = (text: string): readonly string[] => normalise(text.slice(0, longestQuestion)).split(' ');

/** A word that tells what a question is about. */
export interface QuestionTerm {
  /** Position among `questionWords`. */
  readonly place: number;
  /** The word as typed, normalised. */
  readonly surface: string;
  /** How documents may have it indexed, each once: its stem in every language in play, the question's own language first. */
  readonly stems: readonly string[];
}

/** Votes of a language, against those of the likeliest, from which a question of unsure language may be in it. */
const plausible = 0.6;

const isKnown = (language: AnalysisLanguage): language is KnownLanguage => language !== 'simple';

/** Whose stop words a question's words are compared with: its language where that is sure, else those it is likely in. */
const judges = (text: string, languages: readonly AnalysisLanguage[]): readonly KnownLanguage[] => {
  const detected = detectLanguage(text);
  if (detected !== undefined) return [detected];
  const inPlay = languages.filter(isKnown);
  const ranked = rankLanguages(text).filter(({ language }) => inPlay.includes(language));
  const best = ranked[0]?.votes ?? 0;
  if (best === 0) return inPlay;
  return ranked.filter(({ votes }) => votes >= plausible * best).map(({ language }) => language);
};

/** Takes out how a question asks; the other words keep their places. */
const withoutAsking = (normalised: string, languages: readonly KnownLanguage[]): string =>
  languages.reduce(
    (text, language) => text.replace(known[language].asking, (match) => match.replace(/[^ ]+/g, '')),
    normalised,
  );

/**
 * The words that a question is about, in order, repetitions left out; at most 40. `languages` are those that the documents are
 * analysed in. Filler is left out unless there is nothing else.
 */
export const questionTerms = (text: string, languages: readonly AnalysisLanguage[]): readonly QuestionTerm[] => {
  const words = questionWords(text);
  const judging = judges(text, languages);
  const isStopWord = (word: string) => word === '' || judging.some((language) => known[language].stopWords.has(word));
  const isFiller = (word: string) => judging.some((language) => known[language].filler.has(word));
  const said = words.flatMap((word, place) => (isStopWord(word) ? [] : [{ word, place }]));
  const subject = withoutAsking(words.join(' '), judging)
    .split(' ')
    .flatMap((word, place) => (isStopWord(word) || isFiller(word) ? [] : [{ word, place }]));
  const order = [...languages].sort(
    (one, other) => Number(judging.includes(other as KnownLanguage)) - Number(judging.includes(one as KnownLanguage)),
  );
  const terms = new Map<string, QuestionTerm>();
  for (const { word, place } of subject.length > 0 ? subject : said) {
    const stems = [...new Set(order.map((language) => stem(word, language)))];
    const [first = word] = stems;
    if (!terms.has(first)) terms.set(first, { place, surface: word, stems });
    if (terms.size === maxTerms) break;
  }
  return [...terms.values()];
};

/** The stems that a question to English documents is about, each once, in order; at most 40. */
export const subjectTerms = (question: string): string[] =>
  questionTerms(question, ['en']).flatMap(({ stems }) => stems.slice(0, 1));

/** Lower-case letters and digits as `fold` leaves them; punctuation and symbols lie in the two ranges that are left out. */
const isWordChar = (code: number): boolean =>
  (code >= 97 && code <= 122) ||
  (code >= 48 && code <= 57) ||
  (code >= 0xc0 && !(code >= 0x2000 && code < 0x2c00) && !(code >= 0x3000 && code < 0x3040));

/** Longest ending that an English stem may lack: `-izations`. */
const maxEnding = 8;

const findEnglish = (folded: string, term: string, start: number): number => {
  // A stem may end in letters that its words lack: smoke (smoking), deliveri (delivery).
  const head = term.length > 2 && /[ei]$/.test(term) ? term.slice(0, -1) : term;
  for (let at = folded.indexOf(head, start); at >= 0; at = folded.indexOf(head, at + 1)) {
    if (at > 0 && isWordChar(folded.charCodeAt(at - 1))) continue;
    let end = at + head.length;
    while (end < folded.length && end - at - head.length <= maxEnding && isWordChar(folded.charCodeAt(end))) end += 1;
    if (end === at + term.length && head === term) return at;
    if (stem(folded.slice(at, end)) === term) return at;
  }
  return -1;
};

/** The next place that begins with one of the heads. */
const nextHead = (folded: string, heads: readonly string[], from: number): number => {
  let nearest = -1;
  for (const head of heads) {
    const at = folded.indexOf(head, from);
    if (at >= 0 && (nearest < 0 || at < nearest)) nearest = at;
  }
  return nearest;
};

/**
 * How words with a stem may begin: with its first two letters; German ones in a, o or u, which may be an umlaut spelled out, with the
 * first; participles of two languages differently (`gekündigt`, `gewijzigd`).
 */
const headsOf = (term: string, language: AnalysisLanguage): readonly string[] => {
  const head = term.length < 3 || (language === 'de' && /^[aou]/.test(term)) ? term.slice(0, 1) : term.slice(0, 2);
  return language === 'de' || language === 'nl' ? [head, 'ge'] : [head];
};

const findOther = (folded: string, term: string, start: number, language: AnalysisLanguage): number => {
  const heads = headsOf(term, language);
  for (let at = nextHead(folded, heads, start); at >= 0; at = nextHead(folded, heads, at + 1)) {
    if (at > 0 && isWordChar(folded.charCodeAt(at - 1))) continue;
    let end = at + 1;
    while (end < folded.length && isWordChar(folded.charCodeAt(end))) end += 1;
    if (stem(folded.slice(at, end), language) === term) return at;
  }
  return -1;
};

/**
 * Where a folded text in a language has a word with this stem, from `start` on; -1 for nowhere. Looks for the stem instead of
 * taking the text apart, because this runs for every sentence of every answer.
 */
export const findTerm = (folded: string, term: string, start = 0, language: AnalysisLanguage = 'en'): number => {
  if (term === '') return -1;
  if (cjk.test(term)) return folded.indexOf(term, start);
  return language === 'en' ? findEnglish(folded, term, start) : findOther(folded, term, start, language);
};

/** Does the folded text contain a word with this stem? */
export const mentions = (folded: string, term: string, language: AnalysisLanguage = 'en'): boolean =>
  findTerm(folded, term, 0, language) >= 0;
