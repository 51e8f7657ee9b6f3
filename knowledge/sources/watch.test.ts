import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { watchFolders } from './watch.ts';

let base = '';
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'watch-'));
});
afterEach(() => rm(base, { recursive: true, force: true }));

/** What was reported, and a promise for the next report. */
const listener = () => {
  const seen: string[] = [];
  let wake = () => {};
  return {
    seen,
    onChange: (path: string) => {
      seen.push(path);
      wake();
    },
    next: () => new Promise<void>((resolve) => (wake = resolve)),
  };
};

describe('watchFolders', () => {
  it('reports a change once it has come to rest, and none of hidden files', async () => {
    const folder = join(base, 'kb');
    await mkdir(folder);
    const { seen, onChange, next } = listener();
    await using _ = await watchFolders([folder], onChange, { settleMs: 60 });
    const first = next();
    await writeFile(join(folder, '.hidden'), 'x');
    for (const name of ['a', 'b', 'c']) await writeFile(join(folder, name), 'x');
    await first;
    expect(seen).toEqual([folder]);
    const second = next();
    await rm(join(folder, 'a'));
    await second;
    expect(seen).toEqual([folder, folder]);
  });

  it('waits for a folder that does not exist yet, and for one that comes back', async () => {
    const folder = join(base, 'later/kb');
    const { seen, onChange, next } = listener();
    await using _ = await watchFolders([folder], onChange, { settleMs: 20 });
    const steps = [
      async () => {
        await mkdir(folder, { recursive: true });
        await writeFile(join(folder, 'a.md'), 'x');
      },
      () => rm(join(base, 'later'), { recursive: true }),
      () => mkdir(folder, { recursive: true }),
      () => writeFile(join(folder, 'b.md'), 'x'),
    ];
    for (const step of steps) {
      const change = next();
      await step();
      await change;
    }
    expect(new Set(seen)).toEqual(new Set([folder]));
  });

  it('does not call again while a call is at work, but after it', async () => {
    const { promise: gate, resolve: open } = Promise.withResolvers<void>();
    const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
    const { promise: again, resolve: repeat } = Promise.withResolvers<void>();
    const failures: string[] = [];
    let calls = 0;
    let busy = 0;
    const onChange = async () => {
      calls += 1;
      busy += 1;
      expect(busy).toBe(1);
      begin();
      if (calls === 2) repeat();
      await gate;
      busy -= 1;
      throw new Error('sync failed');
    };
    await using _ = await watchFolders([base], onChange, {
      settleMs: 10,
      onFailure: (path, reason) => failures.push(`${path}: ${reason}`),
    });
    await writeFile(join(base, 'a'), 'x');
    await begun;
    await writeFile(join(base, 'b'), 'x');
    open();
    await again;
    expect(failures[0]).toBe(`${base}: sync failed`);
  });
});
