import { stem } from '#core/stem.ts';

/** Languages that write compounds as one word. */
export type CompoundLanguage = 'de' | 'nl';

/** Letters of the shortest part, and of the shortest and longest word that is worth splitting. */
const shortestPart = 4;
const shortest = 2 * shortestPart;
const longest = 40;
const maxParts = 3;

const isSplittable = (word: string): boolean =>
  word.length >= shortest && word.length <= longest && /^[a-z]+$/.test(word);

/** The stems that a part may have: as it stands, and without the `s` that joins it to the next (`Rechnungsadresse`). */
const stemsOfPart = (part: string, isLast: boolean, language: CompoundLanguage): readonly string[] => {
  const whole = stem(part, language);
  if (isLast || !part.endsWith('s') || part.length <= shortestPart) return [whole];
  return [whole, stem(part.slice(0, -1), language)];
};

/**
 * The stems that must be looked up before `splitCompound` is asked: every part that a folded word may have. A word of 15
 * letters has about 50, one of 30 about 500; a word that is too short or long, or has other letters, none.
 */
export const compoundCandidates = (word: string, language: CompoundLanguage): readonly string[] => {
  if (!isSplittable(word)) return [];
  const found = new Set<string>();
  for (let from = 0; from + shortestPart <= word.length; from += 1) {
    if (from > 0 && from < shortestPart) continue;
    for (let to = from + shortestPart; to <= word.length; to += 1) {
      if ((from === 0 && to === word.length) || (to < word.length && to > word.length - shortestPart)) continue;
      for (const one of stemsOfPart(word.slice(from, to), to === word.length, language)) found.add(one);
    }
  }
  return [...found];
};

/**
 * The stems of the words that a folded word is put together of (`Versandkosten`: those of `Versand` and `Kosten`), or undefined
 * when it is not made of known words alone. `isKnown` answers for a stem, as a rule whether the corpus has it: no list of words
 * could keep up with a company's own. Two parts are preferred to three, and of equals the longer last one, which says what it is.
 */
export const splitCompound = (
  word: string,
  isKnown: (stem: string) => boolean,
  language: CompoundLanguage = 'de',
): readonly string[] | undefined => (isSplittable(word) ? split(word, isKnown, language, maxParts) : undefined);

const split = (
  word: string,
  isKnown: (stem: string) => boolean,
  language: CompoundLanguage,
  parts: number,
): readonly string[] | undefined => {
  const knownStem = (part: string, isLast: boolean) => stemsOfPart(part, isLast, language).find(isKnown);
  let longer: readonly string[] | undefined;
  for (let at = shortestPart; at <= word.length - shortestPart; at += 1) {
    const first = knownStem(word.slice(0, at), false);
    if (first === undefined) continue;
    const last = knownStem(word.slice(at), true);
    if (last !== undefined) return [first, last];
    const rest = parts > 2 ? split(word.slice(at), isKnown, language, parts - 1) : undefined;
    if (rest !== undefined) longer ??= [first, ...rest];
  }
  return longer;
};
