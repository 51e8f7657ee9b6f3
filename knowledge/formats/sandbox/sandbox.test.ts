import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { createSandbox, type SandboxOptions } from './sandbox.ts';

const entry = new URL('../../../test/unruly-reader.ts', import.meta.url);
const unruly = (options: SandboxOptions = {}) =>
  createSandbox({ entry, children: 1, mostBytes: 300_000_000, deadlineMs: 30_000, ...options });
const task = (order: string) =>
  ({ format: { name: 'plain' }, bytes: Buffer.from(order), charset: undefined, hints: undefined }) as const;
const document = (text: string) => ({ ok: true, document: { text } });

describe('a document that does harm to its reader', () => {
  const sandbox = unruly();
  afterAll(() => sandbox[Symbol.asyncDispose]());

  it.each([
    ['hoard', 'takes more than 300 MB of memory to read; split it, or save it again in a simpler form'],
    ['exit', 'makes its reader fail; split it, or save it again in a simpler form'],
    ['throw', 'makes its reader fail; split it, or save it again in a simpler form'],
  ])('(%s) is a reason, and the next one is read', async (order, reason) => {
    const [bad, good] = await Promise.all([sandbox.read(task(order)), sandbox.read(task('good'))]);
    expect(bad).toEqual({ ok: false, reason });
    expect(good).toEqual(document('good'));
  });

  it('is given up after its time', async () => {
    await using hurried = unruly({ deadlineMs: 50 });
    expect(await hurried.read(task('loop'))).toEqual({
      ok: false,
      reason: 'takes longer than 0.05 s to read; split it, or save it again in a simpler form',
    });
  });
});

describe('processes', () => {
  it('are used again, get hold of nothing else, and are replaced in time', async () => {
    await using sandbox = unruly({ documentsPerChild: 3 });
    const first = await sandbox.read(task('pid'));
    expect(await sandbox.read(task('powers'))).toEqual(document('[{},"ERR_ACCESS_DENIED","ERR_ACCESS_DENIED"]'));
    expect(await sandbox.read(task('pid'))).toEqual(first);
    expect(await sandbox.read(task('pid'))).not.toEqual(first);
  });

  it('stop on demand, with an answer for everybody who waits', async () => {
    const sandbox = unruly();
    const waiting = [sandbox.read(task('loop')), sandbox.read(task('good'))];
    await sandbox[Symbol.asyncDispose]();
    for (const reading of [...(await Promise.all(waiting)), await sandbox.read(task('late'))]) {
      expect(reading).toMatchObject({ ok: false, reason: expect.stringContaining('tried again') });
    }
  });

  it('neither keep a program from ending, nor let it end before it has an answer', async () => {
    const path = (file: string) => JSON.stringify(fileURLToPath(new URL(file, import.meta.url)));
    const program = `import { formatOf, readDocument } from ${path('../index.ts')};
      import { createSandbox } from ${path('./sandbox.ts')};
      const sandbox = createSandbox({ entry: new URL(${JSON.stringify(entry.href)}), deadlineMs: 50 });
      const read = readDocument(formatOf('html'), Buffer.from('<h1>Hi</h1><p>there</p>'));
      const given = await sandbox.read({ format: { name: 'plain' }, bytes: Buffer.from('loop') });
      console.log(JSON.stringify([given.ok, await read]));`;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program], {
      timeout: 20_000,
    });
    expect(JSON.parse(stdout)).toEqual([false, { ok: true, document: { title: 'Hi', text: '# Hi\n\nthere' } }]);
  });
});
