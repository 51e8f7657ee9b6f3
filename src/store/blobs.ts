import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { BlobStore, Log } from '#core/channel.ts';

/**
 * Blobs as files below `folder`: `ab/cd/abcd…`, named by the SHA-256 of their bytes. Readable by this user alone. A file
 * appears whole or not at all, and its bytes are on disk before `put` returns.
 */
export const createFolderBlobs = (folder: string, log: Pick<Log, 'warn'>): BlobStore => {
  const get: BlobStore['get'] = async (ref) => {
    const path = pathOf(folder, ref);
    const bytes = path === undefined ? undefined : await readIfThere(path);
    if (bytes === undefined || refOf(bytes) === ref) return bytes;
    log.warn({ ref, bytes: bytes.length }, 'a stored file has other bytes than its name says; it counts as lost');
    return undefined;
  };

  return {
    put: async (ref, bytes) => {
      const path = pathOf(folder, ref);
      if (path === undefined) throw new Error(`A blob is named sha256:<64 hex digits>, not ${JSON.stringify(ref)}.`);
      if (refOf(bytes) !== ref) throw new Error(`The bytes of ${ref} have another SHA-256: they are ${refOf(bytes)}.`);
      if ((await get(ref)) === undefined) await writeWhole(path, bytes);
    },
    get,
  };
};

/** The name of bytes in a blob store. */
export const refOf = (bytes: Uint8Array): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

/** Refs come from rows and addresses; only one that is nothing but a digest becomes a path. */
const pathOf = (folder: string, ref: string): string | undefined => {
  const digest = /^sha256:([0-9a-f]{64})$/.exec(ref)?.[1];
  return digest === undefined ? undefined : join(folder, digest.slice(0, 2), digest.slice(2, 4), digest);
};

const readIfThere = async (path: string): Promise<Uint8Array | undefined> => {
  try {
    return await readFile(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
};

/** `rename` within a folder replaces in one step, so two writers of the same bytes do not meet. */
const writeWhole = async (path: string, bytes: Uint8Array): Promise<void> => {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    await writeFile(temporary, bytes, { mode: 0o600, flag: 'wx', flush: true });
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
};
