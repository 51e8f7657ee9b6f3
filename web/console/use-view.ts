import { useCallback, useEffect, useState } from 'react';

/** The parts of the console, each below an address of its own. */
export const views = ['conversations', 'knowledge'] as const;
export type View = (typeof views)[number];

export const pathOf: Readonly<Record<View, string>> = { conversations: '/console', knowledge: '/console/knowledge' };

export const viewInPath = (path: string): View =>
  path === pathOf.knowledge || path.startsWith(`${pathOf.knowledge}/`) ? 'knowledge' : 'conversations';

/** Which part is shown, kept in the address. `open` goes to a part, or to an address in one. */
export const useView = () => {
  const [view, setView] = useState(() => viewInPath(window.location.pathname));
  useEffect(() => {
    const onMove = () => setView(viewInPath(window.location.pathname));
    window.addEventListener('popstate', onMove);
    return () => window.removeEventListener('popstate', onMove);
  }, []);
  const open = useCallback((path: string) => {
    if (path !== window.location.pathname) window.history.pushState(null, '', path);
    // The browser says so only of its own buttons; what is selected in the part follows the address, too.
    window.dispatchEvent(new PopStateEvent('popstate'));
  }, []);
  return [view, open] as const;
};
