import type { ReactNode } from 'react';
import { consoleWords } from '../words.ts';

/** Begins an action, one at a time: it rests while any other is under way, and says so while its own is. */
export const ActionButton = <Action extends string>({
  action,
  busy,
  primary = false,
  disabled = false,
  why,
  icon,
  label,
  onClick,
}: {
  readonly action: Action;
  /** What is under way. */
  readonly busy: Action | undefined;
  readonly primary?: boolean;
  readonly disabled?: boolean;
  /** Why it is disabled. */
  readonly why?: string | undefined;
  readonly icon?: ReactNode;
  readonly label: string;
  readonly onClick: () => void;
}) => (
  <button
    type="button"
    className={primary ? 'button button--primary' : 'button'}
    disabled={busy !== undefined || disabled}
    title={why}
    onClick={onClick}
  >
    {icon}
    {busy === action ? consoleWords.working : label}
  </button>
);
