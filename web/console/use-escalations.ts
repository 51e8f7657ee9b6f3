import { useCallback, useEffect, useRef, useState } from 'react';
import type { EscalationSummary } from '#src/http/wire.ts';
import { isRefused } from '../shared/request.ts';
import { consoleApi, type EscalationPage, type StatusFilter } from './console-api.ts';
import { placeIn } from './place-in.ts';
import { useLatest } from './use-latest.ts';

interface Loaded {
  readonly items: readonly EscalationSummary[];
  readonly before?: string;
}

/** The list of one status, kept fresh: while it is read again the old one stays, so that nothing jumps. */
export const useEscalations = (status: StatusFilter, onLapsed: () => void) => {
  const [lists, setLists] = useState<Partial<Record<StatusFilter, Loaded>>>({});
  const [counts, setCounts] = useState<EscalationPage['counts']>();
  const [error, setError] = useState<string>();
  const [loadingMore, setLoadingMore] = useState(false);
  const pages = useRef<Partial<Record<StatusFilter, number>>>({});
  const running = useRef<Partial<Record<StatusFilter, number>>>({});
  const lapsed = useLatest(onLapsed);

  /** Reads as many pages as are on the screen. Of two reads of one list at once, the later one counts. */
  const reload = useCallback(async () => {
    const run = (running.current[status] ?? 0) + 1;
    running.current[status] = run;
    const items: EscalationSummary[] = [];
    let before: string | undefined;
    for (let page = 0; page < (pages.current[status] ?? 1); page += 1) {
      const result = await consoleApi.list(status, before);
      if (run !== running.current[status]) return;
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
    setLists((all) => ({ ...all, [status]: { items, ...(before === undefined ? {} : { before }) } }));
  }, [status, lapsed]);

  useEffect(() => {
    setError(undefined);
    void reload();
  }, [reload]);

  const loadMore = useCallback(async () => {
    pages.current[status] = (pages.current[status] ?? 1) + 1;
    setLoadingMore(true);
    await reload();
    setLoadingMore(false);
  }, [status, reload]);

  /** A case as it has just become: it leaves the lists that it is no longer part of, before they are read again. */
  const place = useCallback(
    (item: EscalationSummary) =>
      setLists((all) =>
        Object.fromEntries(
          Object.entries(all).map(([filter, list]) => [
            filter,
            { ...list, items: placeIn(list.items, filter as StatusFilter, item) },
          ]),
        ),
      ),
    [],
  );

  const list = lists[status];
  return {
    items: list?.items,
    hasMore: list?.before !== undefined,
    counts,
    error,
    loadingMore,
    reload,
    loadMore,
    place,
  };
};

export type Escalations = ReturnType<typeof useEscalations>;
