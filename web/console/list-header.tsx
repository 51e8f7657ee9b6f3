import type { RefObject } from 'react';
import { Icon } from '../shared/icons/icon.tsx';
import { consoleWords } from '../words.ts';
import { ActionMenu } from './action-menu.tsx';
import type { EscalationPage, StatusFilter } from './console-api.ts';
import { SearchBox } from './search-box.tsx';
import { StatusTabs } from './status-tabs.tsx';

/** Above the list: whose desk this is, search, and which conversations are listed. */
export const ListHeader = ({
  agent,
  status,
  counts,
  query,
  search,
  onStatus,
  onQuery,
  onHelp,
  onSignOut,
}: {
  readonly agent: string;
  readonly status: StatusFilter;
  readonly counts: EscalationPage['counts'] | undefined;
  readonly query: string;
  readonly search: RefObject<HTMLInputElement | null>;
  readonly onStatus: (status: StatusFilter) => void;
  readonly onQuery: (query: string) => void;
  readonly onHelp: () => void;
  readonly onSignOut: () => void;
}) => (
  <header className="list-header">
    <div className="list-header__top">
      <h1>{consoleWords.product}</h1>
      <ActionMenu
        label={agent}
        className="button button--plain button--small list-header__agent"
        items={[
          { label: consoleWords.help, onChoose: onHelp },
          { label: consoleWords.signOut, onChoose: onSignOut },
        ]}
      >
        <Icon name="person" />
        <span>{agent}</span>
      </ActionMenu>
    </div>
    <SearchBox field={search} query={query} onQuery={onQuery} />
    <StatusTabs status={status} counts={counts} onStatus={onStatus} />
  </header>
);
