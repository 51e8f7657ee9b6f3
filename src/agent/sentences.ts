/** Before these no sentence begins, whatever follows. Lower case, without the last dot. */
const always = new Set(
  'e.g i.e vs mr mrs ms dr prof st approx z.b d.h u.a bzw vgl evtl ggf inkl exkl zzgl bspw sog m.e i.d.r p.ex p.ej mme mlle sr sra srta dott sig gem bijv d.w.z t.a.v'.split(
    ' ',
  ),
);
/** After these a number goes on. */
const beforeNumber = new Set(
  'no nr num núm nos p pp pg s fig abb art abs vol ver v cap kap ch chap tel min max ca ziff tab sec'.split(' '),
);
const twoWords = /(?:^|\s)(?:p|par|por|ad)\.?\s(?:ex|ej|es)\.$/i;
const month = /^(?:jan|feb|mär|apr|mai|jun|jul|aug|sep|okt|nov|dez)/i;

const sentenceEnd = /(?<![.!?…])[.!?…]+["'”’»“)\]*_]*\s+(?=\S)|[。！？]/gu;
const opening = /^["'“„«»‘(¿¡[*_\s]*/u;
/** What a sentence may not be cut inside of: brackets, and marks of emphasis and code, which open and close alike. */
const brackets: readonly (readonly [string, string])[] = [
  ['(', ')'],
  ['[', ']'],
  ['„', '“'],
  ['«', '»'],
];
const marks = ['*', '**', '__', '~~', '`'];
/** Longest stretch, in characters, that is kept in one piece for a pair that is open. */
const longestOpen = 600;

const occurrences = (text: string, what: string): number => {
  let found = 0;
  for (let at = text.indexOf(what); at >= 0; at = text.indexOf(what, at + what.length)) found += 1;
  return found;
};

/** What a text leaves open. */
const openIn = (text: string): readonly string[] => [
  ...marks.filter((mark) => occurrences(text, mark) % 2 !== 0),
  ...brackets.flatMap(([open, close]) => (occurrences(text, open) > occurrences(text, close) ? [open] : [])),
];

/** As much of the beginning of a text as leaves no emphasis, code, link or bracket open. */
export const balancedStart = (text: string): string => {
  let start = text;
  for (let open = openIn(start); open.length > 0; open = openIn(start))
    start = start.slice(0, Math.max(...open.map((mark) => start.lastIndexOf(mark))));
  return start;
};

const lastWord = (text: string): string => /[^\s("'„“«[]*$/u.exec(text.slice(-20))?.[0] ?? '';

const isLower = (letter: string): boolean => letter !== letter.toUpperCase() && letter === letter.toLowerCase();

/** Does the dot at the end of `upTo` end no sentence, judging by what comes `next`? */
const isAbbreviation = (upTo: string, next: string): boolean => {
  if (!upTo.endsWith('.') || upTo.endsWith('..')) return false;
  const word = lastWord(upTo).slice(0, -1).toLowerCase();
  if (always.has(word) || /^\p{L}$/u.test(word) || twoWords.test(upTo.slice(-10))) return true;
  if (/^\d/.test(next)) return beforeNumber.has(word);
  return /^\d{1,2}$/.test(word) && month.test(next);
};

/** The sentences of a paragraph on one line. Never cut at abbreviations, in numbers, or inside of emphasis, code, links and brackets. */
export const sentences = (paragraph: string): string[] => {
  const found: string[] = [];
  const stray = openIn(paragraph);
  let start = 0;
  for (const match of paragraph.matchAll(sentenceEnd)) {
    const end = match.index + match[0].length;
    const upTo = paragraph.slice(start, end).trimEnd();
    const next = paragraph.slice(end, end + 12).replace(opening, '');
    if (isLower(next.charAt(0)) || isAbbreviation(upTo, next)) continue;
    if (upTo.length < longestOpen && openIn(upTo).some((mark) => !stray.includes(mark))) continue;
    found.push(upTo);
    start = end;
  }
  const rest = paragraph.slice(start).trim();
  if (rest !== '') found.push(rest);
  return found;
};
