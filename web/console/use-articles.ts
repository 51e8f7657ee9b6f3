import { useCallback, useEffect, useRef, useState } from 'react';
import type { ArticleWire } from '#src/http/wire.ts';
import { isRefused, type Result } from '../shared/request.ts';
import { type ArticlePage, consoleApi } from './console-api.ts';
import { useLatest } from './use-latest.ts';

type Status = ArticleWire['status'];

/** The articles of one status, kept fresh: while they are read again the old ones stay. */
export const useArticles = (status: Status, onLapsed: () => void) => {
  const [lists, setLists] = useState<Partial<Record<Status, Pick<ArticlePage, 'items' | 'before'>>>>({});
  const [counts, setCounts] = useState<ArticlePage['counts']>();
  const [error, setError] = useState<string>();
  const [loadingMore, setLoadingMore] = useState(false);
  const pages = useRef<Partial<Record<Status, number>>>({});
  const running = useRef(0);
  const lapsed = useLatest(onLapsed);

  /** Reads as many pages as are on the screen. Of two reads at once, the later one counts. */
  const reload = useCallback(async () => {
    running.current += 1;
    const run = running.current;
    const items: ArticleWire[] = [];
    let before: string | undefined;
    for (let page = 0; page < (pages.current[status] ?? 1); page += 1) {
      const result = await consoleApi.articles(status, before === undefined ? {} : { before });
      if (run !== running.current) return;
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
    setLists((all) => ({ ...all, [status]: { items, before } }));
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

  /** The outcome of something that was tried; whoever is signed out is told so. */
  const settle = useCallback(
    async <T>(result: Result<T>): Promise<Result<T>> => {
      if (!result.ok && isRefused(result.failure)) lapsed.current();
      await reload();
      return result;
    },
    [reload, lapsed],
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
    settle,
  };
};

export type Articles = ReturnType<typeof useArticles>;
