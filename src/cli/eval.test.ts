import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { runCommand } from '#test/command.ts';
import { evaluate } from './eval.ts';

it('judges a corpus by its own ids, also in a collection', { timeout: 60_000 }, async () => {
  const home = await mkdtemp(join(tmpdir(), 'frontdesk-eval-'));
  const run = (...args: readonly string[]) => runCommand(args, { home, env: { FEATURE_SAMPLE_KNOWLEDGE: 'false' } });
  const lines = (name: string, ...all: readonly string[]) => writeFile(join(home, name), `${all.join('\n')}\n`);
  await lines(
    'corpus.jsonl',
    '{"_id":"MED-10","title":"Statins","text":"Statins and survival."}',
    '{"_id":"a b","text":"Descale the kettle with vinegar."}',
  );
  await lines(
    'queries.jsonl',
    '{"_id":"1","text":"descale a kettle"}',
    '{"_id":"2","text":"vinegar and statins","split":"hard"}',
    '{"_id":"3","text":"moon landing"}',
  );
  await lines('qrels.tsv', 'query-id\tcorpus-id\tscore', '1\ta b\t1', '2\tnowhere\t1');
  await lines(
    'threads.jsonl',
    '{"_id":"f","thread":[{"role":"customer","text":"kettle"}],"text":"with vinegar?","relevant":{"a b":1}}',
  );
  await run('ingest', 'corpus.jsonl', '--collection', 'trial');

  const judged = ['eval', '--queries', 'queries.jsonl', '--qrels', 'qrels.tsv'] as const;
  const text = await run(
    ...judged,
    '--threads',
    'threads.jsonl',
    '--calibrate',
    '--max-wrong',
    '10%',
    '--svg',
    'a.svg',
  );
  expect(text.code, text.stderr).toBe(0);
  expect(text.stdout).toMatch(/^ndcg10 +0\.5\nrecall5 +0\.5\n[\s\S]*\nms p95 +[\d.]+\n/);
  expect(text.stdout).toMatch(/^1 of 2 questions have no relevant document first:$/m);
  expect(text.stdout).toContain('expected nowhere (not found)');
  expect(text.stdout).toMatch(/^follow-ups \(1\) +1\.000/m);
  expect(text.stdout).toMatch(/^ {4}answer: [\d.]+\n {4}askBack: [\d.]+$/m);
  expect(text.stderr).toContain('1 of the 2 judged documents were found for no question: nowhere');
  expect(await readFile(join(home, 'a.svg'), 'utf8')).toMatch(/^<svg /);

  const json = await run(...judged, '--json');
  expect(JSON.parse(json.stdout)).toMatchObject({ mrr10: 0.5, perQuery: [{ id: '1', ranking: ['a b'] }, { id: '2' }] });
  await rm(home, { recursive: true });
});

it.each([
  [['--svg', 'x.svg'], 'add --calibrate'],
  [['--calibrate', '--max-wrong', 'few'], 'percentage from 0 to 100'],
  [['--calibrate', '--max-wrong', '101%'], 'percentage from 0 to 100'],
])('refuses %j before it asks anything', async (args, hint) => {
  const command = evaluate()
    .exitOverride()
    .configureOutput({ writeErr() {} });
  await expect(command.parseAsync(['--queries', 'q', '--qrels', 'r', ...args], { from: 'user' })).rejects.toThrow(hint);
});
