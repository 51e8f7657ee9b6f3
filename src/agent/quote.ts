import type { Candidate } from './candidate.ts';
import { withoutMarks } from './cite.ts';
import { countWords, type Unit } from './segment.ts';
import { balancedStart } from './sentences.ts';

/** What a line of text may not begin with when its sentence did not begin a line in the source: it would become a heading, a list… */
const beginsBlock = /^(?:#{1,6}(?=\s|$)|[-+*](?=\s|$)|>|\||~~~|```|=+\s*$|-+\s*$)/;
const beginsList = /^(\d{1,9})([.)])(?=\s|$)/;
/** A line that gives a link its target would turn our marks into links; one that begins HTML would swallow them. */
const beginsTarget = /^(\s*(?:(?:[-*+•]|\d{1,9}[.)])\s+)*)(?=\[[^\]]{0,999}\]:|<(?!https?:|mailto:)[a-z/!?])/gim;
/** Code, which stays; pictures that nobody took out; marks with gaps inside: Markdown reads `[ 1 ]` as `[1]`. */
const inside = /(?<code>`[^`\n]+`)|(?<picture>!\[)|\[\s*\^?(?<digits>\d+)\s*\]/g;
const fencedCode = /^[ \t]*(`{3,}(?![^\n]*`)|~{3,})[^\n]*(?:\n[\s\S]*?(?:\n[ \t]*\1[^\n]*(?=\n|$)|$)|$)/gm;
const longestHeading = 30;

/** Text without code blocks, without what would mean something to Markdown here that it did not mean where it stood. */
const inertText = (text: string): string =>
  withoutMarks(
    text.replace(inside, (match, code?: string, picture?: string, digits?: string) =>
      code === undefined ? (picture === undefined ? `(${digits})` : '!\\[') : match,
    ),
  ).replace(beginsTarget, '$1\\');

/** The same for text with code blocks in it, which stay as they are. */
const inert = (markdown: string): string => {
  let made = '';
  let at = 0;
  for (const { index, 0: code } of markdown.matchAll(fencedCode)) {
    made += inertText(markdown.slice(at, index)) + code;
    at = index + code.length;
  }
  return made + inertText(markdown.slice(at));
};

/** The same for a sentence, which is no code block even if it begins with a fence: in its paragraph it did not begin a line. */
const inertSentence = (sentence: string): string => inertText(` ${sentence}`).slice(1);

const asLine = (sentence: string): string => sentence.replace(beginsBlock, '\\$&').replace(beginsList, '$1\\$2');

const asHeading = (heading: string): string => {
  const text = inertSentence(heading.replaceAll('*', ''));
  return `**${balancedStart(text) === text ? text : text.replace(/[_`~[\]()]/g, '')}**`;
};

const isShown = (heading: string | undefined): heading is string =>
  heading !== undefined && heading !== '' && countWords(heading) <= longestHeading;

/** The units as Markdown again: sentences of a paragraph on one line, items and rows below each other. */
export const render = (units: readonly Unit[]): string => {
  let text = '';
  let before: Unit | undefined;
  for (const unit of units) {
    const goesOn = before !== undefined && before.block === unit.block;
    if (before !== undefined) text += goesOn ? (unit.kind === 'sentence' ? ' ' : '\n') : '\n\n';
    if (before !== undefined && before.section !== unit.section && isShown(unit.heading))
      text += `${asHeading(unit.heading)}\n\n`;
    if (!goesOn && unit.lead !== undefined) text += `${inertSentence(asLine(unit.lead))}\n\n`;
    if (!goesOn && unit.header !== undefined) text += `${inert(unit.header)}\n`;
    text += unit.kind === 'sentence' ? inertSentence(goesOn ? unit.text : asLine(unit.text)) : inert(unit.text);
    before = unit;
  }
  return text;
};

/** The heading that a quote needs to be understood: it begins a section, or with what belongs to one. */
const headingOf = ({ passage, units }: Candidate, [first]: readonly Unit[]): string | undefined => {
  const heading = first?.heading ?? passage.headings?.at(-1);
  if (first === undefined || !isShown(heading) || heading === passage.title) return undefined;
  const begins = units.find(({ section }) => section === first.section) === first;
  return begins || first.kind === 'item' || first.kind === 'row' ? heading : undefined;
};

/** Does a list go on behind what is quoted of it? */
const isCut = ({ units }: Candidate, quoted: readonly Unit[]): boolean => {
  const last = quoted.at(-1);
  const next = last?.kind === 'item' ? units[units.indexOf(last) + 1] : undefined;
  return next !== undefined && next.block === last?.block;
};

/** A quote in Markdown with its mark. An ellipsis tells of a list that goes on in the source. */
export const marked = (candidate: Candidate, units: readonly Unit[], n: number): string => {
  const heading = headingOf(candidate, units);
  const text = `${heading === undefined ? '' : `${asHeading(heading)}\n\n`}${render(units)}`;
  if (isCut(candidate, units)) return `${text}\n\n… [${n}]`;
  const last = units.at(-1)?.kind;
  const standsAlone =
    last === 'table' || last === 'row' || last === 'code' || /(?:^|\n)\s*(?:\||`{3}|~{3})[^\n]*$/.test(text);
  return standsAlone ? `${text}\n\n[${n}]` : `${text} [${n}]`;
};
