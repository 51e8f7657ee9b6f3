import { mean } from './metrics.ts';

/** A question, how sure the search was, and what an answer would have been. */
export interface Judged {
  /** 0…1. */
  readonly probability: number;
  /** Some document answers it. */
  readonly isAnswerable: boolean;
  /** A document that answers it was found first: an answer would be right. */
  readonly isRight: boolean;
  /** One was among the first five: worth asking back. */
  readonly isFound: boolean;
}

/** What a threshold gives. Shares, 0…1; null where there is nothing to take a share of. */
export interface TradeOff {
  readonly threshold: number;
  /** Of all questions. */
  readonly answered: number;
  /** Answers that cite a document that answers. */
  readonly rightOfAnswered: number | null;
  /** Questions that no document answers and that get an answer all the same. */
  readonly unanswerableAnswered: number | null;
}

export interface Thresholds {
  /** From here on a question is answered. */
  readonly answer: number;
  /** From here on the customer is asked back; below, a person is brought in. At most `answer`. */
  readonly askBack: number;
  /** Whether `answer` keeps wrong answers within the bound that was asked for; otherwise it is the best there is. */
  readonly isWithinBound: boolean;
}

/** Thresholds are tried in hundredths: finer than labelled questions can tell apart. */
const steps = 100;
const grid = Array.from({ length: steps + 1 }, (_, i) => i / steps);

export const tradeOff = (judged: readonly Judged[], threshold: number): TradeOff => {
  const answered = judged.filter(({ probability }) => probability >= threshold);
  const unanswerable = judged.filter(({ isAnswerable }) => !isAnswerable);
  return {
    threshold,
    answered: share(judged, ({ probability }) => probability >= threshold) ?? 0,
    rightOfAnswered: share(answered, ({ isRight }) => isRight),
    unanswerableAnswered: share(unanswerable, ({ probability }) => probability >= threshold),
  };
};

/** The trade-off at every twentieth, from answering everything to answering nothing that is not certain. */
export const tradeOffCurve = (judged: readonly Judged[]): readonly TradeOff[] =>
  grid.filter((_, i) => i % 5 === 0).map((threshold) => tradeOff(judged, threshold));

/**
 * The lowest threshold at which at most `maxWrong` (0…1) of the answers are wrong, that is, do not cite a document that
 * answers; and below it the one from which asking back leads to an answer that was found more often than not.
 */
export const recommendThresholds = (judged: readonly Judged[], maxWrong: number): Thresholds => {
  const tried = grid
    .map((threshold) => tradeOff(judged, threshold))
    .flatMap(({ threshold, rightOfAnswered }) =>
      rightOfAnswered === null ? [] : [{ threshold, wrong: 1 - rightOfAnswered }],
    );
  // 1 − 0.95 is a little more than 0.05 in binary.
  const within = tried.find(({ wrong }) => wrong <= maxWrong + 1e-9);
  const fewest = Math.min(...tried.map(({ wrong }) => wrong));
  const best = within ?? tried.find(({ wrong }) => wrong === fewest);
  const answer = best?.threshold ?? 1;
  return { answer, askBack: askBackFrom(judged, answer), isWithinBound: within !== undefined };
};

/** Where asking back pays most: a question whose answer is among what was found counts for it, any other against it. */
const askBackFrom = (judged: readonly Judged[], answer: number): number => {
  const gains = grid
    .filter((threshold) => threshold <= answer)
    .map((threshold) => ({
      threshold,
      gain: judged
        .filter(({ probability }) => probability >= threshold && probability < answer)
        .reduce((sum, { isFound }) => sum + (isFound ? 1 : -1), 0),
    }));
  const most = Math.max(...gains.map(({ gain }) => gain));
  // The highest of equals: where asking back leads nowhere, it is not done.
  return gains.findLast(({ gain }) => gain === most)?.threshold ?? answer;
};

/** Probability that a positive ranks above a negative, ties counting half; null when one kind is missing. */
export const areaUnderCurve = (positives: readonly number[], negatives: readonly number[]): number | null =>
  positives.length === 0 || negatives.length === 0
    ? null
    : mean(positives.flatMap((one) => negatives.map((other) => (one > other ? 1 : one === other ? 0.5 : 0))));

const share = <T>(all: readonly T[], is: (one: T) => boolean): number | null =>
  all.length === 0 ? null : mean(all.map((one) => (is(one) ? 1 : 0)));
