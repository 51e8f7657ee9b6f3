import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { runCommand } from '#test/command.ts';

it('judges a corpus by its own ids, also in a collection', { timeout: 60_000 }, async () => {
  const home = await mkdtemp(join(tmpdir(), 'frontdesk-eval-'));
  const run = (...args: readonly string[]) => runCommand(args, { home, env: { FEATURE_SAMPLE_KNOWLEDGE: 'false' } });
  await writeFile(
    join(home, 'corpus.jsonl'),
    '{"_id":"MED-10","title":"Statins","text":"Statins and survival."}\n{"_id":"a b","text":"Descale the kettle with vinegar."}\n',
  );
  await writeFile(join(home, 'queries.jsonl'), '{"_id":"1","text":"descale a kettle"}\n');
  await writeFile(join(home, 'qrels.tsv'), 'query-id\tcorpus-id\tscore\n1\ta b\t1\n');
  await run('ingest', 'corpus.jsonl', '--collection', 'trial');

  const judged = ['eval', '--queries', 'queries.jsonl', '--qrels', 'qrels.tsv'] as const;
  const text = await run(...judged);
  expect([text.code, text.stdout]).toEqual([
    0,
    expect.stringMatching(/^ndcg10 +1\nrecall5 +1\n[\s\S]*\nms p95 +[\d.]+\n$/),
  ]);
  const json = await run(...judged, '--json');
  expect(JSON.parse(json.stdout)).toMatchObject({ mrr10: 1, perQuery: [{ id: '1', ranking: ['a b'] }] });
  await rm(home, { recursive: true });
});
