import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runCommand } from '#test/command.ts';

let home: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'frontdesk-'));
});
afterAll(() => rm(home, { recursive: true, force: true }));

const frontdesk = (...words: readonly string[]) => runCommand(words, { home });

it('answers from one’s own articles alone once there are some, and never from the invented company', {
  timeout: 60_000,
}, async () => {
  expect((await frontdesk('search', 'reset my password', '--json')).stdout).toContain('tidewater');
  const corpus = join(home, 'corpus.jsonl');
  await writeFile(
    corpus,
    `${JSON.stringify({ _id: 'bikes-1', title: 'Bike repair', text: 'We repair bicycles on Tuesdays.' })}\n`,
  );
  const ingested = await frontdesk('ingest', corpus, '--json');
  expect(ingested.stderr).toContain('sample articles are gone');
  expect(JSON.parse((await frontdesk('search', 'bicycle repair password', '--json')).stdout)).toEqual([
    expect.objectContaining({ documentId: 'bikes-1' }),
  ]);
});
