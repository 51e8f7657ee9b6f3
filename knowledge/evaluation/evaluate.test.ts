import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Knowledge, Leg } from '#core/knowledge.ts';
import { type EvaluationInput, evaluate } from './evaluate.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'evaluate-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const file = async (name: string, text: string): Promise<string> => {
  await writeFile(join(folder, name), text);
  return join(folder, name);
};

const answers: Readonly<Record<string, readonly string[]>> = {
  refund: ['kb:d2', 'kb:d2', 'kb:d1'],
  parcel: ['kb:d9'],
  'and back?': ['kb:d9'],
  'refund, and back?': ['kb:d3'],
};
const confidences: Readonly<Record<string, number>> = { refund: 0.7, parcel: 0.6, 'nobody judged this': 0.2 };

const search: Knowledge['search'] = (query, { thread, leg, explain }) => {
  const asked = thread ? `${thread[0]?.text}, ${query}` : query;
  const found = leg === 'dense' ? ['kb:d1'] : (answers[asked] ?? []);
  const passages = found.map((documentId) => ({ documentId, title: '', text: '', score: 1 }));
  const legs: Partial<Record<Leg, { rank: number; score: number }>> = {
    lexical: { rank: 1, score: 2 },
    dense: { rank: 1, score: 1 },
  };
  return Promise.resolve({
    passages,
    confidence: confidences[query] ?? 0.5,
    ...(explain ? { explanations: passages.map(() => ({ legs, words: [] })) } : {}),
  });
};
const audience = { organizations: [], shared: false, identity: 'anonymous' } as const;

const labels = async (): Promise<EvaluationInput> => ({
  queries: await file(
    'q.jsonl',
    '{"_id":1,"text":"refund"}\n{"_id":"2","text":"parcel","split":"dev"}\n{"_id":"3","text":"nobody judged this"}',
  ),
  qrels: await file('qrels.tsv', 'query-id\tcorpus-id\tscore\n1\td1\t1\n2\td3\t1\n3\td1\t0\n'),
  audience,
});

describe('evaluate', () => {
  it('averages over judged questions, counting each document once', async () => {
    let now = 0;
    const clock = () => {
      now += 5;
      return now;
    };
    const report = await evaluate(await labels(), { search, clock });
    expect(report).toMatchObject({
      queries: 2,
      skipped: 1,
      recall5: 0.5,
      success5: 0.5,
      success1: 0,
      mrr10: 0.25,
      msPerQuery: { mean: 5, p50: 5, p95: 5 },
    });
    expect(report.ndcg10).toBeCloseTo(1 / Math.log2(3) / 2);
    expect(report.perQuery[0]).toMatchObject({
      ranking: ['kb:d2', 'd1'],
      expected: [{ id: 'd1', grade: 1, rank: 2 }],
    });
    expect(report.perQuery[1]).toMatchObject({ expected: [{ id: 'd3', rank: null }] });
    expect(report.hints).toEqual([
      expect.stringContaining('1 of the 2 judged documents were found for no question: d3'),
    ]);
  });

  it('keeps to a split', async () => {
    const report = await evaluate({ ...(await labels()), split: 'dev' }, { search });
    expect(report.perQuery.map(({ id }) => id)).toEqual(['2']);
    const none = await evaluate({ ...(await labels()), split: 'tset' }, { search });
    expect(none.hints).toEqual([expect.stringContaining('"tset"')]);
  });

  it('asks follow-ups with what was said before', async () => {
    const thread = [{ role: 'customer', text: 'refund' }];
    const threads = await file(
      'f.jsonl',
      JSON.stringify({ _id: 'f1', thread, text: 'and back?', relevant: { d3: 2 }, facts: [] }),
    );
    const report = await evaluate({ ...(await labels()), threads }, { search });
    expect(report.followUps).toMatchObject({ queries: 1, success1: 1 });
    expect(report.hints).toEqual([]);
  });

  it('measures the legs that the search names, and says so when it names none', async () => {
    const report = await evaluate({ ...(await labels()), legs: true }, { search });
    expect(report.legs).toMatchObject({ lexical: { success1: 0 }, dense: { success1: 0.5 } });
    const bare: Knowledge['search'] = async (query, options) => {
      const { passages, confidence } = await search(query, options);
      return { passages, confidence };
    };
    expect((await evaluate({ ...(await labels()), legs: true }, { search: bare })).legs).toEqual({});
  });

  it('calibrates on questions with and without an answer', async () => {
    const queries = await file(
      'calibrate.jsonl',
      '{"_id":"1","text":"refund"}\n{"_id":"3","text":"nobody judged this"}\n{"_id":"4","text":"train times"}',
    );
    const qrels = await file('calibrate.tsv', '1\td2\t1\n3\td1\t0\n');
    const with_ = async (unanswerable: 'unjudged' | 'none') =>
      (await evaluate({ queries, qrels, audience, calibrate: { maxWrong: 0.05, unanswerable } }, { search }))
        .calibration;
    expect(await with_('unjudged')).toMatchObject({ questions: 3, unanswerable: 2, weights: null });
    expect(await with_('none')).toMatchObject({
      questions: 2,
      unanswerable: 1,
      thresholds: { answer: 0.21, isWithinBound: true },
      outcomes: { right: 1, escalate: 1 },
    });
  });

  it('says what is wrong with the ids', async () => {
    const input = await labels();
    const strange = await file('strange.tsv', '1\tarticle-1\t1\n9\tx\t1\n');
    const { hints } = await evaluate({ ...input, qrels: strange }, { search });
    expect(hints).toEqual([
      expect.stringMatching(/judges 9, not asked in/),
      expect.stringMatching(/^None of the 1 judged documents .* Judged: article-1\. .* look like: kb:d2, kb:d1\.$/),
    ]);
    const nothing: Knowledge['search'] = () => Promise.resolve({ passages: [], confidence: 0 });
    expect((await evaluate(input, { search: nothing })).hints).toEqual([expect.stringContaining('Nothing was found')]);
  });
});
