import type { GitSetting } from './run-git.ts';
import { startGit } from './run-git.ts';

/** Reads the blobs of a repository by one git process. */
export interface BlobReader extends AsyncDisposable {
  /** The bytes of a blob. Throws when git fails. One at a time. */
  read(id: string): Promise<Uint8Array>;
}

/** Starts `git cat-file --batch`, which gives a blob as it is stored: no filter and no attribute changes it. */
export const openBlobs = (setting: GitSetting): BlobReader => {
  const child = startGit(['cat-file', '--batch'], setting);
  const ended = new Promise<void>((resolve) => {
    child.on('close', () => resolve());
    child.on('error', () => resolve());
  });
  child.stdin.on('error', () => {});
  child.stderr.resume();
  const chunks = child.stdout[Symbol.asyncIterator]();
  let rest: Buffer = Buffer.alloc(0);

  const more = async (): Promise<Buffer> => {
    const next = await chunks.next();
    if (next.done) throw new Error('git stopped while a file was read');
    return next.value as Buffer;
  };
  const take = async (length: number): Promise<Buffer> => {
    const parts = [rest];
    let size = rest.length;
    while (size < length) {
      const part = await more();
      parts.push(part);
      size += part.length;
    }
    const all = parts.length === 1 ? rest : Buffer.concat(parts);
    rest = all.subarray(length);
    return all.subarray(0, length);
  };
  const takeLine = async (): Promise<string> => {
    let end = rest.indexOf('\n');
    while (end === -1) {
      rest = Buffer.concat([rest, await more()]);
      end = rest.indexOf('\n');
    }
    return (await take(end + 1)).toString('utf8').trim();
  };

  return {
    async read(id) {
      child.stdin.write(`${id}\n`);
      const header = await takeLine();
      const size = /^[0-9a-f]+ blob (\d+)$/.exec(header)?.[1];
      if (size === undefined) throw new Error(`git does not have it: ${header.slice(0, 100)}`);
      const bytes = await take(Number(size));
      await take(1);
      return bytes;
    },
    async [Symbol.asyncDispose]() {
      child.stdin.end();
      child.kill('SIGKILL');
      await ended;
    },
  };
};
