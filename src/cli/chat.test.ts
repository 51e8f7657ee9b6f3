import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { runCommand } from '#test/command.ts';

const main = fileURLToPath(new URL('../main.ts', import.meta.url));

it('migrates a fresh home, then answers questions that are piped in', { timeout: 60_000 }, async () => {
  const home = await mkdtemp(join(tmpdir(), 'frontdesk-chat-'));
  const env = { FEATURE_SAMPLE_KNOWLEDGE: 'false' };
  const first = await runCommand(['migrate'], { home, env });
  expect([first.code, first.stdout, first.stderr]).toEqual([0, expect.stringMatching(/^Applied 0001_/), '']);
  const again = await runCommand(['migrate'], { home, env });
  expect([again.code, again.stdout]).toEqual([0, 'The schema is up to date.\n']);

  const { status, stdout, stderr } = spawnSync(process.execPath, [main, 'chat'], {
    cwd: home,
    env: { PATH: process.env.PATH, FRONTDESK_HOME: home, ...env },
    input: 'What do quokkas eat?\nCan I talk to a human?\n',
    encoding: 'utf8',
  });
  expect(status).toBe(0);
  expect(stdout).toMatch(/documentation[\s\S]*asked-for-human/);
  expect(stderr).not.toContain('Error');
  await rm(home, { recursive: true });
});
