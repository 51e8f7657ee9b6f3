import type { MouseEvent, ReactNode } from 'react';

/** To another address of the console, without loading the page again; a link, so that it may be opened in a tab of its own. */
export const ViewLink = ({
  path,
  current = false,
  onOpen,
  children,
}: {
  readonly path: string;
  readonly current?: boolean;
  readonly onOpen: (path: string) => void;
  readonly children: ReactNode;
}) => (
  <a
    href={path}
    aria-current={current ? 'page' : undefined}
    onClick={(event: MouseEvent) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      onOpen(path);
    }}
  >
    {children}
  </a>
);
