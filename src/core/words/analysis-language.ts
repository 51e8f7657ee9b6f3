/** Languages whose words we take apart; `simple` keeps words as they are written, apart from case and accents. */
export type AnalysisLanguage = 'en' | 'de' | 'fr' | 'es' | 'it' | 'nl' | 'pt' | 'simple';

/** Those with words of their own. */
export type KnownLanguage = Exclude<AnalysisLanguage, 'simple'>;

export const knownLanguages: readonly KnownLanguage[] = ['en', 'de', 'fr', 'es', 'it', 'nl', 'pt'];

const canonical = (tag: string): string => {
  try {
    return new Intl.Locale(tag.trim().replaceAll('_', '-')).language;
  } catch {
    return '';
  }
};

/**
 * How a text in the language of a BCP 47 tag (`de-AT`, also `de_AT` and `deu`) is analysed. Without a tag as English, which does
 * other languages little harm; a tag that we have no words for, or cannot read, is `simple`.
 */
export const analysisLanguage = (tag: string | undefined): AnalysisLanguage => {
  if (tag === undefined || tag.trim() === '') return 'en';
  const known = read.get(tag);
  if (known !== undefined) return known;
  const language = canonical(tag);
  const found = knownLanguages.find((one) => one === language) ?? 'simple';
  if (read.size < mostRead) read.set(tag, found);
  return found;
};

/** Reading a tag costs as much as searching a passage, and there are few of them. */
const read = new Map<string, AnalysisLanguage>();
const mostRead = 200;
