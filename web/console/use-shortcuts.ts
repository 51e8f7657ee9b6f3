import { useEffect } from 'react';
import { useLatest } from './use-latest.ts';

export type Shortcuts = Readonly<Record<string, () => void>>;

/** Keys that may be held down; any other is a decision, and is made once. */
const moves = ['j', 'k'];

/** Single keys as commands, while nothing is being typed and no dialog is open. */
export const useShortcuts = (shortcuts: Shortcuts): void => {
  const latest = useLatest(shortcuts);
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
      if (event.repeat && !moves.includes(event.key)) return;
      const target = event.target instanceof HTMLElement ? event.target : document.body;
      if (target.closest('input, textarea, select, dialog, [role="dialog"], [role="menu"]')) return;
      const command = latest.current[event.key];
      if (command === undefined) return;
      event.preventDefault();
      command();
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, [latest]);
};
