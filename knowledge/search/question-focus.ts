import type { SubjectRun } from './subject-runs.ts';

/** A message up to this many words is its own focus. */
const shortEnough = 60;
/** Sentences with a subject at the beginning that say what a long message is about. */
const openingSentences = 2;
const maxCharacters = 2_000;
const maxBeside = 12;

/**
 * What a long message asks: its first sentences that name something, and those that end with a question mark; the other
 * words are `beside`. A short message is its own focus.
 */
export const focusOf = (
  text: string,
  read: (text: string) => readonly SubjectRun[],
): { readonly text: string; readonly beside: readonly string[] } => {
  const whole = text.slice(0, 4 * maxCharacters).trim();
  if (whole.split(/\s+/).length <= shortEnough) return { text: whole.slice(0, maxCharacters), beside: [] };
  const sentences = whole
    .split(/(?<=[.!?…]["')\]]?)\s+|\n+|(?<=[。！？])/u)
    .filter((sentence) => sentence.trim() !== '');
  let named = 0;
  const isFocus = sentences.map((sentence) => {
    if (/[?？]["')\]]?\s*$/u.test(sentence)) return true;
    if (named >= openingSentences || read(sentence).length === 0 || isGreeting(sentence)) return false;
    named += 1;
    return true;
  });
  const focus = sentences.filter((_, i) => isFocus[i]).join(' ');
  const others = sentences.filter((_, i) => !isFocus[i]).join('\n');
  const beside = [...new Set(read(others).flatMap((run) => run.words.map((word) => word.text)))];
  return { text: focus.slice(0, maxCharacters), beside: beside.slice(0, maxBeside) };
};

/** "Dear support team," and the like: short, and no sentence. */
const isGreeting = (sentence: string): boolean => sentence.split(/\s+/).length <= 5 && /,\s*$/.test(sentence);
