import { useCallback, useState } from 'react';
import type { KeyValues } from './browser-storage.ts';

/** A text being written, kept under `key` over reloads and visits elsewhere. */
export const useDraft = (storage: KeyValues, key: string): readonly [string, (text: string) => void] => {
  const [draft, setDraft] = useState({ key, text: storage.get(key) ?? '' });
  const text = draft.key === key ? draft.text : (storage.get(key) ?? '');
  const change = useCallback(
    (next: string) => {
      setDraft({ key, text: next });
      if (next === '') storage.remove(key);
      else storage.set(key, next);
    },
    [storage, key],
  );
  return [text, change];
};
