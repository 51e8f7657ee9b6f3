import type { ReactNode } from 'react';

/** What a pane says when it has nothing to show: why, and what to do. */
export const PaneMessage = ({
  title,
  text,
  tone = 'quiet',
  children,
}: {
  readonly title: string;
  readonly text?: string;
  readonly tone?: 'quiet' | 'error';
  readonly children?: ReactNode;
}) => (
  <div className="pane-message" role={tone === 'error' ? 'alert' : undefined}>
    <h2>{title}</h2>
    {text === undefined ? undefined : <p>{text}</p>}
    {children}
  </div>
);
