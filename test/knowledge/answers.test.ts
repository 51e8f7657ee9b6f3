import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readJudgements, readQuestions } from '#knowledge/evaluation/evaluate.ts';
import { createKnowledge } from '#knowledge/index.ts';
import { defaultExtractive, quotePassages } from '#src/agent/extractive.ts';
import { openTestDatabase } from '#test/database.ts';
import { aTurn } from '#test/fakes/turn.ts';

/** What the turn asks for in the product. */
const passagesPerQuestion = 6;

const articles = join(import.meta.dirname, '../../knowledge/articles');
const file = (name: string): string => join(import.meta.dirname, name);

/** Phrases by question, one of which an answer must contain. */
const readFacts = async (): Promise<ReadonlyMap<string, readonly string[]>> => {
  const [, ...lines] = (await readFile(file('facts.tsv'), 'utf8')).trim().split('\n');
  return new Map(
    lines.map((line) => {
      const [id = '', facts = ''] = line.split('\t');
      return [id, facts.split('|')];
    }),
  );
};

interface Asked {
  readonly id: string;
  readonly answerable: boolean;
  readonly answered: boolean;
  /** The first citation is a relevant article. */
  readonly isRight: boolean;
  readonly hasFact: boolean;
  readonly words: number;
}

/**
 * The quality of answers without a model, on the sample articles and questions as customers type them. The bounds lie a little below
 * what was reached; raise them with every improvement.
 */
describe('answers from the sample knowledge base', () => {
  let database: Awaited<ReturnType<typeof openTestDatabase>>;
  let asked: readonly Asked[] = [];

  beforeAll(async () => {
    database = await openTestDatabase('embedded');
    const knowledge = createKnowledge({ db: database.db });
    await knowledge.ingest({ sources: [articles] });
    const [questions, judgements, facts] = await Promise.all([
      readQuestions(file('questions.jsonl')),
      readJudgements(file('qrels.tsv')),
      readFacts(),
    ]);
    const results: Asked[] = [];
    for (const { id, text } of questions) {
      const turn = aTurn({ question: text });
      const found = await knowledge.search(text, { audience: turn.audience, limit: passagesPerQuestion });
      const { passages, terms = [], confidence: evidence } = found;
      const outcome = quotePassages({ ...turn, passages, terms, evidence }, defaultExtractive);
      const markdown = outcome.kind === 'answer' ? outcome.content.markdown : '';
      const first = outcome.kind === 'answer' ? outcome.citations[0]?.documentId : undefined;
      const grades = judgements.get(id);
      const isRight = first !== undefined && (grades?.get(basename(first, '.md')) ?? 0) > 0;
      results.push({
        id,
        answerable: grades !== undefined,
        answered: outcome.kind === 'answer',
        isRight,
        hasFact: isRight && (facts.get(id) ?? []).some((fact) => markdown.includes(fact)),
        words: markdown.split(/\s+/).length,
      });
    }
    asked = results;
  }, 60_000);
  afterAll(() => database[Symbol.asyncDispose]());

  const answerable = () => asked.filter((one) => one.answerable);
  const without = (what: 'answered' | 'isRight' | 'hasFact') =>
    answerable()
      .filter((one) => !one[what])
      .map(({ id }) => id)
      .join(' ');

  it('looks at every question', () => {
    expect(answerable()).toHaveLength(45);
    expect(asked).toHaveLength(60);
  });

  it('answers what the articles answer', () => {
    expect(answerable().filter((one) => one.answered).length, `refused: ${without('answered')}`).toBeGreaterThanOrEqual(
      41,
    );
  });

  it('cites the right article first', () => {
    expect(answerable().filter((one) => one.isRight).length, `not cited: ${without('isRight')}`).toBeGreaterThanOrEqual(
      36,
    );
  });

  it('quotes the fact that was asked for', () => {
    expect(answerable().filter((one) => one.hasFact).length, `lacking: ${without('hasFact')}`).toBeGreaterThanOrEqual(
      33,
    );
  });

  it('says "I don\'t know" to what they do not', () => {
    const gaps = asked.filter((one) => !one.answerable);
    const wrong = gaps.filter((one) => one.answered).map(({ id }) => id);
    expect(gaps.length - wrong.length, `answered: ${wrong.join(' ')}`).toBeGreaterThanOrEqual(12);
  });

  it('keeps to a few sentences', () => {
    const lengths = asked.filter((one) => one.answered).map(({ words }) => words);
    expect(Math.max(...lengths)).toBeLessThan(250);
  });
});
