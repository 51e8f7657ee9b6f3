import type { Knowledge, Leg } from '#core/knowledge.ts';
import type { Audience } from '#core/turn.ts';
import { builtInWeights } from '../search/confidence.ts';
import { type Asked, type Calibration, calibrate } from './calibrate.ts';
import { judgedNames } from './judged-names.ts';
import { hintsAbout, isAnswerable, type LabelFiles, type Labelled, readLabelledSet } from './labelled-set.ts';
import type { Signals, Weights } from './logistic.ts';
import { type Measures, mean, meanMeasures, measure, percentile } from './metrics.ts';

/** Passages asked for per question: several may belong to one document, and ten documents are ranked. */
const passagesPerQuestion = 40;

/** Legs that are measured beside the search as a whole, as far as there are any. */
const allLegs: readonly Leg[] = ['lexical', 'dense', 'fused', 'reranked'];
/** Questions that are asked to learn which legs there are. */
const probes = 5;

export interface EvaluationInput extends LabelFiles {
  readonly audience: Audience;
  /** Measure each leg of the search, too. */
  readonly legs?: boolean;
  /** Find thresholds and weights of the evidence. */
  readonly calibrate?: {
    /** Share of wrong answers that is tolerated, 0…1. */
    readonly maxWrong: number;
    /**
     * What questions without judgements are: `unjudged` counts them as having no answer, `none` leaves them out. Those judged
     * with nothing but grade 0 have none in either case.
     */
    readonly unanswerable: 'unjudged' | 'none';
  };
}

export interface EvaluationDeps {
  readonly search: Knowledge['search'];
  /** Weights of the evidence in use. Default: those built in. */
  readonly weights?: Weights;
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
  /** Milliseconds. */
  readonly clock?: () => number;
}

/** Means over all questions with at least one relevant document. */
export interface EvaluationReport extends Measures {
  /** Time of a search as its caller sees it. */
  readonly msPerQuery: { readonly mean: number; readonly p50: number; readonly p95: number };
  readonly queries: number;
  /** Questions without relevant documents; they count in calibration only. */
  readonly skipped: number;
  readonly perQuery: readonly QueryEvaluation[];
  /** What looks wrong with the labels, and what to do about it. */
  readonly hints: readonly string[];
  readonly followUps?: Measures & { readonly queries: number; readonly perQuery: readonly QueryEvaluation[] };
  readonly legs?: Readonly<Partial<Record<Leg, Measures>>>;
  readonly calibration?: Calibration;
}

export interface QueryEvaluation extends Measures {
  readonly id: string;
  readonly text: string;
  readonly confidence: number;
  readonly ms: number;
  /** The ten best documents, under the names of the judgements. */
  readonly ranking: readonly string[];
  /** The relevant documents, best grade first, with their place (from 1); null for those not found. */
  readonly expected: readonly { readonly id: string; readonly grade: number; readonly rank: number | null }[];
}

/** What a search gave, without its texts: there may be many questions. */
interface Answered {
  readonly question: Labelled;
  /** Ids, best first, each once. */
  readonly documents: readonly string[];
  readonly confidence: number;
  readonly signals?: Signals;
  readonly ms: number;
}

/**
 * Measures retrieval on questions in BEIR layout: asks them one after the other and compares what is found with what is
 * relevant. Throws `bad-request` for a file that cannot be read, naming the line.
 */
export const evaluate = async (input: EvaluationInput, deps: EvaluationDeps): Promise<EvaluationReport> => {
  const { search, weights = { ...builtInWeights }, onProgress, clock = () => performance.now() } = deps;
  const { audience, calibrate: calibration } = input;
  const set = await readLabelledSet(input);
  const unanswerable = calibration
    ? [...set.unanswerable, ...(calibration.unanswerable === 'unjudged' ? set.unjudged : [])]
    : [];
  const legs = input.legs === true ? await legsOf(set.answerable, search, audience) : [];
  const total = set.answerable.length * (1 + legs.length) + set.followUps.length + unanswerable.length;
  let done = 0;
  const ask = async (question: Labelled, leg?: Leg): Promise<Answered> => {
    const started = clock();
    const { passages, confidence, signals } = await search(question.text, {
      audience,
      limit: passagesPerQuestion,
      ...(question.thread ? { thread: question.thread } : {}),
      ...(leg ? { leg } : {}),
    });
    const ms = clock() - started;
    done += 1;
    onProgress?.({ done, total });
    const documents = [...new Set(passages.map(({ documentId }) => documentId))];
    return { question, documents, confidence, ms, ...(signals ? { signals } : {}) };
  };

  const answered = await inTurn(set.answerable, ask);
  const gaps = await inTurn(unanswerable, ask);
  const followedUp = await inTurn(set.followUps, ask);
  const found = new Set([...answered, ...followedUp].flatMap(({ documents }) => documents));
  const judged = [...set.answerable, ...set.followUps].flatMap(({ grades }) => [...grades.keys()]);
  const name = judgedNames(judged, found);
  const perQuery = answered.map((one) => judge(one, name));
  const perFollowUp = followedUp.filter(({ question }) => isAnswerable(question)).map((one) => judge(one, name));
  const perLeg: Partial<Record<Leg, Measures>> = {};
  for (const leg of legs) {
    const one = await inTurn(set.answerable, (question) => ask(question, leg));
    perLeg[leg] = meanMeasures(one.map((each) => judge(each, name)));
  }
  const times = perQuery.map(({ ms }) => ms);
  return {
    ...meanMeasures(perQuery),
    msPerQuery: { mean: mean(times), p50: percentile(times, 0.5), p95: percentile(times, 0.95) },
    queries: perQuery.length,
    skipped: set.unanswerable.length + set.unjudged.length,
    hints: [
      ...set.hints,
      ...hintsAbout(
        [...perQuery, ...perFollowUp].flatMap(({ expected }) => expected),
        found,
      ),
    ],
    ...(input.threads === undefined
      ? {}
      : { followUps: { ...meanMeasures(perFollowUp), queries: perFollowUp.length, perQuery: perFollowUp } }),
    ...(input.legs === true ? { legs: perLeg } : {}),
    ...(calibration
      ? {
          calibration: calibrate(
            [...answered, ...gaps, ...followedUp].map((one) => toAsked(one, name)),
            { maxWrong: calibration.maxWrong, weights },
          ),
        }
      : {}),
    perQuery,
  };
};

/** The legs that explain the search's results. */
const legsOf = async (
  questions: readonly Labelled[],
  search: Knowledge['search'],
  audience: Audience,
): Promise<readonly Leg[]> => {
  const results = await inTurn(questions.slice(0, probes), ({ text }) =>
    search(text, { audience, limit: passagesPerQuestion, explain: true }),
  );
  const named = new Set(
    results.flatMap(({ explanations = [] }) => explanations.flatMap(({ legs }) => Object.keys(legs))),
  );
  return allLegs.filter((leg) => named.has(leg));
};

const judge = (
  { question, documents, confidence, ms }: Answered,
  name: (documentId: string) => string,
): QueryEvaluation => {
  const names = [...new Set(documents.map(name))];
  return {
    id: question.id,
    text: question.text,
    ...measure(names.slice(0, 10), question.grades),
    confidence,
    ms,
    ranking: names.slice(0, 10),
    expected: [...question.grades]
      .filter(([, grade]) => grade > 0)
      .sort((one, other) => other[1] - one[1])
      .map(([id, grade]) => ({ id, grade, rank: names.includes(id) ? names.indexOf(id) + 1 : null })),
  };
};

const toAsked = (answered: Answered, name: (documentId: string) => string): Asked => {
  const { success1, success5, confidence } = judge(answered, name);
  return {
    isAnswerable: isAnswerable(answered.question),
    isRight: success1 === 1,
    isFound: success5 === 1,
    confidence,
    ...(answered.signals ? { signals: answered.signals } : {}),
  };
};

const inTurn = async <T, R>(all: readonly T[], run: (one: T) => Promise<R>): Promise<readonly R[]> => {
  const results: R[] = [];
  for (const one of all) results.push(await run(one));
  return results;
};
