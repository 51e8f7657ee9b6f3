import { z } from 'zod';
import { AppError } from '#core/errors.ts';
import type { Knowledge } from '#core/knowledge.ts';
import type { Audience } from '#core/turn.ts';
import { readLines } from '../sources/lines.ts';
import { type Grades, mean, ndcg, percentile, recall, reciprocalRank, success } from './metrics.ts';

/** Passages asked for per question: several may belong to one document, and ten documents are ranked. */
const passagesPerQuestion = 40;
const longestLine = 1_000_000;

export interface Question {
  readonly id: string;
  readonly text: string;
}

/** Relevant documents by question id. */
export type Judgements = ReadonlyMap<string, Grades>;

/** Means over all questions with at least one relevant document. */
export interface EvaluationReport {
  readonly ndcg10: number;
  readonly recall5: number;
  readonly success5: number;
  readonly mrr10: number;
  /** Time of a search as its caller sees it. */
  readonly msPerQuery: { readonly mean: number; readonly p50: number; readonly p95: number };
  readonly queries: number;
  /** Questions that nobody judged; they count nowhere. */
  readonly skipped: number;
  readonly perQuery: readonly QueryEvaluation[];
}

export interface QueryEvaluation {
  readonly id: string;
  readonly text: string;
  readonly ndcg10: number;
  readonly recall5: number;
  readonly success5: number;
  readonly mrr10: number;
  readonly confidence: number;
  readonly ms: number;
  /** The ten best documents. */
  readonly ranking: readonly string[];
}

export interface EvaluationInput {
  /** Path of `queries.jsonl`, `{"_id", "text"}` per line. */
  readonly queries: string;
  /** Path of `qrels.tsv`: `query-id`, `corpus-id` and `score`, separated by tabs. */
  readonly qrels: string;
  readonly audience: Audience;
  /** Collection that the judged ids belong to. Default: `default`. */
  readonly collection?: string;
}

export interface EvaluationDeps {
  readonly search: Knowledge['search'];
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
  /** Milliseconds. */
  readonly clock?: () => number;
}

/**
 * Measures retrieval on questions in BEIR layout: asks every judged one, one after the other, and compares what is found
 * with what is relevant. Throws `bad-request` for a file that cannot be read, naming the line.
 */
export const evaluate = async (
  { queries, qrels, audience, collection = 'default' }: EvaluationInput,
  { search, onProgress, clock = () => performance.now() }: EvaluationDeps,
): Promise<EvaluationReport> => {
  const questions = await readQuestions(queries);
  const judgements = await readJudgements(qrels);
  const judged = questions.flatMap((question) => {
    const grades = judgements.get(question.id);
    return grades && [...grades.values()].some((grade) => grade > 0) ? [{ ...question, grades }] : [];
  });
  const prefix = collection === 'default' ? '' : `${collection}:`;
  const perQuery: QueryEvaluation[] = [];
  for (const { id, text, grades } of judged) {
    const started = clock();
    const { passages, confidence } = await search(text, { audience, limit: passagesPerQuestion });
    const ms = clock() - started;
    const documents = passages.map(({ documentId }) =>
      documentId.startsWith(prefix) ? documentId.slice(prefix.length) : documentId,
    );
    const ranking = [...new Set(documents)].slice(0, 10);
    perQuery.push({
      id,
      text,
      ndcg10: ndcg(ranking, grades, 10),
      recall5: recall(ranking, grades, 5),
      success5: success(ranking, grades, 5),
      mrr10: reciprocalRank(ranking, grades, 10),
      confidence,
      ms,
      ranking,
    });
    onProgress?.({ done: perQuery.length, total: judged.length });
  }
  const times = perQuery.map((query) => query.ms);
  return {
    ndcg10: mean(perQuery.map((query) => query.ndcg10)),
    recall5: mean(perQuery.map((query) => query.recall5)),
    success5: mean(perQuery.map((query) => query.success5)),
    mrr10: mean(perQuery.map((query) => query.mrr10)),
    msPerQuery: { mean: mean(times), p50: percentile(times, 0.5), p95: percentile(times, 0.95) },
    queries: perQuery.length,
    skipped: questions.length - perQuery.length,
    perQuery,
  };
};

const queryLine = z.object({ _id: z.union([z.string(), z.number().transform(String)]), text: z.string().min(1) });

/** Reads questions in BEIR layout, `{"_id", "text"}` per line. Throws `bad-request` that names the wrong line. */
export const readQuestions = async (path: string): Promise<readonly Question[]> => {
  const questions: Question[] = [];
  for await (const { number, text } of textLines(path)) {
    const parsed = queryLine.safeParse(parseJson(text));
    if (!parsed.success) throw wrongLine(path, number, '{"_id": "…", "text": "…"}');
    questions.push({ id: parsed.data._id, text: parsed.data.text });
  }
  if (questions.length === 0) throw new AppError('bad-request', `${path} holds no questions.`);
  return questions;
};

/**
 * Reads relevance judgements in BEIR layout: `query-id`, `corpus-id` and `score` separated by tabs, with or without a
 * header line. Throws `bad-request` that names the wrong line.
 */
export const readJudgements = async (path: string): Promise<Judgements> => {
  const judgements = new Map<string, Map<string, number>>();
  for await (const { number, text } of textLines(path)) {
    const [query, document, score = '', ...more] = text.split('\t');
    const grade = Number(score);
    if (!query || !document || score.trim() === '' || !Number.isFinite(grade) || more.length > 0) {
      if (number === 1 && query === 'query-id') continue;
      throw wrongLine(path, number, 'query-id, corpus-id and score, separated by tabs');
    }
    const grades = judgements.get(query) ?? new Map<string, number>();
    judgements.set(query, grades.set(document, grade));
  }
  if (judgements.size === 0) throw new AppError('bad-request', `${path} holds no judgements.`);
  return judgements;
};

async function* textLines(path: string): AsyncGenerator<{ readonly number: number; readonly text: string }> {
  try {
    for await (const { number, bytes, length } of readLines(path, longestLine)) {
      if (length > longestLine) throw wrongLine(path, number, `at most ${longestLine} bytes`);
      const text = Buffer.from(bytes).toString('utf8').replace(/\r$/, '');
      if (text.trim() !== '') yield { number, text };
    }
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError('bad-request', `${path} cannot be read. Check the path and its permissions.`, { cause: error });
  }
}

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const wrongLine = (path: string, number: number, expected: string): AppError =>
  new AppError('bad-request', `${path}, line ${number}: expected ${expected}.`);
