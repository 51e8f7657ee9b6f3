import { errorMessage } from '#core/errors.ts';
import { type Item, unreadable } from '../../document.ts';
import { formatOf, largestDocument, tooLarge } from '../../formats/index.ts';
import { extensionOf, readFileContent } from '../file.ts';
import type { LoadOptions, Survey, SurveyOptions } from '../source.ts';
import { fetchedRef, fetchRepository } from './fetch-repository.ts';
import { openBlobs } from './read-blobs.ts';
import type { RepositoryAddress } from './repository-address.ts';
import { type GitSetting, runGit } from './run-git.ts';

/** Fetches a repository and lists its documents. One that cannot be had says nothing about what it once held. */
export const surveyRepository = async (address: RepositoryAddress, options: SurveyOptions): Promise<Survey> => {
  const { name, ref, folder } = address;
  // Two branches are two sources.
  const repository = ref ? `${name}@${ref}` : name;
  const root = folder ? `${repository}#${folder}` : repository;
  const fetched = await fetchRepository(address, options);
  const listed = fetched.ok ? await listFiles(fetched.mirror, folder, options.signal) : fetched;
  if (!fetched.ok || !listed.ok) {
    return { root, missing: true, entries: [], unreadable: [{ source: root, reason: listed.ok ? '' : listed.reason }] };
  }
  if (folder && listed.files.length === 0) {
    return { root, missing: true, entries: [], unreadable: [{ source: root, reason: 'no document in this folder' }] };
  }
  const { mirror } = fetched;
  const entry = { kind: 'git', source: root, repository, mirror, folder, count: listed.files.length } as const;
  return { root, missing: false, entries: [entry], unreadable: [] };
};

/** Reads the documents of a fetched repository; a file whose blob is known is not even looked at. */
export async function* loadRepository(
  {
    source,
    repository,
    mirror,
    folder,
  }: { readonly source: string; readonly repository: string; readonly mirror: string; readonly folder: string },
  { known, signal }: LoadOptions,
): AsyncGenerator<Item> {
  const listed = await listFiles(mirror, folder, signal);
  if (!listed.ok) {
    yield { source, reason: listed.reason };
    return yield { incomplete: listed.reason };
  }
  await using blobs = openBlobs(settingOf(mirror, signal));
  for (const { path, blob, size } of listed.files) {
    signal?.throwIfAborted();
    // Every repository has a README.md: its path alone would name many documents.
    const source = `${repository}#${path}`;
    const place = { key: source, source };
    const { blob: before } = known?.(place.source) ?? {};
    if (before === blob) yield { unchanged: true, ...place };
    else if (size > largestDocument) yield { source: place.source, reason: tooLarge(size) };
    else {
      const below = folder ? path.slice(folder.length + 1) : path;
      yield await blobs.read(blob).then(
        (content) => ({ ...place, content, state: { blob }, read: async () => readFile(below, content) }),
        (error: unknown) => ({ source: place.source, reason: errorMessage(error) }),
      );
    }
  }
}

const readFile = (below: string, content: Uint8Array) =>
  Buffer.from(content.subarray(0, 60)).toString('latin1').startsWith('version https://git-lfs.github.com/spec/')
    ? unreadable('its content is kept in Git LFS, which is not fetched')
    : readFileContent(below, content);

interface RepositoryFile {
  readonly path: string;
  readonly blob: string;
  /** In bytes. */
  readonly size: number;
}

const settingOf = (folder: string, signal: AbortSignal | undefined): GitSetting => ({
  folder,
  ...(signal ? { signal } : {}),
});

/** The documents of the fetched commit: regular files only, so no link and no submodule leads out. */
const listFiles = async (
  mirror: string,
  folder: string,
  signal: AbortSignal | undefined,
): Promise<
  { readonly ok: true; readonly files: readonly RepositoryFile[] } | { readonly ok: false; readonly reason: string }
> => {
  const below = folder ? ['--', `:(literal)${folder}/`] : [];
  const tree = await runGit(
    ['ls-tree', '-r', '-z', '--long', '--full-tree', fetchedRef, ...below],
    settingOf(mirror, signal),
  );
  if (!tree.ok) return tree;
  const files = tree.output
    .toString('utf8')
    .split('\0')
    .flatMap((line): RepositoryFile[] => {
      const [, blob, size, path = ''] = /^100[0-7]{3} blob ([0-9a-f]+) +(\d+)\t(.*)$/s.exec(line) ?? [];
      return blob && isDocument(path) ? [{ path, blob, size: Number(size) }] : [];
    });
  return { ok: true, files };
};

/** Other files of a repository are its program: naming each of them as unreadable would help nobody. */
const isDocument = (path: string): boolean => {
  const names = path.split('/');
  if (names.some((name) => name.startsWith('.') || name === 'node_modules')) return false;
  const extension = extensionOf(path);
  return extension === '' ? /^readme$/i.test(names.at(-1) ?? '') : 'name' in formatOf(extension);
};
