/** Plain strings for places with little room. Pure; lengths in UTF-16 code units. */
import { cleanText } from './clean.ts';

// They turn the reading direction around: a name could then swallow the words after it.
const directions = /[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** At most `max`, cut at a word where one ends nearby, with an ellipsis; never through the middle of a character. */
export const shorten = (text: string, max: number): string => {
  if (text.length <= max) return text;
  const head = text.slice(0, max - 1).replace(/[\ud800-\udbff]$/, '');
  const space = head.search(/\s\S*$/);
  return `${(space > head.length * 0.7 ? head.slice(0, space) : head).trimEnd()}…`;
};

/** A title or a name as one clean line: no tricks with direction, single spaces. May be empty. */
export const singleLine = (text: string): string => cleanText(text).replace(directions, '').replace(/\s+/g, ' ').trim();
