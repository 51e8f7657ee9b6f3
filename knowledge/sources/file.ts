import { readFile, stat } from 'node:fs/promises';
import { extname, isAbsolute, relative, sep } from 'node:path';
import type { Item, Reading } from '../document.ts';
import { formatOf, largestDocument, readDocument, tooLarge } from '../formats/index.ts';
import { fileReason } from './file-reason.ts';
import { fingerprintOf, isFileUnchanged, stateOfFile } from './file-state.ts';
import { placeFile } from './place-file.ts';
import type { LoadOptions } from './source.ts';
import { systemClock } from './system-clock.ts';

/** How often a file is read again that changed in the meantime. */
const attempts = 3;

/** The extension of a path, in lower case and without its dot. */
export const extensionOf = (path: string): string => extname(path).slice(1).toLowerCase();

/** Reads one file, unless its size and dates are what they were. */
export async function* loadFile(
  { source, root }: { readonly source: string; readonly root: string },
  { base, known, clock = systemClock }: LoadOptions,
): AsyncGenerator<Item> {
  const key = keyOf(source, base);
  try {
    for (let attempt = 1; attempt <= attempts; attempt += 1) {
      const before = await stat(source, { bigint: true });
      if (!before.isFile()) return yield { source, reason: 'not a regular file' };
      if (before.size > largestDocument) return yield { source, reason: tooLarge(Number(before.size)) };
      if (isFileUnchanged(before, known?.(source))) return yield { unchanged: true, key, source };
      const content = await readFile(source);
      const after = await stat(source, { bigint: true });
      if (fingerprintOf(before) !== fingerprintOf(after)) continue;
      const state = stateOfFile(after, clock.now());
      const below = relative(root, source).split(sep).join('/');
      const read = () => readFileContent(below, content);
      return yield { key, source, content, ...(state ? { state } : {}), read };
    }
    yield { source, reason: 'it changed while it was read; the next sync reads it again' };
  } catch (error) {
    yield { source, reason: fileReason(error) };
  }
}

/** Reads the bytes of a file that lies at `below` (with slashes) under the root of its source. */
export const readFileContent = async (below: string, content: Uint8Array): Promise<Reading> =>
  placeFile(below, await readDocument(formatOf(extensionOf(below)), content));

/**
 * A file's name within its collection: its path below `base`, with slashes on every system; else its whole path. Accents
 * are composed, because macOS lists them decomposed and the same file should have the same name everywhere.
 */
const keyOf = (path: string, base: string): string => {
  const below = relative(base, path);
  const isBelow = below !== '' && !below.startsWith('..') && !isAbsolute(below);
  return (isBelow ? below : path).split(sep).join('/').normalize('NFC');
};
