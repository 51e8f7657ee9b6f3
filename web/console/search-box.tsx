import type { RefObject } from 'react';
import { Icon } from '../shared/icons/icon.tsx';
import { consoleWords } from '../words.ts';

/** Narrows the list while typing. Escape empties it, then leaves it. */
export const SearchBox = ({
  field,
  query,
  onQuery,
}: {
  readonly field: RefObject<HTMLInputElement | null>;
  readonly query: string;
  readonly onQuery: (query: string) => void;
}) => (
  <div className="search-box">
    <Icon name="search" />
    <input
      ref={field}
      type="search"
      className="field"
      placeholder={consoleWords.searchPlaceholder}
      aria-label={consoleWords.search}
      value={query}
      onChange={(event) => onQuery(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key === 'Escape' && query === '') event.currentTarget.blur();
        else if (event.key === 'Escape') onQuery('');
        else if (event.key === 'Enter') event.currentTarget.blur();
        else return;
        event.preventDefault();
      }}
    />
    <span className="key" aria-hidden="true">
      /
    </span>
  </div>
);
