/**
 * English stems by the Porter2 algorithm (Martin Porter, "The English (Porter2) stemming algorithm", snowballstem.org). Indexes that
 * are in use hold these stems: a change here means that every document has to be analysed again.
 */

const irregular: ReadonlyMap<string, string> = new Map(
  Object.entries({
    skis: 'ski',
    skies: 'sky',
    dying: 'die',
    lying: 'lie',
    tying: 'tie',
    idly: 'idl',
    gently: 'gentl',
    ugly: 'ugli',
    early: 'earli',
    only: 'onli',
    singly: 'singl',
    sky: 'sky',
    news: 'news',
    howe: 'howe',
    atlas: 'atlas',
    cosmos: 'cosmos',
    bias: 'bias',
    andes: 'andes',
    inning: 'inning',
    outing: 'outing',
    canning: 'canning',
    herring: 'herring',
    earring: 'earring',
    innings: 'inning',
    outings: 'outing',
    herrings: 'herring',
    earrings: 'earring',
    proceed: 'proceed',
    exceed: 'exceed',
    succeed: 'succeed',
    proceeds: 'proceed',
    exceeds: 'exceed',
    succeeds: 'succeed',
  }),
);

const second: readonly (readonly [string, string])[] = [
  ['ization', 'ize'],
  ['ational', 'ate'],
  ['fulness', 'ful'],
  ['ousness', 'ous'],
  ['iveness', 'ive'],
  ['tional', 'tion'],
  ['biliti', 'ble'],
  ['lessli', 'less'],
  ['entli', 'ent'],
  ['ation', 'ate'],
  ['alism', 'al'],
  ['aliti', 'al'],
  ['ousli', 'ous'],
  ['iviti', 'ive'],
  ['fulli', 'ful'],
  ['enci', 'ence'],
  ['anci', 'ance'],
  ['abli', 'able'],
  ['izer', 'ize'],
  ['ator', 'ate'],
  ['alli', 'al'],
  ['bli', 'ble'],
];
const third: readonly (readonly [string, string])[] = [
  ['ational', 'ate'],
  ['tional', 'tion'],
  ['alize', 'al'],
  ['icate', 'ic'],
  ['iciti', 'ic'],
  ['ical', 'ic'],
  ['ness', ''],
  ['ful', ''],
];
const fourth = /(?:ement|ance|ence|able|ible|ment|ant|ent|ism|ate|iti|ous|ive|ize|al|er|ic)$|(?<=[st])ion$/;

const shortEnd = /(?:[^aeiouy][aeiouy][^aeiouywxY]|^[aeiouy][^aeiouy])$/;

/** Where R1 begins: behind the first consonant that follows a vowel. */
const regionOne = (word: string): number => {
  const special = /^(?:gener|commun|arsen)/.exec(word);
  return special ? special[0].length : region(word, 0);
};

const region = (word: string, from: number): number => {
  const match = /[aeiouy][^aeiouy]/.exec(word.slice(from));
  return match ? from + match.index + 2 : word.length;
};

const plural = (word: string): string => {
  if (word.endsWith('sses')) return word.slice(0, -2);
  if (/ie[sd]$/.test(word)) return word.length > 4 ? word.slice(0, -2) : word.slice(0, -1);
  if (/(?:us|ss)$/.test(word)) return word;
  return /[aeiouy].+s$/.test(word) ? word.slice(0, -1) : word;
};

const past = (word: string, one: number): string => {
  const eed = /eed(?:ly)?$/.exec(word);
  if (eed) return eed.index >= one ? word.slice(0, eed.index + 2) : word;
  const ending = /(?:ed|ing)(?:ly)?$/.exec(word);
  if (!ending || !/[aeiouy]/.test(word.slice(0, ending.index))) return word;
  const rest = word.slice(0, ending.index);
  if (/(?:at|bl|iz)$/.test(rest)) return `${rest}e`;
  if (/(?:bb|dd|ff|gg|mm|nn|pp|rr|tt)$/.test(rest)) return rest.slice(0, -1);
  return one >= rest.length && shortEnd.test(rest) ? `${rest}e` : rest;
};

const replaceEnding = (word: string, one: number, endings: readonly (readonly [string, string])[]): string => {
  const found = endings.find(([ending]) => word.endsWith(ending));
  if (!found) return word;
  const start = word.length - found[0].length;
  return start >= one ? word.slice(0, start) + found[1] : word;
};

const derived = (word: string, one: number): string => {
  if (second.some(([ending]) => word.endsWith(ending))) return replaceEnding(word, one, second);
  if (word.endsWith('logi') && word.length - 3 >= one) return word.slice(0, -1);
  return /[cdeghkmnrt]li$/.test(word) && word.length - 2 >= one ? word.slice(0, -2) : word;
};

const lastE = (word: string, one: number, two: number): string => {
  const at = word.length - 1;
  if (word.endsWith('e'))
    return at >= two || (at >= one && !shortEnd.test(word.slice(0, -1))) ? word.slice(0, -1) : word;
  return word.endsWith('ll') && at >= two ? word.slice(0, -1) : word;
};

/** The stem of one lower-case English word. Anything but plain English letters is its own stem. */
export const porter2 = (word: string): string => {
  if (word.length <= 2 || !/^[a-z]+$/.test(word)) return word;
  const known = irregular.get(word);
  if (known !== undefined) return known;
  // `Y` is the consonant y: at the beginning, or behind a vowel.
  let text = word.includes('y') ? word.replace(/^y|(?<=[aeiou])y/g, 'Y') : word;
  const one = regionOne(text);
  const two = region(text, one);
  text = plural(text);
  text = past(text, one);
  if (/.[^aeiouyY][yY]$/.test(text)) text = `${text.slice(0, -1)}i`;
  text = derived(text, one);
  text = text.endsWith('ative') && text.length - 5 >= two ? text.slice(0, -5) : replaceEnding(text, one, third);
  const ending = fourth.exec(text);
  if (ending && ending.index >= two) text = text.slice(0, ending.index);
  return lastE(text, one, two).replaceAll('Y', 'y');
};
