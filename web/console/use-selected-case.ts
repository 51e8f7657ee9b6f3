import { useCallback, useEffect, useState } from 'react';
import { viewInPath } from './use-view.ts';

const root = '/console';

/** The escalation named by the address, by its id (`/console/12`) or its reference (`/console/case-7F3K`), if any. */
export const caseInPath = (path: string): string | undefined =>
  viewInPath(path) === 'conversations' ? /^\/console\/((?:case-)?\w{1,30})$/.exec(path)?.[1] : undefined;

/**
 * Which escalation is open, kept in the address: it can be bookmarked and passed on, and a phone's back button returns
 * to the list.
 */
export const useSelectedCase = () => {
  const [id, setId] = useState(() => caseInPath(window.location.pathname));
  useEffect(() => {
    const onBack = () => setId(caseInPath(window.location.pathname));
    window.addEventListener('popstate', onBack);
    return () => window.removeEventListener('popstate', onBack);
  }, []);
  const select = useCallback((next: string | undefined) => {
    const path = next === undefined ? root : `${root}/${next}`;
    if (path === window.location.pathname) return;
    // One step back always leads to the list, however many conversations were looked at.
    if (caseInPath(window.location.pathname) === undefined) window.history.pushState(null, '', path);
    else window.history.replaceState(null, '', path);
    setId(next);
  }, []);
  return [id, select] as const;
};
