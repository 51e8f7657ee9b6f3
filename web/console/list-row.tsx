import { type ReactNode, useEffect, useRef } from 'react';

/** One thing of a list to open; the one that is open scrolls into view. */
export const ListRow = ({
  selected,
  onSelect,
  children,
}: {
  readonly selected: boolean;
  readonly onSelect: () => void;
  readonly children: ReactNode;
}) => {
  const row = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (selected) row.current?.scrollIntoView({ block: 'nearest' });
  }, [selected]);
  return (
    <li>
      <button
        ref={row}
        type="button"
        className="escalation-row"
        aria-current={selected || undefined}
        onClick={onSelect}
      >
        {children}
      </button>
    </li>
  );
};
