import { stem } from './stem.ts';

const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

/** Words too common to tell anything, in documents and questions. Particles that change a verb (off, down, out) are not among them. */
const stopWords = words(`
  a about above after again against all am an and any are as at be because been before being below between both but by can could did do does doing during each few for from
  further had has have having he her here hers herself him himself his how i if in into is it its itself just me more most
  my myself no nor not now of on once only or other our ours ourselves over own same she should so some such than that the their
  theirs them themselves then there these they this those through to too under until up very was we were what when where which while
  who whom why will with would you your yours yourself yourselves
  arent cant couldnt didnt doesnt dont hasnt havent hed hes id ill im isnt ive lets shes shouldnt thats theres theyre theyve
  wasnt weve werent whats whens wheres whos wont wouldnt youd youll youre youve s t d m ll re ve`);

/** What people write around a question: polite, colloquial, or so general that an answer need not repeat it. */
const filler = words(`
  able actually already also always anybody anymore anyone anything anyway away b basically bit btw bye cannot come coming could
  currently dear easily else ever every everything exactly face finally get gets getting give gives go goes going gonna good got
  gotta guys happen happens happened happening hello help hey hi hope however idea instead keep keeps kind kindly know let like
  likes little ll look looking lot make makes making many may maybe might must much need needed needing needs never nice ok okay
  one ones ours people perhaps person please pls plz possible possibly problem problems question questions quick quickly quite r
  really right said say says see seem seems show somebody somehow someone something somewhere sorry still stuff suddenly sure
  take takes taking tell thank thanks thankyou thats thing things think though thx till told tried try trying u ur us use
  using wanna want wanted wants way whatever wonder wondering work working works yes yet`);

/** How a question asks, not what it asks about: `how long`, `how do I`. */
const asking = /\bhow (?:long|many|much|often|big|large|soon|fast|far|high|old|come|about)\b/g;

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

/** Lower case, without the accents of Latin letters (customers leave them out) and the commas of long numbers. */
export const fold = (text: string): string => {
  const lower = text.toLowerCase().replace(thousands, '').replace(looseHyphen, '$1');
  if (ascii.test(lower)) return lower;
  return lower
    .normalize('NFKD')
    .replace(/(\p{Script=Latin})\p{M}+/gu, '$1')
    .normalize('NFC')
    .replaceAll('ß', 'ss')
    .replaceAll('’', "'");
};

/**
 * A text as its words with single spaces between: folded, apostrophes inside words dropped ("don't" is one word), everything
 * else but letters, digits and marks a space. Safe for any input: NUL and lone surrogates are neither letter nor digit.
 */
export const normalise = (text: string): string => {
  const folded = fold(text)
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

/** The stems of a normalised text in order, stop words left out. */
export const stemsOf = (normalised: string): string[] =>
  normalised === '' ? [] : normalised.split(' ').flatMap((word) => (stopWords.has(word) ? [] : [stem(word)]));

const maxTerms = 40;

/**
 * The stems that a question is about, each once, in order; at most 40. Filler is left out unless there is nothing else.
 */
export const subjectTerms = (question: string): string[] => {
  const normalised = normalise(question);
  const said = normalised.split(' ').filter((word) => word !== '' && !stopWords.has(word));
  const subject = normalised
    .replace(asking, ' ')
    .split(' ')
    .filter((word) => word !== '' && !stopWords.has(word) && !filler.has(word));
  return [...new Set((subject.length > 0 ? subject : said).map(stem))].slice(0, maxTerms);
};

const isWordChar = (code: number): boolean => (code >= 97 && code <= 122) || (code >= 48 && code <= 57) || code >= 0xc0;

/** Longest ending that a stem may lack: `-izations`. */
const maxEnding = 8;

/**
 * Where a folded text has a word with this stem, from `start` on; -1 for nowhere. Looks for the stem instead of taking the text
 * apart, because this runs for every sentence of every answer.
 */
export const findTerm = (folded: string, term: string, start = 0): number => {
  // A stem may end in letters that its words lack: smoke (smoking), deliveri (delivery).
  const head = term.length > 2 && /[ei]$/.test(term) ? term.slice(0, -1) : term;
  if (cjk.test(head)) return folded.indexOf(head, start);
  for (let at = folded.indexOf(head, start); at >= 0; at = folded.indexOf(head, at + 1)) {
    if (at > 0 && isWordChar(folded.charCodeAt(at - 1))) continue;
    let end = at + head.length;
    while (end < folded.length && end - at - head.length <= maxEnding && isWordChar(folded.charCodeAt(end))) end += 1;
    if (end === at + term.length && head === term) return at;
    if (stem(folded.slice(at, end)) === term) return at;
  }
  return -1;
};

/** Does the folded text contain a word with this stem? */
export const mentions = (folded: string, term: string): boolean => findTerm(folded, term) >= 0;
