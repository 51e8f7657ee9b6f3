import { type Example, fitLogistic, logLoss, loss, probability, type Signals, type Weights } from './logistic.ts';
import { mean } from './metrics.ts';
import {
  areaUnderCurve,
  type Judged,
  recommendThresholds,
  type Thresholds,
  type TradeOff,
  tradeOffCurve,
} from './trade-off.ts';

/** A labelled question as the search answered it. */
export interface Asked extends Omit<Judged, 'probability'> {
  /** By the weights in use; 0 where nothing was found, which no weights change. */
  readonly confidence: number;
  /** What the confidence was computed from. */
  readonly signals?: Signals;
}

export interface CalibrationOptions {
  /** Share of wrong answers that is tolerated, 0…1. */
  readonly maxWrong: number;
  /** Weights in use, from which the fit starts. Without them only thresholds are found. */
  readonly weights?: Weights;
}

/** How well a confidence foretells; areas are null where one kind of question is missing. */
export interface Foresight {
  /** Right answers against all others. */
  readonly areaRight: number | null;
  /** Questions that some document answers against those that none does. */
  readonly areaAnswerable: number | null;
  /** Mean, in nats, of foretelling whether the answer is right. */
  readonly logLoss: number;
}

export interface Calibration {
  readonly questions: number;
  readonly unanswerable: number;
  /** Better weights, or null: keep those in use. */
  readonly weights: Weights | null;
  readonly thresholds: Thresholds;
  readonly inUse: Foresight;
  /** Of the new weights, each question foretold by a fit that had not seen it; null without new weights. */
  readonly fitted: Foresight | null;
  readonly curve: readonly TradeOff[];
  /** Numbers of questions at the recommended thresholds. */
  readonly outcomes: {
    readonly right: number;
    /** Answered from a document that does not answer, although another does. */
    readonly astray: number;
    /** Answered although no document answers. */
    readonly unfounded: number;
    readonly askBack: number;
    readonly escalate: number;
  };
}

/** How strongly a fit is pulled back to the weights in use, most first; what foretells best wins. */
const pulls = [100, 30, 10, 3, 1, 0.3];
const folds = 5;

/**
 * Finds the thresholds for answering and asking back, and weights of the evidence where these questions teach better ones:
 * the confidence is fitted to foretell whether an answer would be right. Everything reported about new weights is
 * cross-validated. The curve and the thresholds belong to the weights that are returned.
 */
export const calibrate = (asked: readonly Asked[], { maxWrong, weights }: CalibrationOptions): Calibration => {
  const fitted = weights && fitBetter(asked, weights);
  const judged = asked.map((one, i): Judged => ({ ...one, probability: fitted?.foretold[i] ?? one.confidence }));
  const thresholds = recommendThresholds(judged, maxWrong);
  const answered = judged.filter(({ probability }) => probability >= thresholds.answer);
  const reached = judged.filter(({ probability }) => probability >= thresholds.askBack).length;
  return {
    questions: asked.length,
    unanswerable: asked.filter(({ isAnswerable }) => !isAnswerable).length,
    weights: fitted?.weights ?? null,
    thresholds,
    inUse: foresight(asked.map((one) => ({ ...one, probability: one.confidence }))),
    fitted: fitted ? foresight(judged) : null,
    curve: tradeOffCurve(judged),
    outcomes: {
      right: answered.filter(({ isRight }) => isRight).length,
      astray: answered.filter(({ isAnswerable, isRight }) => isAnswerable && !isRight).length,
      unfounded: answered.filter(({ isAnswerable }) => !isAnswerable).length,
      askBack: reached - answered.length,
      escalate: judged.length - reached,
    },
  };
};

/** New weights with each question's out-of-fold probability; undefined when none foretell better than those in use. */
const fitBetter = (
  asked: readonly Asked[],
  weights: Weights,
): { readonly weights: Weights; readonly foretold: readonly (number | undefined)[] } | undefined => {
  const usable = asked.flatMap(({ signals, confidence, isRight }, index) =>
    signals === undefined || confidence === 0 ? [] : [{ index, signals, label: isRight }],
  );
  const inFold = spread(usable);
  const tried = pulls.map((pull) => {
    const foretold: (number | undefined)[] = asked.map(() => undefined);
    for (let fold = 0; fold < folds; fold += 1) {
      const fit = fitLogistic(
        usable.filter((_, i) => inFold[i] !== fold),
        weights,
        pull,
      );
      usable.forEach(({ index, signals }, i) => {
        if (inFold[i] === fold) foretold[index] = probability(fit, signals);
      });
    }
    return { pull, foretold, cost: mean(usable.map(({ index, label }) => loss(foretold[index] ?? 0, label))) };
  });
  const least = Math.min(...tried.map(({ cost }) => cost));
  const best = tried.find(({ cost }) => cost === least);
  if (!best || !(least < logLoss(weights, usable))) return undefined;
  return { weights: fitLogistic(usable, weights, best.pull), foretold: best.foretold };
};

/** The fold of each example, both labels spread evenly and always alike. */
const spread = (examples: readonly Example[]): readonly number[] => {
  const seen = new Map<boolean, number>();
  return examples.map(({ label }) => {
    const count = seen.get(label) ?? 0;
    seen.set(label, count + 1);
    return count % folds;
  });
};

const foresight = (judged: readonly Judged[]): Foresight => {
  const of = (is: (one: Judged) => boolean): readonly number[] =>
    judged.filter(is).map(({ probability }) => probability);
  return {
    areaRight: areaUnderCurve(
      of(({ isRight }) => isRight),
      of(({ isRight }) => !isRight),
    ),
    areaAnswerable: areaUnderCurve(
      of(({ isAnswerable }) => isAnswerable),
      of(({ isAnswerable }) => !isAnswerable),
    ),
    logLoss: mean(judged.map(({ probability, isRight }) => loss(probability, isRight))),
  };
};
