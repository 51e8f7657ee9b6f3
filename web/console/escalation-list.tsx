import type { EscalationSummary } from '#src/http/wire.ts';
import { useNow } from '../shared/use-now.ts';
import { consoleWords } from '../words.ts';
import type { StatusFilter } from './console-api.ts';
import { EscalationRow } from './escalation-row.tsx';
import { PagedList } from './paged-list.tsx';
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
  if (shown?.length === 0) {
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
    <PagedList list={list} failed={consoleWords.listFailed}>
      <ul className="escalation-list">
        {shown?.map((item) => (
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
    </PagedList>
  );
};
