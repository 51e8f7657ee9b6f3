import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Knowledge } from '#core/knowledge.ts';
import { evaluate, readJudgements, readQuestions } from './evaluate.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'evaluate-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const file = async (name: string, text: string): Promise<string> => {
  await writeFile(join(folder, name), text);
  return join(folder, name);
};

const answers: Readonly<Record<string, readonly string[]>> = { refund: ['kb:d2', 'kb:d2', 'kb:d1'], parcel: ['kb:d9'] };
const search: Knowledge['search'] = (query) =>
  Promise.resolve({
    passages: (answers[query] ?? []).map((documentId) => ({ documentId, title: '', text: '', score: 1 })),
    confidence: 0.5,
  });
const audience = { organizations: [], shared: false, identity: 'anonymous' } as const;

describe('evaluate', () => {
  it('averages over judged questions, counting each document once', async () => {
    const queries = await file(
      'q.jsonl',
      '{"_id":1,"text":"refund"}\r\n\n{"_id":"2","text":"parcel"}\n{"_id":"3","text":"nobody judged this"}',
    );
    const qrels = await file('qrels.tsv', 'query-id\tcorpus-id\tscore\n1\td1\t1\n2\td3\t1\n3\td1\t0\n');
    let now = 0;
    const clock = () => {
      now += 5;
      return now;
    };
    const report = await evaluate({ queries, qrels, audience, collection: 'kb' }, { search, clock });
    expect(report).toMatchObject({
      queries: 2,
      skipped: 1,
      recall5: 0.5,
      success5: 0.5,
      mrr10: 0.25,
      msPerQuery: { mean: 5, p50: 5, p95: 5 },
    });
    expect(report.ndcg10).toBeCloseTo(1 / Math.log2(3) / 2);
    expect(report.perQuery[0]?.ranking).toEqual(['d2', 'd1']);
  });

  it.each([
    ['q-json.jsonl', '{"_id":"1","text":"a"}\n{broken', 'line 2'],
    ['q-field.jsonl', '{"id":"1","text":"a"}', 'line 1'],
    ['q-empty.jsonl', '\n', 'no questions'],
  ])('names what is wrong in %s', async (name, text, hint) => {
    await expect(readQuestions(await file(name, text))).rejects.toThrow(hint);
  });

  it.each([
    ['two.tsv', 'query-id\tcorpus-id\tscore\n1\td1', 'line 2'],
    ['word.tsv', '1\td1\tyes', 'line 1'],
    ['none.tsv', '', 'no judgements'],
  ])('names what is wrong in %s', async (name, text, hint) => {
    await expect(readJudgements(await file(name, text))).rejects.toThrow(hint);
    await expect(readJudgements(join(folder, 'missing.tsv'))).rejects.toThrow('cannot be read');
  });
});
