import { type Reading, readable } from '../document.ts';

/** Names of files that stand for the folder they lie in. */
const folderPage = /^(readme|index|_index)$/i;

/**
 * Gives a file's document its place: the folders above it become its path, and without a title it is called like its
 * file. A `README` or `index` stands for its folder: it takes the folder's name and its place. `below` is the path under
 * the root of the source, with slashes.
 */
export const placeFile = (below: string, reading: Reading): Reading => {
  if (!reading.ok) return reading;
  const { document } = reading;
  const folders = below.split('/').map(spoken);
  const name = spoken((below.split('/').at(-1) ?? '').replace(/(?<=.)\.[^.]*$/, ''));
  folders.pop();
  const standsForFolder = folders.length > 0 && folderPage.test(name.replaceAll(' ', '_'));
  const fallback = standsForFolder ? (folders.pop() ?? name) : name;
  const path = [...folders, ...(document.path ?? [])];
  return readable({ ...document, title: document.title || fallback, ...(path.length > 0 ? { path } : {}) });
};

/** A file's or folder's name as people say it. */
const spoken = (name: string): string => name.normalize('NFC').replace(/[-_]+/g, ' ').trim();
