import { useCallback } from 'react';
import type { ArticleWire } from '#src/http/wire.ts';
import { isRefused, type Result } from '../shared/request.ts';
import { consoleApi } from './console-api.ts';
import { useLatest } from './use-latest.ts';
import { usePagedLists } from './use-paged-lists.ts';

const readPage = (status: ArticleWire['status'], before?: string) =>
  consoleApi.articles(status, before === undefined ? {} : { before });

/** The articles of one status. */
export const useArticles = (status: ArticleWire['status'], onLapsed: () => void) => {
  const { revise: _, ...list } = usePagedLists(status, readPage, onLapsed);
  const { reload } = list;
  const lapsed = useLatest(onLapsed);

  /** The outcome of something that was tried; whoever is signed out is told so. */
  const settle = useCallback(
    async <T>(result: Result<T>): Promise<Result<T>> => {
      if (!result.ok && isRefused(result.failure)) lapsed.current();
      await reload();
      return result;
    },
    [reload, lapsed],
  );
  return { ...list, settle };
};

export type Articles = ReturnType<typeof useArticles>;
