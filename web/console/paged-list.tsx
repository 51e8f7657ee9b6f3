import type { ReactNode } from 'react';
import { useLasting } from '../shared/use-lasting.ts';
import { consoleWords } from '../words.ts';
import { PaneMessage } from './pane-message.tsx';
import type { usePagedLists } from './use-paged-lists.ts';

/** A list with what surrounds it: it is loading, out of reach, no longer fresh, or there is more of it. */
export const PagedList = ({
  list,
  failed,
  children,
}: {
  readonly list: Omit<ReturnType<typeof usePagedLists>, 'counts' | 'revise'>;
  /** What to say when nothing could be read. */
  readonly failed: string;
  /** What has been read. */
  readonly children: ReactNode;
}) => {
  const { items, error } = list;
  const slow = useLasting(items === undefined && error === undefined, 300);
  const tryAgain = () => void list.reload();
  if (items === undefined) {
    return error === undefined ? (
      <div className="list-skeleton" aria-busy="true">
        {slow ? [1, 2, 3, 4].map((n) => <span key={n} />) : undefined}
      </div>
    ) : (
      <PaneMessage title={failed} text={error} tone="error">
        <button type="button" className="button" onClick={tryAgain}>
          {consoleWords.tryAgain}
        </button>
      </PaneMessage>
    );
  }
  return (
    <div className="list-body">
      {error === undefined ? undefined : (
        <div className="list-stale" role="alert">
          <p>{consoleWords.listStale}</p>
          <button type="button" className="button button--plain button--small" onClick={tryAgain}>
            {consoleWords.tryAgain}
          </button>
        </div>
      )}
      {children}
      {list.hasMore ? (
        <button
          type="button"
          className="button list-more"
          disabled={list.loadingMore}
          onClick={() => void list.loadMore()}
        >
          {list.loadingMore ? consoleWords.loading : consoleWords.loadMore}
        </button>
      ) : undefined}
    </div>
  );
};
