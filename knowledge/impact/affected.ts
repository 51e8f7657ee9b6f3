import type { PastQuestion } from '#core/answer-log.ts';
import type { Touched } from './change-plan.ts';

/** A question as it was asked, once or many times. */
export interface Repeated {
  /** The newest time. */
  readonly question: PastQuestion;
  readonly times: number;
  readonly customers: number;
  /** Ids of all documents that its answers cited. */
  readonly cited: ReadonlySet<string>;
}

/** Share of what a question's words are worth that a passage needs to be able to change its answer. */
const tellingShare = 0.15;
/** When the corpus grows or shrinks by more than this, every word weighs differently, and any answer may change. */
const smallDrift = 0.02;
/** Shorter questions lean on what was said before. */
const ownWords = 6;

/** The same words of askers who may see the same, as one; the newest first. Pure. */
export const repeated = (questions: readonly PastQuestion[]): readonly Repeated[] => {
  const groups = Map.groupBy(questions, (question) => {
    const text = question.text.toLowerCase().replace(/\s+/g, ' ');
    const context = text.split(' ').length < ownWords ? question.thread.at(-1)?.text : undefined;
    return JSON.stringify([text, question.audience.organizations, question.audience.identity === 'verified', context]);
  });
  return [...groups.values()].flatMap((same) => {
    const [question] = same;
    return question === undefined
      ? []
      : [
          {
            question,
            times: same.length,
            customers: new Set(same.map(({ customer }) => customer)).size,
            cited: new Set(same.flatMap(({ cited }) => cited)),
          },
        ];
  });
};

/**
 * The questions whose answer a change can reach: their answers cited a document that goes or changes, or they share a telling word with a passage that
 * comes or goes. Those that are asked most come first. `weights`: how telling stems are in the corpus; one that is missing is unknown to it, and may be
 * a misspelt word of the new passages. Pure.
 */
export const affectedBy = (
  questions: readonly Repeated[],
  { documents, stems, drift }: Touched,
  stemsOf: (question: string, locale: string) => readonly string[],
  weights: ReadonlyMap<string, number>,
): readonly Repeated[] => {
  const unknown = Math.max(1, ...weights.values());
  const fresh = new Set([...stems].filter((stem) => !weights.has(stem)).map(shapeOf));
  const mayMean = (stem: string): boolean =>
    !weights.has(stem) && [-2, -1, 0, 1, 2].some((more) => fresh.has(`${stem[0]}${stem.length + more}`));
  const isReached = ({ question, cited }: Repeated): boolean => {
    if (drift > smallDrift || [...cited].some((id) => documents.has(id))) return true;
    const asked = [
      ...new Set(
        [question.text, ...question.thread.map(({ text }) => text)].flatMap((text) => stemsOf(text, question.locale)),
      ),
    ];
    const own = new Set(stemsOf(question.text, question.locale));
    const worth = (some: readonly string[]): number =>
      some.reduce((sum, stem) => sum + (weights.get(stem) ?? unknown), 0);
    const shared = asked.filter((stem) => stems.has(stem) || mayMean(stem));
    return shared.length > 0 && worth(shared) >= tellingShare * worth([...own]);
  };
  return questions
    .filter(isReached)
    .toSorted((one, other) => other.times - one.times || other.question.at.getTime() - one.question.at.getTime());
};

const shapeOf = (stem: string): string => `${stem[0]}${stem.length}`;
