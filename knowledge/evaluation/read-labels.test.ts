import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readFollowUps, readJudgements, readQuestions } from './read-labels.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'labels-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const file = async (name: string, text: string): Promise<string> => {
  await writeFile(join(folder, name), text);
  return join(folder, name);
};

describe('labels', () => {
  it('are read with or without a split', async () => {
    const path = await file('q.jsonl', '{"_id":1,"text":"refund"}\r\n\n{"_id":"2","text":"parcel","split":"dev"}');
    expect(await readQuestions(path)).toEqual([
      { id: '1', text: 'refund' },
      { id: '2', text: 'parcel', split: 'dev' },
    ]);
  });

  it('of follow-ups carry their thread', async () => {
    const thread = [
      { role: 'customer', text: 'how much is it' },
      { role: 'bot', text: 'It costs €5.' },
    ];
    const line = { _id: 'f1', thread, text: 'and the other one?', relevant: { d1: 2 } };
    expect(await readFollowUps(await file('f.jsonl', JSON.stringify(line)))).toEqual([
      { id: 'f1', thread, text: 'and the other one?', grades: new Map([['d1', 2]]), facts: [] },
    ]);
  });

  it.each([
    ['q-json.jsonl', '{"_id":"1","text":"a"}\n{broken', 'line 2'],
    ['q-field.jsonl', '{"id":"1","text":"a"}', 'line 1'],
    ['q-empty.jsonl', '\n', 'no questions'],
  ])('names what is wrong in %s', async (name, text, hint) => {
    await expect(readQuestions(await file(name, text))).rejects.toThrow(hint);
    await expect(readFollowUps(join(folder, name))).rejects.toThrow(name === 'q-json.jsonl' ? 'line 1' : hint);
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
