import type { KeyValues } from '../shared/browser-storage.ts';

/** Browser storage for tests. */
export const memoryStorage = (): KeyValues => {
  const map = new Map<string, string>();
  return {
    get: (key) => map.get(key),
    set: (key, value) => void map.set(key, value),
    remove: (key) => void map.delete(key),
    keys: () => [...map.keys()],
  };
};
