import { consoleWords } from '../words.ts';
import { type EscalationPage, type StatusFilter, statuses } from './console-api.ts';

/** Which conversations the list shows, with how many there are. */
export const StatusTabs = ({
  status,
  counts,
  onStatus,
}: {
  readonly status: StatusFilter;
  readonly counts: EscalationPage['counts'] | undefined;
  readonly onStatus: (status: StatusFilter) => void;
}) => (
  // biome-ignore lint/a11y/useSemanticElements: a fieldset would need its legend on the screen
  <div className="status-tabs" role="group" aria-label={consoleWords.tabsLabel}>
    {statuses.map((each) => (
      <button key={each} type="button" aria-pressed={each === status} onClick={() => onStatus(each)}>
        {consoleWords.tabs[each]}
        {each === 'all' || each === 'resolved' ? undefined : (
          <span className="status-tabs__count">{counts?.[each] ?? ''}</span>
        )}
      </button>
    ))}
  </div>
);
