import { fold } from '#core/terms.ts';
import type { SmallWords } from './small-words.ts';

/** A word of what somebody wrote that may be what it is about. */
export interface SubjectWord {
  readonly text: string;
  /** Folded, for comparing. */
  readonly key: string;
}

/** Words that stand together with no small word between them: "Growth plan", "label printer". */
export interface SubjectRun {
  readonly words: readonly SubjectWord[];
  /** The preposition before it, articles skipped. */
  readonly preposition: string | undefined;
  /** Written as a name: capitals inside a sentence, digits. Never in German, which writes every noun so. */
  readonly isName: boolean;
  /** An article or possessive stands before it. */
  readonly isNamed: boolean;
  /** Which sentence it stands in, from 0. */
  readonly sentence: number;
  /** Joined with the run before it by "and" or "or". */
  readonly isJoined: boolean;
}

/** One initial and its hyphen belong to the word: "e-mail". */
const word = /(?:\p{L}[-‐‑](?=\p{L}{3}))?[\p{L}\p{N}\p{M}]+/gu;
const endOfSentence = /[.!?;\n]/;
const pause = /[,:()"“”/|]/;

/** The runs of a text in order. Reads at most 8,000 characters. */
export const subjectRuns = (text: string, small: SmallWords, germanCapitals = false): SubjectRun[] => {
  const runs: SubjectRun[] = [];
  let open: SubjectWord[] = [];
  let names = 0;
  /** Small words since the last run. */
  let between: string[] = [];
  let sentence = 0;
  let wordsInSentence = 0;
  let end = 0;
  let before: string[] = [];
  const close = () => {
    if (open.length > 0) {
      const previous = runs.at(-1);
      runs.push({
        words: open,
        preposition: before.findLast((one) => !small.determiners.has(one) || small.prepositions.has(one)),
        isName: names === open.length,
        isNamed: small.determiners.has(before.at(-1) ?? ''),
        sentence,
        isJoined: previous?.sentence === sentence && before.some((one) => small.conjunctions.has(one)),
      });
      between = [];
    }
    open = [];
    names = 0;
  };
  for (const match of text.slice(0, 8_000).matchAll(word)) {
    const gap = text.slice(end, match.index);
    end = match.index + match[0].length;
    if (pause.test(gap) || endOfSentence.test(gap)) close();
    if (endOfSentence.test(gap) && wordsInSentence > 0) {
      sentence += 1;
      wordsInSentence = 0;
      between = [];
    }
    const key = fold(match[0]);
    if (small.common.has(key) || (key.length === 1 && !/[\p{N}\p{Script=Han}]/u.test(key))) {
      close();
      between.push(key);
    } else {
      if (open.length === 0) before = between;
      open.push({ text: match[0], key });
      if (isName(match[0], wordsInSentence > 0 && !germanCapitals)) names += 1;
    }
    wordsInSentence += 1;
  }
  close();
  return runs.map((run) => ({
    ...run,
    preposition: run.preposition !== undefined && small.prepositions.has(run.preposition) ? run.preposition : undefined,
  }));
};

const isName = (text: string, capitalsTell: boolean): boolean =>
  /\p{N}/u.test(text) || /.\p{Lu}/u.test(text) || (capitalsTell && /^\p{Lu}/u.test(text));

/** Do two folded words mean the same? Endings may differ: plan, plans; Tarif, Tarife. */
export const isSameWord = (one: string, other: string): boolean => {
  if (one === other) return true;
  const [short, long] = one.length < other.length ? [one, other] : [other, one];
  return short.length >= 4 && long.length - short.length <= 2 && long.startsWith(short);
};
