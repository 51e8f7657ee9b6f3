/** What we keep in the browser, as text by name. */
export interface KeyValues {
  get(key: string): string | undefined;
  set(key: string, value: string): void;
  remove(key: string): void;
  keys(): readonly string[];
}

/**
 * `localStorage`, or memory where a browser forbids or fills it (private windows, blocked storage): the page then
 * works on, and forgets when it is closed.
 */
export const browserStorage = (storage: () => Storage = () => window.localStorage): KeyValues => {
  const memory = new Map<string, string>();
  const attempt = <T>(use: (storage: Storage) => T): T | undefined => {
    try {
      return use(storage());
    } catch {
      return undefined;
    }
  };
  return {
    get: (key) => memory.get(key) ?? attempt((s) => s.getItem(key)) ?? undefined,
    set(key, value) {
      const stored = attempt((s) => {
        s.setItem(key, value);
        return true;
      });
      if (stored) memory.delete(key);
      else memory.set(key, value);
    },
    remove(key) {
      memory.delete(key);
      attempt((s) => s.removeItem(key));
    },
    keys: () => [
      ...new Set([
        ...memory.keys(),
        ...(attempt((s) => Array.from({ length: s.length }, (_, i) => s.key(i) ?? '')) ?? []),
      ]),
    ],
  };
};
