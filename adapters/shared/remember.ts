export interface RememberOptions<V> {
  readonly now: () => Date;
  /** Most entries; the one that was not used for longest goes first. */
  readonly max: number;
  /** How long a value stays, in milliseconds; 0 is not kept at all. */
  readonly ttlMs: (value: V) => number;
}

/**
 * Values by name, for a while. Whoever asks while a value is being fetched waits for that same fetch; a fetch that throws is
 * forgotten. What was forgotten during its fetch is not kept.
 */
export const createMemory = <V>({ now, max, ttlMs }: RememberOptions<V>) => {
  const entries = new Map<string, { readonly value: Promise<V>; until: number }>();

  return {
    get(key: string, load: () => Promise<V>): Promise<V> {
      const known = entries.get(key);
      if (known !== undefined && known.until > now().getTime()) {
        entries.delete(key);
        entries.set(key, known);
        return known.value;
      }
      const entry = { value: load(), until: Number.POSITIVE_INFINITY };
      entries.delete(key);
      entries.set(key, entry);
      const [oldest] = entries.keys();
      if (entries.size > max && oldest !== undefined) entries.delete(oldest);
      const drop = () => {
        if (entries.get(key) === entry) entries.delete(key);
      };
      entry.value.then((value) => {
        entry.until = now().getTime() + ttlMs(value);
      }, drop);
      return entry.value;
    },
    forget(key?: string): void {
      if (key === undefined) entries.clear();
      else entries.delete(key);
    },
    forgetWhere(isStale: (key: string) => boolean): void {
      for (const key of entries.keys()) if (isStale(key)) entries.delete(key);
    },
  };
};
