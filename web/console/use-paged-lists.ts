import { useCallback, useEffect, useRef, useState } from 'react';
import { isRefused, type Result } from '../shared/request.ts';
import { useLatest } from './use-latest.ts';

interface Page<Item, Counts> {
  readonly items: readonly Item[];
  readonly counts: Counts;
  /** Where the next page begins; left out on the last one. */
  readonly before?: string | undefined;
}

interface Loaded<Item> {
  readonly items: readonly Item[];
  readonly before: string | undefined;
}

/**
 * The list of one filter, kept fresh: while it is read again the old one stays, so that nothing jumps. Lists of other filters are
 * kept for when they are looked at again. `read` gives one page; it must stay the same function.
 */
export const usePagedLists = <Filter extends string, Item, Counts>(
  filter: Filter,
  read: (filter: Filter, before?: string) => Promise<Result<Page<Item, Counts>>>,
  onLapsed: () => void,
) => {
  const [lists, setLists] = useState<ReadonlyMap<Filter, Loaded<Item>>>(() => new Map());
  const [counts, setCounts] = useState<Counts>();
  const [error, setError] = useState<string>();
  const [loadingMore, setLoadingMore] = useState(false);
  const pages = useRef(new Map<Filter, number>());
  const running = useRef(new Map<Filter, number>());
  const lapsed = useLatest(onLapsed);

  /** Reads as many pages as are on the screen. Of two reads of one list at once, the later one counts. */
  const reload = useCallback(async () => {
    const run = (running.current.get(filter) ?? 0) + 1;
    running.current.set(filter, run);
    const items: Item[] = [];
    let before: string | undefined;
    for (let page = 0; page < (pages.current.get(filter) ?? 1); page += 1) {
      const result = await read(filter, before);
      if (run !== running.current.get(filter)) return;
      if (!result.ok) {
        if (isRefused(result.failure)) lapsed.current();
        else setError(result.failure.detail);
        return;
      }
      items.push(...result.value.items);
      setCounts(result.value.counts);
      before = result.value.before;
      if (before === undefined) break;
    }
    setError(undefined);
    setLists((all) => new Map(all).set(filter, { items, before }));
  }, [filter, read, lapsed]);

  useEffect(() => {
    setError(undefined);
    void reload();
  }, [reload]);

  const loadMore = useCallback(async () => {
    pages.current.set(filter, (pages.current.get(filter) ?? 1) + 1);
    setLoadingMore(true);
    await reload();
    setLoadingMore(false);
  }, [filter, reload]);

  /** Changes what has been read, until it is read again. */
  const revise = useCallback(
    (change: (items: readonly Item[], filter: Filter) => readonly Item[]) =>
      setLists((all) => new Map([...all].map(([each, list]) => [each, { ...list, items: change(list.items, each) }]))),
    [],
  );

  const list = lists.get(filter);
  return {
    items: list?.items,
    hasMore: list?.before !== undefined,
    counts,
    error,
    loadingMore,
    reload,
    loadMore,
    revise,
  };
};
