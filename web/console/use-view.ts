import { useCallback, useEffect, useState } from 'react';

/** The parts of the console, each below an address of its own. */
export const views = ['conversations', 'knowledge'] as const;
export type View = (typeof views)[number];

export const pathOf: Readonly<Record<View, string>> = { conversations: '/console', knowledge: '/console/knowledge' };

export const viewInPath = (path: string): View => views.find((view) => pathOf[view] === path) ?? 'conversations';

/** Which part is shown, kept in the address. `open` goes to a part, or to an address in one. */
export const useView = () => {
  const [view, setView] = useState(() => viewInPath(window.location.pathname));
  useEffect(() => {
    const onBack = () => setView(viewInPath(window.location.pathname));
    window.addEventListener('popstate', onBack);
    return () => window.removeEventListener('popstate', onBack);
  }, []);
  const open = useCallback((path: string) => {
    if (path !== window.location.pathname) window.history.pushState(null, '', path);
    setView(viewInPath(path));
  }, []);
  return [view, open] as const;
};
