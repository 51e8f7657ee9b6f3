import type { Candidate } from './candidate.ts';
import { withoutMarks } from './cite.ts';
import type { Unit } from './segment.ts';
import type { Found } from './window.ts';

/** A quote shorter than this goes on below the next heading, whatever is there: a bare opening line says too little. */
const tooShort = 25;
/** Words that point to a sentence before. */
const pointsBack =
  /^(?:it|its|this|that|these|those|they|them|he|she|then|there|otherwise|but|and|so|also|afterwards|however|instead)\b/i;

/** Of a table too long to be quoted whole: the rows of the window, and others that have its words while there is room. */
const matchingRows = ({ candidate: { units, words }, window }: Found, max: number): readonly Unit[] => {
  const block = units[window.from]?.block;
  let { length } = window;
  return units.filter((unit, at) => {
    if (at >= window.from && at <= window.to) return true;
    if (unit.block !== block || ((words[at] ?? 0) & window.words) === 0 || length + unit.words > max) return false;
    length += unit.words;
    return true;
  });
};

/**
 * Adds neighbours until the quote has some context: what follows in its section, what precedes, what follows beyond it. A quote never
 * begins with a word that points to the sentence before, if that sentence is there, and never ends with a bare lead-in.
 */
export const fill = (
  { candidate, window }: Found,
  size: { readonly min: number; readonly max: number },
): readonly Unit[] => {
  const { units, words } = candidate;
  if (units[window.from]?.kind === 'row' && window.words !== 0) return matchingRows({ candidate, window }, size.max);
  let { from, to, length } = window;
  const section = units[from]?.section;
  const room = () => (length < tooShort ? 1.6 : 1) * size.max - length;
  const fits = (unit: Unit | undefined): unit is Unit => unit !== undefined && unit.words <= room();
  while (length < size.min) {
    const after = units[to + 1];
    const before = units[from - 1];
    const onTopic = after?.section === section || length < tooShort || (words[to + 1] ?? 0) !== 0;
    if (fits(after) && after.section === units[to]?.section) {
      to += 1;
      length += after.words;
    } else if (fits(before) && before.section === section) {
      from -= 1;
      length += before.words;
    } else if (fits(after) && onTopic) {
      to += 1;
      length += after.words;
    } else break;
  }
  while (pointsBack.test(units[from]?.text ?? '') && units[from - 1]?.section === section) from -= 1;
  while (to > from && units[to]?.kind === 'sentence' && units[to]?.text.endsWith(':')) to -= 1;
  return units.slice(from, to + 1);
};

/** The units as Markdown again: sentences of a paragraph on one line, items and rows below each other. */
export const render = (units: readonly Unit[]): string => {
  let text = '';
  let before: Unit | undefined;
  for (const unit of units) {
    const goesOn = before !== undefined && before.block === unit.block;
    if (before !== undefined) text += goesOn ? (unit.kind === 'sentence' ? ' ' : '\n') : '\n\n';
    if (before !== undefined && before.section !== unit.section && unit.heading !== undefined)
      text += `**${unit.heading}**\n\n`;
    if (unit.header !== undefined && !goesOn) text += `${unit.header}\n`;
    text += unit.text;
    before = unit;
  }
  return text;
};

/** The heading that a quote needs to be understood: it begins a section, or with what belongs to one. */
const headingOf = ({ passage, units }: Candidate, [first]: readonly Unit[]): string | undefined => {
  const heading = first?.heading ?? passage.headings?.at(-1);
  if (first === undefined || heading === undefined || heading === passage.title) return undefined;
  const begins = units.find(({ section }) => section === first.section) === first;
  return begins || first.kind === 'item' || first.kind === 'row' ? heading : undefined;
};

/** A quote in Markdown with its mark. */
export const marked = (candidate: Candidate, units: readonly Unit[], n: number): string => {
  const heading = headingOf(candidate, units);
  const text = withoutMarks(`${heading === undefined ? '' : `**${heading}**\n\n`}${render(units)}`);
  const last = units.at(-1)?.kind;
  return last === 'table' || last === 'row' || last === 'code' ? `${text}\n\n[${n}]` : `${text} [${n}]`;
};
