import { isOrdered, type Unit } from './segment.ts';
import { isNote, pointsBack } from './sentence-ties.ts';
import type { Found } from './window.ts';

/** Words that a quote is filled to at least and at most; a list or a table may be longer. */
interface QuoteSize {
  readonly min: number;
  readonly max: number;
}

/** An opening shorter than this goes on below the next heading: a bare line says too little. */
const tooShort = 25;
/** How far a quote that is too short may go beyond its greatest size. */
const shortMax = 1.6;
/** A note of so many words stays with the list above it in any case. */
const longestNote = 50;
/** Words that are quoted of steps that are too many. */
const longestSteps = 200;

const wordsOf = (units: readonly Unit[]): number => units.reduce((sum, { words }) => sum + words, 0);

const isLeadIn = (unit: Unit | undefined): boolean => unit?.kind === 'sentence' && unit.text.endsWith(':');

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

/** Of steps too many to be quoted whole: those from the first on, if the window is among them. */
const firstSteps = ({ candidate: { units }, window }: Found): readonly Unit[] | undefined => {
  const found = units[window.from];
  if (found?.kind !== 'item') return undefined;
  const steps = units.filter(({ block }) => block === found.block);
  if (!isOrdered(steps[0]?.text ?? '')) return undefined;
  let length = 0;
  const kept = steps.filter(({ words }) => {
    length += words;
    return length <= longestSteps;
  });
  return kept.includes(found) ? kept : undefined;
};

/** The units next to `at` in its paragraph, list or table, in one direction. */
const restOfBlock = (units: readonly Unit[], at: number, step: 1 | -1): readonly Unit[] => {
  const rest: Unit[] = [];
  for (let next = at + step; ; next += step) {
    const unit = units[next];
    if (unit === undefined || unit.block !== units[at]?.block) return rest;
    rest.push(unit);
  }
};

/** What stands right below a list and belongs to it: a note in any case, other sentences while there is room. */
const belowList = (units: readonly Unit[], to: number, room: number): number => {
  const [last, next] = [units[to], units[to + 1]];
  if (last === undefined || next?.kind !== 'sentence' || next.section !== last.section) return 0;
  if (last.kind !== 'list' && last.kind !== 'item') return 0;
  const below = [next, ...restOfBlock(units, to + 1, 1)];
  if (isLeadIn(below.at(-1))) return 0;
  return wordsOf(below) <= (isNote(next.text) ? Math.max(longestNote, room) : room) ? below.length : 0;
};

/**
 * Grows a window until it can be read by itself: to its whole paragraph, then to what follows in its section and what precedes, and on
 * below the next heading where that is what the question asks for or the opening says next to nothing. A quote never begins with a
 * word that points to the sentence before, if that sentence is there, never ends with a bare lead-in, and keeps the note below a list.
 */
export const fill = (found: Found, { min, max }: QuoteSize): readonly Unit[] => {
  const { candidate, window } = found;
  const { units, above } = candidate;
  if (units[window.from]?.kind === 'row' && window.words !== 0) return matchingRows(found, max);
  const steps = firstSteps(found);
  if (steps !== undefined) return steps;

  let { from, to, length } = window;
  const section = units[from]?.section;
  const grow = (down: number, up: number): void => {
    length += wordsOf(units.slice(to + 1, to + 1 + down)) + wordsOf(units.slice(from - up, from));
    to += down;
    from -= up;
  };
  const fits = (more: readonly Unit[]): boolean => length + wordsOf(more) <= max;
  const below = restOfBlock(units, to, 1);
  if (fits(below)) grow(below.length, 0);
  const before = restOfBlock(units, from, -1);
  if (fits(before)) grow(0, before.length);

  /** May it go on with this unit, in its own section or in the next? */
  const goesOn = (next: Unit | undefined): boolean => {
    if (next === undefined) return false;
    const isBare = length < tooShort;
    if (length + next.words > (isBare ? shortMax : 1) * max) return false;
    if (next.section === units[to]?.section) return true;
    if (units[to]?.section !== section) return false;
    return (isBare && units[to]?.heading === undefined) || ((above[to + 1]?.words ?? 0) & ~window.own) !== 0;
  };
  while (length < min) {
    const previous = units[from - 1];
    const next = units[to + 1];
    if (goesOn(next) && next?.section === units[to]?.section) grow(1, 0);
    else if (previous?.section === section && fits(previous === undefined ? [] : [previous])) grow(0, 1);
    else if (goesOn(next)) grow(1, 0);
    else break;
  }
  const hasRoom = () => length < shortMax * max;
  while (hasRoom() && pointsBack(units[from]?.text ?? '') && units[from - 1]?.section === section) grow(0, 1);
  grow(belowList(units, to, max - length), 0);
  while (to > from && isLeadIn(units[to])) to -= 1;
  return units.slice(from, to + 1);
};
