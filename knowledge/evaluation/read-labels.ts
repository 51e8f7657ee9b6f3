import { z } from 'zod';
import { AppError } from '#core/errors.ts';
import type { ThreadLine } from '#core/knowledge.ts';
import { readLines } from '../sources/lines.ts';
import type { Grades } from './metrics.ts';

const longestLine = 1_000_000;

export interface Question {
  readonly id: string;
  readonly text: string;
  /** The part of a labelled set that it belongs to, such as `dev`. */
  readonly split?: string;
}

/** A question that only makes sense after what was said before. */
export interface FollowUp extends Question {
  readonly thread: readonly ThreadLine[];
  /** Empty where no document answers. */
  readonly grades: Grades;
  /** Phrases, one of which a quoted answer must contain. */
  readonly facts: readonly string[];
}

/** Judged documents by question id. */
export type Judgements = ReadonlyMap<string, Grades>;

const text = z.string().min(1);
const question = { _id: z.union([text, z.number().transform(String)]), text, split: z.string().optional() };
const questionLine = z.object(question);
const followUpLine = z.object({
  ...question,
  thread: z.array(z.object({ role: z.enum(['customer', 'bot', 'human']), text })).min(1),
  relevant: z.record(z.string(), z.number()),
  facts: z.array(text).default([]),
});

/** Reads questions in BEIR layout, `{"_id", "text"}` per line, also `split`. Throws `bad-request` that names the wrong line. */
export const readQuestions = async (path: string): Promise<readonly Question[]> =>
  (await readJsonLines(path, questionLine, '{"_id": "…", "text": "…"}')).map(toQuestion);

/**
 * Reads follow-ups, `{"_id", "thread": [{"role", "text"}], "text", "relevant": {"<document>": grade}, "facts"?, "split"?}`
 * per line. Throws `bad-request` that names the wrong line.
 */
export const readFollowUps = async (path: string): Promise<readonly FollowUp[]> => {
  const expected =
    '{"_id": "…", "thread": [{"role": "customer", "text": "…"}, …], "text": "…", "relevant": {"<document>": 2}}';
  return (await readJsonLines(path, followUpLine, expected)).map((line) => ({
    ...toQuestion(line),
    thread: line.thread,
    grades: new Map(Object.entries(line.relevant)),
    facts: line.facts,
  }));
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

const toQuestion = ({ _id, text, split }: z.infer<typeof questionLine>): Question => ({
  id: _id,
  text,
  ...(split === undefined ? {} : { split }),
});

const readJsonLines = async <T>(path: string, schema: z.ZodType<T>, expected: string): Promise<readonly T[]> => {
  const found: T[] = [];
  for await (const { number, text } of textLines(path)) {
    const parsed = schema.safeParse(parseJson(text));
    if (!parsed.success) throw wrongLine(path, number, expected);
    found.push(parsed.data);
  }
  if (found.length === 0) throw new AppError('bad-request', `${path} holds no questions.`);
  return found;
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
