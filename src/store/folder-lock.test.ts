import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lockFolder } from './folder-lock.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'frontdesk-lock-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const moduleUrl = new URL('./folder-lock.ts', import.meta.url).href;

/** Another process that locks the folder, says how it went and stays until it is killed. */
const locker = async () => {
  const child = spawn(
    process.execPath,
    [
      '--input-type=module',
      '-e',
      `const { lockFolder } = await import(${JSON.stringify(moduleUrl)});
       try { await lockFolder(${JSON.stringify(folder)}); process.stdout.write('locked'); }
       catch (error) { process.stdout.write(error.code + ': ' + error.message); }
       process.stdin.resume();`,
    ],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  const [said] = (await once(child.stdout, 'data')) as [Buffer];
  const exited = once(child, 'exit');
  return {
    pid: child.pid as number,
    said: said.toString(),
    end: async () => {
      child.kill('SIGKILL');
      await exited;
    },
  };
};

describe('lockFolder', () => {
  it('refuses a second process, naming the one that has it', async () => {
    const first = await locker();
    try {
      expect(first.said).toBe('locked');
      await expect(lockFolder(folder)).rejects.toMatchObject({
        code: 'conflict',
        userMessage: expect.stringMatching(new RegExp(`process ${first.pid}\\b.*DATABASE_URL`)),
      });
    } finally {
      await first.end();
    }
  });

  it('takes over from a process that was killed', async () => {
    const first = await locker();
    await first.end();
    await using _lock = await lockFolder(folder);
    expect(await readFile(join(folder, 'lock'), 'utf8')).toMatch(new RegExp(`^${process.pid} `));
  });

  it('refuses the same process a second time', async () => {
    await using _lock = await lockFolder(folder);
    await expect(lockFolder(folder)).rejects.toMatchObject({ code: 'conflict' });
  });

  it('gives the folder back, and leaves nothing in it', async () => {
    const lock = await lockFolder(folder);
    await lock[Symbol.asyncDispose]();
    expect(await readdir(folder)).toEqual([]);
    await using _again = await lockFolder(folder);
  });

  it.runIf(process.platform === 'linux')('takes over when the pid belongs to a younger process now', async () => {
    const other = await locker();
    await rm(join(folder, 'lock'));
    try {
      await writeFile(join(folder, 'lock'), `${other.pid} 1`);
      await using _lock = await lockFolder(folder);
    } finally {
      await other.end();
    }
  });

  it.runIf(process.platform === 'linux')('takes over from an earlier process with our own pid', async () => {
    await writeFile(join(folder, 'lock'), `${process.pid} 1`);
    await using _lock = await lockFolder(folder);
  });

  it.each(['', 'not a pid', '-1 5'])('takes over a lock that was never finished: "%s"', async (content) => {
    await writeFile(join(folder, 'lock'), content);
    const longAgo = new Date(Date.now() - 60_000);
    await utimes(join(folder, 'lock'), longAgo, longAgo);
    await using _lock = await lockFolder(folder);
  });

  it('waits for a lock that is just being written', async () => {
    await writeFile(join(folder, 'lock'), '');
    const refused = expect(lockFolder(folder)).rejects.toThrow('process 1');
    await writeFile(join(folder, 'lock'), '1 ');
    await refused;
  });

  it('lets one in when many find the same stale lock', async () => {
    await writeFile(join(folder, 'lock'), '999999999 1');
    const many = await Promise.all(Array.from({ length: 6 }, locker));
    try {
      expect(many.filter(({ said }) => said === 'locked')).toHaveLength(1);
      expect(many.filter(({ said }) => said.startsWith('conflict: Another Frontdesk'))).toHaveLength(5);
      expect(await readdir(folder)).toEqual(['lock']);
    } finally {
      await Promise.all(many.map(({ end }) => end()));
    }
  });

  it('says what is wrong with a folder that is not there', async () => {
    await expect(lockFolder(join(folder, 'missing'))).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
