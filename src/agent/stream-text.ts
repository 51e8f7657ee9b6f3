import { cite, settled } from './cite.ts';
import { mayBeNoAnswer } from './no-answer.ts';
import type { Sources } from './sources.ts';

/** The text of the model's current step, and what of it may be shown. */
export interface StreamText {
  /** A piece of text of model step `step`; a new step starts a new text. */
  readonly add: (step: number, piece: string) => void;
  readonly text: () => string;
}

/**
 * Collects the model's text and shows it while it grows, at most every `everyMs`: with the numbers that its citations will
 * have in the end, without a mark that is still incomplete, and nothing at all of a "no answer".
 */
export const createStreamText = (
  sources: Sources,
  show: (textSoFar: string) => void,
  everyMs: number,
  now: () => number,
): StreamText => {
  let step = -1;
  let text = '';
  let shownAt = Number.NEGATIVE_INFINITY;
  let shown = '';
  return {
    text: () => text,
    add: (at, piece) => {
      if (at !== step) text = '';
      step = at;
      text += piece;
      if (piece === '' || now() - shownAt < everyMs || mayBeNoAnswer(text)) return;
      const presentable = cite(settled(text), sources.all()).text;
      if (presentable === '' || presentable === shown) return;
      shown = presentable;
      shownAt = now();
      show(presentable);
    },
  };
};
