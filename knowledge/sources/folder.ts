import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve, sep } from 'node:path';
import type { Unreadable } from '../document.ts';
import { extensionOf } from './file.ts';
import { fileReason } from './file-reason.ts';
import { countLines } from './lines.ts';
import { countMessages } from './mail/mbox.ts';
import type { Entry, Survey, SurveyOptions } from './source.ts';

/**
 * Lists what a folder or a file holds. Folders are walked in alphabetical order. Names that start with a dot and
 * `node_modules` are skipped, and links are not followed; `.gitignore` is not looked at, because what is kept out of a
 * repository (an export, a download) is often just what should be read.
 */
export const surveyPath = async (source: string, { base }: Pick<SurveyOptions, 'base'>): Promise<Survey> => {
  const root = resolve(base, source);
  try {
    if ((await stat(root)).isDirectory()) {
      const found = await walk(root, { root, real: await realpath(root) });
      return { root, missing: found.listed === false, entries: found.entries, unreadable: found.unreadable };
    }
    return { root, missing: false, entries: [await entryOf(root, dirname(root))], unreadable: [] };
  } catch (error) {
    return { root, missing: true, entries: [], unreadable: [{ source, reason: fileReason(error) }] };
  }
};

interface Walked {
  readonly entries: readonly Entry[];
  readonly unreadable: readonly Unreadable[];
  /** False when the folder itself could not be listed. */
  readonly listed: boolean;
}

interface Root {
  readonly root: string;
  /** The root without links on the way to it. */
  readonly real: string;
}

const walk = async (folder: string, top: Root): Promise<Walked> => {
  const names = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => fileReason(error));
  if (typeof names === 'string') {
    return { entries: [], unreadable: [{ source: folder, reason: names }], listed: false };
  }
  const folders = new Set(names.filter((item) => item.isDirectory()).map((item) => item.name));
  if (folders.has('cur') && folders.has('new')) {
    return { entries: [await maildirOf(folder)], unreadable: [], listed: true };
  }
  const entries: Entry[] = [];
  const unreadable: Unreadable[] = [];
  for (const item of names.toSorted((one, other) => (one.name < other.name ? -1 : 1))) {
    if (item.name.startsWith('.') || item.name === 'node_modules') continue;
    const path = join(folder, item.name);
    const fail = (reason: string) => unreadable.push({ source: path, reason });
    if (item.name.includes('\uFFFD')) fail('its name is not valid UTF-8; rename it');
    else if (item.isDirectory()) {
      const inside = await walk(path, top);
      // One by one: a folder may hold more than a call takes arguments.
      for (const entry of inside.entries) entries.push(entry);
      for (const failed of inside.unreadable) unreadable.push(failed);
    } else if (item.isFile()) {
      await entryOf(path, top.root).then(
        (entry) => entries.push(entry),
        (error: unknown) => fail(fileReason(error)),
      );
    } else if (item.isSymbolicLink()) {
      const reason = await linkReason(path, top.real);
      if (reason) fail(reason);
    } else fail('not a regular file');
  }
  return { entries, unreadable, listed: true };
};

/** A link within the folder needs no word: what it points to is read where it is. */
const linkReason = async (path: string, root: string): Promise<string | undefined> => {
  const target = await realpath(path).catch(() => undefined);
  if (target === undefined) return 'a link that leads nowhere';
  return target.startsWith(root + sep) ? undefined : 'a link that leads out of the folder is not followed';
};

const entryOf = async (source: string, root: string): Promise<Entry> => {
  const extension = extensionOf(source);
  if (extension === 'jsonl' || extension === 'ndjson')
    return { kind: 'lines', source, count: await countLines(source) };
  if (extension === 'mbox' || basename(source) === 'mbox') {
    return { kind: 'mbox', source, count: await countMessages(source) };
  }
  return { kind: 'file', source, root, count: 1 };
};

const maildirOf = async (source: string): Promise<Entry> => {
  const [fresh, seen] = await Promise.all(['new', 'cur'].map((part) => readdir(join(source, part)).catch(() => [])));
  return { kind: 'maildir', source, count: (fresh?.length ?? 0) + (seen?.length ?? 0) };
};
