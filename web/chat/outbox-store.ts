import type { KeyValues } from '../shared/browser-storage.ts';
import type { Outbox, OutboxEntry } from './outbox.ts';

const prefix = 'frontdesk.outbox.';

/** Keeps unsent messages over a reload. One key per entry, so that two open tabs never overwrite each other. */
export interface OutboxStore {
  /** Everything unsent, oldest first. A try that the reload cut off counts as not made. */
  load(): Outbox;
  put(entry: OutboxEntry): void;
  remove(id: string): void;
  clear(): void;
}

export const createOutboxStore = (storage: KeyValues): OutboxStore => {
  const keys = () => storage.keys().filter((key) => key.startsWith(prefix));
  return {
    load: () =>
      keys()
        .flatMap((key) => read(storage.get(key)) ?? [])
        .sort((a, b) => a.createdAt - b.createdAt),
    put: (entry) => storage.set(prefix + entry.id, JSON.stringify(entry)),
    remove: (id) => storage.remove(prefix + id),
    clear: () => {
      for (const key of keys()) storage.remove(key);
    },
  };
};

const read = (text: string | undefined): OutboxEntry | undefined => {
  try {
    const entry = JSON.parse(text ?? 'null') as OutboxEntry | null;
    if (entry === null || typeof entry.id !== 'string' || typeof entry.text !== 'string') return undefined;
    const { echo: _, ...rest } = entry;
    // It may have reached the server: counted as one attempt, so that its stored copy is recognised.
    return entry.state === 'sending' ? { ...rest, state: 'queued', attempts: entry.attempts + 1, notBefore: 0 } : rest;
  } catch {
    return undefined;
  }
};
