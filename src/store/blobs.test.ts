import { appendFile, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BlobStore } from '#core/channel.ts';
import { recordingLog } from '#test/recording-log.ts';
import { createFolderBlobs, refOf } from './blobs.ts';

const bytesOf = (text: string) => new TextEncoder().encode(text);

describe('blobs in a folder', () => {
  let folder: string;
  let blobs: BlobStore;
  let log: ReturnType<typeof recordingLog>;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'frontdesk-blobs-'));
    log = recordingLog();
    blobs = createFolderBlobs(join(folder, 'blobs'), log);
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const files = async () => {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  };

  it('give back any bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 500 }), async (bytes) => {
        await blobs.put(refOf(bytes), bytes);
        expect(Buffer.from((await blobs.get(refOf(bytes))) ?? 'missing').equals(bytes)).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  it('lie in two levels of folders that only this user reads', async () => {
    const ref = refOf(bytesOf('invoice'));
    await blobs.put(ref, bytesOf('invoice'));
    const digest = ref.slice('sha256:'.length);
    const path = join(folder, 'blobs', digest.slice(0, 2), digest.slice(2, 4), digest);
    expect(await files()).toEqual([path]);
    expect(await readFile(path, 'utf8')).toBe('invoice');
    const modeOf = async (name: string) => (await stat(name)).mode & 0o777;
    expect(await modeOf(path)).toBe(0o600);
    for (const level of ['..', '../..', '../../..']) expect(await modeOf(join(path, level))).toBe(0o700);
  });

  it('are stored once, also when many put the same at once', async () => {
    const ref = refOf(bytesOf('same'));
    await Promise.all(Array.from({ length: 20 }, () => blobs.put(ref, bytesOf('same'))));
    await blobs.put(ref, bytesOf('same'));
    expect(await files()).toHaveLength(1);
    expect(await blobs.get(ref)).toEqual(Buffer.from('same'));
  });

  it('do not take bytes under a wrong name', async () => {
    await expect(blobs.put(refOf(bytesOf('a')), bytesOf('b'))).rejects.toThrow(/another SHA-256/);
    expect(await files()).toEqual([]);
  });

  it('know nothing of what was never stored', async () => {
    expect(await blobs.get(refOf(bytesOf('never')))).toBeUndefined();
    expect(log.lines).toEqual([]);
  });

  it('count a damaged file as lost, say so, and take its bytes again', async () => {
    const ref = refOf(bytesOf('precious'));
    await blobs.put(ref, bytesOf('precious'));
    for (const path of await files()) await appendFile(path, 'x');
    expect(await blobs.get(ref)).toBeUndefined();
    expect(log.lines).toMatchObject([{ level: 'warn', fields: { ref } }]);
    await blobs.put(ref, bytesOf('precious'));
    expect(await blobs.get(ref)).toEqual(Buffer.from('precious'));
  });

  const digest = refOf(bytesOf('x')).slice('sha256:'.length);
  it.each([
    '',
    digest,
    `sha256:${digest}/../../../secret`,
    `sha256:../../../${digest.slice(9)}`,
    'sha256:../../secret',
    `sha256:${digest.toUpperCase()}`,
    `sha256:${digest}\n`,
    `sha256:${digest}\0`,
    ` sha256:${digest}`,
    `sha256:${digest.slice(1)}`,
    `md5:${digest}`,
  ])('touch no file for the name %j', async (ref) => {
    await writeFile(join(folder, 'secret'), 'x');
    expect(await blobs.get(ref)).toBeUndefined();
    await expect(blobs.put(ref, bytesOf('x'))).rejects.toThrow(/64 hex digits/);
    expect(await files()).toEqual([join(folder, 'secret')]);
  });

  it('pass other troubles on: a folder that cannot be made', async () => {
    await writeFile(join(folder, 'blobs'), 'a file where the folder should be');
    await expect(blobs.put(refOf(bytesOf('a')), bytesOf('a'))).rejects.toThrow(/ENOTDIR|EEXIST/);
  });
});
