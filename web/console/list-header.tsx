import type { RefObject } from 'react';
import type { EscalationPage, StatusFilter } from './console-api.ts';
import { ConsoleHeader } from './console-header.tsx';
import { SearchBox } from './search-box.tsx';
import { StatusTabs } from './status-tabs.tsx';

/** Above the list: whose desk this is, search, and which conversations are listed. */
export const ListHeader = ({
  agent,
  status,
  counts,
  drafts,
  query,
  search,
  onStatus,
  onQuery,
  onHelp,
  onView,
  onSignOut,
}: {
  readonly agent: string;
  readonly status: StatusFilter;
  readonly counts: EscalationPage['counts'] | undefined;
  /** Articles that wait to be reviewed. */
  readonly drafts: number;
  readonly query: string;
  readonly search: RefObject<HTMLInputElement | null>;
  readonly onStatus: (status: StatusFilter) => void;
  readonly onQuery: (query: string) => void;
  readonly onHelp: () => void;
  readonly onView: (path: string) => void;
  readonly onSignOut: () => void;
}) => (
  <header className="list-header">
    <ConsoleHeader
      agent={agent}
      view="conversations"
      drafts={drafts}
      onHelp={onHelp}
      onView={onView}
      onSignOut={onSignOut}
    />
    <SearchBox field={search} query={query} onQuery={onQuery} />
    <StatusTabs status={status} counts={counts} onStatus={onStatus} />
  </header>
);
