import { useCallback, useEffect, useRef, useState } from 'react';
import type { ArticleWire } from '#src/http/wire.ts';
import { isRefused, type Result } from '../shared/request.ts';
import { type ArticlePage, consoleApi } from './console-api.ts';
import { useLatest } from './use-latest.ts';

/** The articles of one status, kept fresh: while they are read again the old ones stay. */
export const useArticles = (status: ArticleWire['status'], onLapsed: () => void) => {
  const [pages, setPages] = useState<Partial<Record<ArticleWire['status'], ArticlePage>>>({});
  const [counts, setCounts] = useState<ArticlePage['counts']>();
  const [error, setError] = useState<string>();
  const running = useRef(0);
  const lapsed = useLatest(onLapsed);

  /** Of two reads at once, the later one counts. */
  const reload = useCallback(async () => {
    running.current += 1;
    const run = running.current;
    const result = await consoleApi.articles(status);
    if (run !== running.current) return;
    if (!result.ok) {
      if (isRefused(result.failure)) lapsed.current();
      else setError(result.failure.detail);
      return;
    }
    setError(undefined);
    setPages((all) => ({ ...all, [status]: result.value }));
    setCounts(result.value.counts);
  }, [status, lapsed]);

  useEffect(() => {
    setError(undefined);
    void reload();
  }, [reload]);

  /** The outcome of something that was tried; whoever is signed out is told so. */
  const settle = useCallback(
    async <T>(result: Result<T>): Promise<Result<T>> => {
      if (!result.ok && isRefused(result.failure)) lapsed.current();
      await reload();
      return result;
    },
    [reload, lapsed],
  );

  return { items: pages[status]?.items, counts, error, reload, settle };
};
