import { lstat, readdir, readFile, realpath, stat } from 'node:fs/promises';
import { basename, extname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { errorMessage } from '#core/errors.ts';
import { type Found, readable, type Unreadable } from '../document.ts';
import { decodeText } from '../formats/decode-text.ts';
import { formatOf, formatOfMediaType, largestDocument, readDocument, tooLarge } from '../formats/index.ts';
import { type JsonLine, parseJsonLine } from '../formats/json-line.ts';
import type { FetchPage } from './fetch-page.ts';
import { countLines, type Line, readLines } from './lines.ts';

/** Something to read: a single document, or a JSON Lines file with one document per line. */
export interface Entry {
  readonly kind: 'file' | 'lines' | 'page';
  /** An absolute path, or a URL. */
  readonly source: string;
  /** How many documents it should hold. */
  readonly count: number;
}

/** What a source named by the user consists of. */
export interface Survey {
  /** Absolute path, or URL. */
  readonly root: string;
  readonly entries: readonly Entry[];
  readonly unreadable: readonly Unreadable[];
  /** The source itself does not answer: nothing can be said about what it once held. */
  readonly missing: boolean;
}

export interface LoadOptions {
  /** Folder that relative paths start from, and that documents are named relative to. */
  readonly base: string;
  readonly fetchPage: FetchPage;
  readonly signal?: AbortSignal;
}

/**
 * Lists what `source` (a folder, a file or an http(s) URL) holds, without reading documents. Folders are walked in
 * alphabetical order; names that start with a dot are skipped and links are not followed.
 */
export const survey = async (source: string, { base }: Pick<LoadOptions, 'base'>): Promise<Survey> => {
  if (/^https?:\/\//i.test(source)) return surveyPage(source);
  const root = resolve(base, source);
  try {
    const info = await stat(root);
    if (info.isDirectory()) {
      const found = await walk(root, await realpath(root));
      return { root, missing: false, ...found };
    }
    return { root, missing: false, entries: [await entryOf(root)], unreadable: [] };
  } catch (error) {
    return { root, missing: true, entries: [], unreadable: [{ source, reason: fileReason(error) }] };
  }
};

const surveyPage = (source: string): Survey => {
  const url = URL.parse(source);
  if (!url) return { root: source, missing: true, entries: [], unreadable: [{ source, reason: 'not a valid URL' }] };
  url.hash = '';
  return { root: url.href, missing: false, entries: [{ kind: 'page', source: url.href, count: 1 }], unreadable: [] };
};

const walk = async (folder: string, root: string): Promise<Pick<Survey, 'entries' | 'unreadable'>> => {
  const entries: Entry[] = [];
  const failed: Unreadable[] = [];
  const names = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    failed.push({ source: folder, reason: fileReason(error) });
    return [];
  });
  for (const item of names.toSorted((one, other) => (one.name < other.name ? -1 : 1))) {
    if (item.name.startsWith('.') || item.name === 'node_modules') continue;
    const path = join(folder, item.name);
    if (item.isDirectory()) {
      const inside = await walk(path, root);
      entries.push(...inside.entries);
      failed.push(...inside.unreadable);
    } else if (item.isFile()) {
      await entryOf(path).then(
        (entry) => entries.push(entry),
        (error: unknown) => failed.push({ source: path, reason: fileReason(error) }),
      );
    } else {
      const reason = item.isSymbolicLink() ? await linkReason(path, root) : 'not a regular file';
      if (reason) failed.push({ source: path, reason });
    }
  }
  return { entries, unreadable: failed };
};

/** A link within the folder needs no word: what it points to is read where it is. */
const linkReason = async (path: string, root: string): Promise<string | undefined> => {
  const target = await realpath(path).catch(() => undefined);
  if (target === undefined) return 'a link that leads nowhere';
  return target.startsWith(root + sep) ? undefined : 'a link that leads out of the folder is not followed';
};

const extension = (path: string): string => extname(path).slice(1).toLowerCase();

const entryOf = async (path: string): Promise<Entry> =>
  ['jsonl', 'ndjson'].includes(extension(path))
    ? { kind: 'lines', source: path, count: await countLines(path) }
    : { kind: 'file', source: path, count: 1 };

/** Reads an entry's documents, one at a time; a document that cannot be read is an item of its own. */
export const load = (entry: Entry, options: LoadOptions): AsyncIterable<Found | Unreadable> => {
  if (entry.kind === 'lines') return loadLines(entry.source);
  return entry.kind === 'page' ? loadPage(entry.source, options) : loadFile(entry.source, options);
};

async function* loadFile(source: string, { base }: LoadOptions): AsyncGenerator<Found | Unreadable> {
  try {
    const info = await lstat(source);
    if (info.size > largestDocument) yield { source, reason: tooLarge(info.size) };
    else {
      const content = await readFile(source);
      yield { key: keyOf(source, base), source, content, read: async () => readFileContent(source, content) };
    }
  } catch (error) {
    yield { source, reason: fileReason(error) };
  }
}

const readFileContent = (source: string, content: Uint8Array) => {
  const reading = readDocument(formatOf(extension(source)), content);
  if (!reading.ok || reading.document.title) return reading;
  const name = basename(source, extname(source)).replace(/[-_]+/g, ' ').trim();
  return readable({ ...reading.document, title: name });
};

/** A file's name within its collection: its path below `base`, with slashes on every system; else its whole path. */
const keyOf = (path: string, base: string): string => {
  const below = relative(base, path);
  const isBelow = below !== '' && !below.startsWith('..') && !isAbsolute(below);
  return (isBelow ? below : path).split(sep).join('/');
};

async function* loadPage(source: string, { fetchPage, signal }: LoadOptions): AsyncGenerator<Found | Unreadable> {
  const url = URL.parse(source);
  const page = url ? await fetchPage(url, signal) : { ok: false as const, reason: 'not a valid URL' };
  if (!page.ok) {
    yield { source, reason: page.reason };
    return;
  }
  const read = async () => {
    const reading = readDocument(formatOfMediaType(page.mediaType), page.bytes, page.charset);
    return reading.ok ? readable({ ...reading.document, url: reading.document.url ?? source }) : reading;
  };
  yield { key: source, source, content: page.bytes, read };
}

async function* loadLines(path: string): AsyncGenerator<Found | Unreadable> {
  const firstSeen = new Map<string, number>();
  try {
    for await (const line of readLines(path, largestDocument)) {
      const found = readLine(path, line, firstSeen);
      if (found) yield found;
    }
  } catch (error) {
    yield { source: path, reason: fileReason(error) };
  }
}

const readLine = (path: string, line: Line, firstSeen: Map<string, number>): Found | Unreadable | undefined => {
  const source = `${path}:${line.number}`;
  if (line.length > largestDocument) return { source, reason: tooLarge(line.length) };
  const decoded = decodeText(line.bytes, 'utf-8');
  if (!decoded.ok) return { source, reason: decoded.reason };
  if (decoded.text.trim() === '') return undefined;
  const parsed = parseJsonLine(decoded.text);
  if (!parsed.ok) return { source, reason: parsed.reason };
  const key = parsed.line._id.toWellFormed();
  const earlier = firstSeen.get(key);
  if (earlier !== undefined)
    return { source, reason: `_id ${JSON.stringify(key)} is already taken by line ${earlier}` };
  firstSeen.set(key, line.number);
  return { key, source: `${path}#${key}`, content: line.bytes, read: async () => readLineContent(parsed.line) };
};

const readLineContent = ({ title, text, url, language }: JsonLine) =>
  readable({ text, ...(title ? { title } : {}), ...(url ? { url } : {}), ...(language ? { language } : {}) });

const fileReasons: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or folder',
  EACCES: 'permission denied; let this user read it',
  EPERM: 'permission denied; let this user read it',
  EISDIR: 'is a folder',
};

const fileReason = (error: unknown): string => {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return fileReasons[code] ?? `could not be read: ${errorMessage(error)}`;
};
