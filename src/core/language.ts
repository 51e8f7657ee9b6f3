import { type KnownLanguage, knownLanguages } from './words/analysis-language.ts';
import { listed, vocabularies } from './words/vocabulary.ts';

/** How likely a text is in a language, in votes of its words. */
export interface LanguageVotes {
  readonly language: KnownLanguage;
  readonly votes: number;
}

/** Only the beginning is read: as much as tells, in UTF-16 code units. */
const read = 1_000;

/** What a word counts for that is one of so many languages: the more know it, the less it tells. */
const share = [0, 1, 0.4, 0.2, 0.1, 0.05, 0, 0] as const;
/** A word without the accents it should have may be a word of another language. */
const bare = 0.7;
const ofLetters = 0.5;
const ofEnding = 0.4;

/** Fewer votes, or a smaller lead over the next language (as a share of the first one's votes), tell nothing. */
const enough = 0.75;
const lead = 0.25;
/** Votes per word below which a text is in none of the languages, whatever words they happen to share. */
const density = 0.12;

/** Letters that are written in one of the languages, and endings of its longer words, accents left out. */
const letters: Readonly<Record<KnownLanguage, RegExp | undefined>> = {
  en: undefined,
  de: /[äöüß]/u,
  fr: /[œùêîûëçâ]/u,
  es: /[ñ¿¡]/u,
  it: /[ìòù]/u,
  nl: undefined,
  pt: /[ãõçâê]/u,
};
const endings: Readonly<Record<KnownLanguage, RegExp>> = {
  en: /(?:ing|ings|ness|ful|[^aeiou]ed|tly|ship)$/,
  de: /(?:ung|ungen|keit|heit|lich|liche[nrs]?|ieren|iert|schaft|chen|cht|tz|tzen|isch)$/,
  fr: /(?:eur|eurs|aire|aires|euse|eux|ique|iques|ette|age|ages|oir|ez|aux|elle|tre)$/,
  es: /(?:cion|ciones|dad|dades|mente|ado|ados|ido|idos|anos|aje|arse|ario|arios)$/,
  it: /(?:zione|zioni|mento|menti|ggio|ggi|ita|tto|tta|tti|ale|ali|arsi|ire|glio|glia)$/,
  nl: /(?:heid|lijk|lijke|ij|aar|eel|oon|ingen|eerd|aat|uur|oek|tje|tjes|erd|oor)$/,
  pt: /(?:cao|coes|dade|mento|mentos|agem|agens|ado|ada|avel|inho|eiro|eira|ario)$/,
};

const withoutAccents = (text: string): string =>
  text
    .normalize('NFD')
    .replace(/\p{M}+/gu, '')
    .replaceAll('ß', 'ss')
    .replaceAll('œ', 'oe');

const knowers = (spell: (word: string) => string): ReadonlyMap<string, readonly KnownLanguage[]> => {
  const known = new Map<string, KnownLanguage[]>();
  for (const language of knownLanguages) {
    const { stopWords, filler, telling } = vocabularies[language];
    for (const word of new Set(listed(`${stopWords} ${filler} ${telling}`).map(spell)))
      known.set(word, [...(known.get(word) ?? []), language]);
  }
  return known;
};
const asWritten = knowers((word) => word);
const withoutTheirAccents = knowers(withoutAccents);

/** Words in lower case; `2FA` and, in a text that is not all capitals, `SU` are names, not words. */
const wordsOf = (text: string): string[] => {
  const sample = text.slice(0, read).normalize('NFC');
  const words = sample.match(/(?<![\p{L}\p{N}])\p{L}+(?![\p{L}\p{N}])/gu) ?? [];
  const isShouted = !/\p{Ll}/u.test(sample);
  return words.filter((word) => isShouted || !/^\p{Lu}{2,}$/u.test(word)).map((word) => word.toLowerCase());
};

const count = (words: readonly string[], sample: string): LanguageVotes[] => {
  const votes = new Map<KnownLanguage, number>();
  const vote = (languages: readonly KnownLanguage[], points: number): void => {
    for (const language of languages) votes.set(language, (votes.get(language) ?? 0) + points);
  };
  for (const word of words) {
    const plain = withoutAccents(word);
    const exact = asWritten.get(word);
    const knowing = exact ?? withoutTheirAccents.get(plain);
    if (knowing !== undefined) vote(knowing, (share[knowing.length] ?? 0) * (exact === undefined ? bare : 1));
    else if (plain.length >= 5) {
      const ending = knownLanguages.filter((language) => endings[language].test(plain));
      vote(ending, ofEnding * (share[ending.length] ?? 0));
    }
  }
  const lower = sample.toLowerCase().normalize('NFC');
  const spelt = knownLanguages.filter((language) => letters[language]?.test(lower));
  vote(spelt, ofLetters / Math.max(1, spelt.length));
  return [...votes]
    .map(([language, points]) => ({ language, votes: points }))
    .sort((one, other) => other.votes - one.votes);
};

/** Every language that a word or letter of the text speaks for, most likely first. Pure; looks at 1,000 characters. */
export const rankLanguages = (text: string): readonly LanguageVotes[] => count(wordsOf(text), text.slice(0, read));

/** The language of a text as a two-letter code, or undefined when its words do not tell. Pure; looks at 1,000 characters. */
export const detectLanguage = (text: string): KnownLanguage | undefined => {
  const words = wordsOf(text);
  const [best, second] = count(words, text.slice(0, read));
  if (best === undefined || best.votes < Math.max(enough, density * words.length)) return undefined;
  return best.votes - (second?.votes ?? 0) < lead * best.votes ? undefined : best.language;
};
