import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Item, ItemState } from '../../document.ts';
import { formatOf, largestDocument, readDocument, tooLarge } from '../../formats/index.ts';
import { fileReason } from '../file-reason.ts';
import type { LoadOptions } from '../source.ts';
import { messageKey } from './message-key.ts';

/**
 * Reads the mails of a Maildir folder. A mail's file is never written to again, only renamed when it is read or flagged, so
 * its unique name tells that nothing changed. Folders inside (`.Sent`, `.Junk`) are mail archives of their own: whoever
 * wants them names them. A mail that is there twice is read once.
 */
export async function* loadMaildir(folder: string, { known }: Pick<LoadOptions, 'known'>): AsyncGenerator<Item> {
  const seen = new Set<string>();
  for (const part of ['new', 'cur']) {
    const names = await readdir(join(folder, part)).catch((error: unknown) => fileReason(error));
    if (typeof names === 'string') {
      yield { source: join(folder, part), reason: names };
      yield { incomplete: `${join(folder, part)}: ${names}` };
      continue;
    }
    for (const name of names.toSorted()) {
      if (name.startsWith('.')) continue;
      const source = `${folder}#${name.split(':', 1)[0]}`;
      const item = await loadMail({ path: join(folder, part, name), source, state: known?.(source) });
      const isTwice = 'key' in item && seen.has(item.key);
      if ('key' in item) seen.add(item.key);
      yield isTwice ? { more: -1 } : item;
    }
  }
}

interface Mail {
  readonly path: string;
  readonly source: string;
  readonly state: ItemState | undefined;
}

const loadMail = async ({ path, source, state }: Mail): Promise<Item> => {
  const { message: key } = state ?? {};
  if (typeof key === 'string') return { unchanged: true, key, source };
  try {
    const info = await stat(path);
    if (info.size > largestDocument) return { source, reason: tooLarge(info.size) };
    const content = await readFile(path);
    const message = messageKey(content);
    const read = () => readDocument(formatOf('eml'), content);
    return { key: message, source, content, state: { message }, read };
  } catch (error) {
    return { source, reason: fileReason(error) };
  }
};
