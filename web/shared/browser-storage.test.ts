import { expect, test } from 'vitest';
import { browserStorage } from './browser-storage.ts';

test('works on in memory where storage is forbidden', () => {
  const storage = browserStorage(() => {
    throw new Error('SecurityError');
  });
  storage.set('a', '1');
  expect(storage.get('a')).toBe('1');
  expect(storage.keys()).toEqual(['a']);
  storage.remove('a');
  expect(storage.get('a')).toBeUndefined();
});

test('a full storage does not lose what is written, and is used again when it has room', () => {
  const kept = new Map<string, string>();
  let full = true;
  const storage = browserStorage(
    () =>
      ({
        getItem: (key: string) => kept.get(key) ?? null,
        setItem(key: string, value: string) {
          if (full) throw new Error('QuotaExceededError');
          kept.set(key, value);
        },
        removeItem: (key: string) => kept.delete(key),
        key: (index: number) => [...kept.keys()][index] ?? null,
        get length() {
          return kept.size;
        },
      }) as unknown as Storage,
  );
  storage.set('a', '1');
  expect([storage.get('a'), kept.size]).toEqual(['1', 0]);
  full = false;
  storage.set('a', '2');
  expect([storage.get('a'), kept.get('a')]).toEqual(['2', '2']);
  expect(storage.keys()).toEqual(['a']);
});
