import type { EscalationSummary } from '#src/http/wire.ts';
import { useLasting } from '../shared/use-lasting.ts';
import { useNow } from '../shared/use-now.ts';
import { consoleWords } from '../words.ts';
import type { StatusFilter } from './console-api.ts';
import { EscalationRow } from './escalation-row.tsx';
import { PaneMessage } from './pane-message.tsx';
import type { Escalations } from './use-escalations.ts';

/** Everybody who waits, or what to say when the list is loading, empty or out of reach. */
export const EscalationList = ({
  agent,
  status,
  query,
  shown,
  list,
  selected,
  onSelect,
  onClearQuery,
}: {
  readonly agent: string;
  readonly status: StatusFilter;
  readonly query: string;
  /** After the search; undefined while loading. */
  readonly shown: readonly EscalationSummary[] | undefined;
  readonly list: Escalations;
  readonly selected: string | undefined;
  readonly onSelect: (id: string) => void;
  readonly onClearQuery: () => void;
}) => {
  const now = useNow();
  const slow = useLasting(shown === undefined && list.error === undefined, 300);
  if (shown === undefined) {
    if (list.error !== undefined) return <ListFailed detail={list.error} onRetry={() => void list.reload()} />;
    return (
      <div className="list-skeleton" aria-busy="true">
        {slow ? [1, 2, 3, 4].map((n) => <span key={n} />) : undefined}
      </div>
    );
  }
  if (shown.length === 0) {
    return query.trim() === '' ? (
      <PaneMessage {...consoleWords.empty[status]} />
    ) : (
      <PaneMessage title={consoleWords.noMatch(query.trim())}>
        <button type="button" className="button" onClick={onClearQuery}>
          {consoleWords.clearSearch}
        </button>
      </PaneMessage>
    );
  }
  return (
    <div className="list-body">
      {list.error === undefined ? undefined : (
        <div className="list-stale" role="alert">
          <p>{consoleWords.listStale}</p>
          <button type="button" className="button button--plain button--small" onClick={() => void list.reload()}>
            {consoleWords.tryAgain}
          </button>
        </div>
      )}
      <ul className="escalation-list">
        {shown.map((item) => (
          <EscalationRow
            key={item.id}
            item={item}
            agent={agent}
            now={now}
            selected={item.id === selected}
            onSelect={onSelect}
          />
        ))}
      </ul>
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

const ListFailed = ({ detail, onRetry }: { readonly detail: string; readonly onRetry: () => void }) => (
  <PaneMessage title={consoleWords.listFailed} text={detail} tone="error">
    <button type="button" className="button" onClick={onRetry}>
      {consoleWords.tryAgain}
    </button>
  </PaneMessage>
);
