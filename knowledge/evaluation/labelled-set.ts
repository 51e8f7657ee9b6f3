import type { ThreadLine } from '#core/knowledge.ts';
import type { Grades } from './metrics.ts';
import { type Question, readFollowUps, readJudgements, readQuestions } from './read-labels.ts';

/** A question with the documents that answer it. */
export interface Labelled extends Question {
  readonly grades: Grades;
  readonly thread?: readonly ThreadLine[];
}

export interface LabelFiles {
  /** Path of `queries.jsonl`, `{"_id", "text"}` per line. */
  readonly queries: string;
  /** Path of `qrels.tsv`: `query-id`, `corpus-id` and `score`, separated by tabs. */
  readonly qrels: string;
  /** Path of follow-ups, as `readFollowUps` takes them. */
  readonly threads?: string;
  /** Only questions with this `split`. */
  readonly split?: string;
}

export interface LabelledSet {
  /** Questions with a relevant document. */
  readonly answerable: readonly Labelled[];
  /** Judged with nothing but grade 0. */
  readonly unanswerable: readonly Labelled[];
  readonly unjudged: readonly Labelled[];
  readonly followUps: readonly Labelled[];
  /** What looks wrong with the files. */
  readonly hints: readonly string[];
}

/** Whether some document answers it. */
export const isAnswerable = ({ grades }: Labelled): boolean => [...grades.values()].some((grade) => grade > 0);

/** Reads questions and judgements and puts them together. Throws `bad-request` for a file that cannot be read, naming the line. */
export const readLabelledSet = async ({ queries, qrels, threads, split }: LabelFiles): Promise<LabelledSet> => {
  const inSplit = (question: Question): boolean => split === undefined || question.split === split;
  const all = await readQuestions(queries);
  const judgements = await readJudgements(qrels);
  const followUps = threads === undefined ? [] : (await readFollowUps(threads)).filter(inSplit);
  const questions = all
    .filter(inSplit)
    .map((question): Labelled => ({ ...question, grades: judgements.get(question.id) ?? new Map() }));
  const answerable = questions.filter(isAnswerable);
  const others = questions.filter((question) => !isAnswerable(question));
  const ids = new Set(all.map(({ id }) => id));
  const strays = [...judgements.keys()].filter((id) => !ids.has(id));
  const of = split === undefined ? '' : ` of the split "${split}"`;
  return {
    answerable,
    unanswerable: others.filter(({ grades }) => grades.size > 0),
    unjudged: others.filter(({ grades }) => grades.size === 0),
    followUps,
    hints: [
      ...(strays.length > 0 ? [`${qrels} judges ${some(strays)}, not asked in ${queries}.`] : []),
      ...(answerable.length === 0 ? [`No question${of} has a relevant document: there is nothing to measure.`] : []),
    ],
  };
};

/** What the outcome says of the labels: `expected` of each question, and all documents that were found, by their own ids. */
export const hintsAbout = (
  expected: readonly { readonly id: string; readonly rank: number | null }[],
  found: ReadonlySet<string>,
): readonly string[] => {
  const judged = new Set(expected.map(({ id }) => id));
  if (judged.size === 0) return [];
  if (found.size === 0)
    return [
      'Nothing was found for any question. Is the knowledge base filled, and may this audience see it (--as, --internal)?',
    ];
  const known = new Set(expected.flatMap(({ id, rank }) => (rank === null ? [] : [id])));
  const missing = [...judged].filter((id) => !known.has(id));
  if (missing.length === 0) return [];
  if (known.size === 0)
    return [
      `None of the ${judged.size} judged documents was found for any question. Judged: ${some(missing)}. In the knowledge base ids look like: ${some([...found])}.`,
    ];
  return [
    `${missing.length} of the ${judged.size} judged documents were found for no question: ${some(missing)}. Are these ids in the knowledge base?`,
  ];
};

/** The first few, for a message. */
const some = (names: readonly string[]): string =>
  `${names.slice(0, 3).join(', ')}${names.length > 3 ? ` and ${names.length - 3} more` : ''}`;
