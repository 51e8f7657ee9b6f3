import { useCallback, useEffect, useState } from 'react';

/**
 * Which thing of a list is open, kept in the address below `root`: it can be bookmarked and passed on, and a phone's back button
 * returns to the list. `idIn` reads it from a path.
 */
export const useSelected = (root: string, idIn: (path: string) => string | undefined) => {
  const [id, setId] = useState(() => idIn(window.location.pathname));
  useEffect(() => {
    const onMove = () => setId(idIn(window.location.pathname));
    window.addEventListener('popstate', onMove);
    return () => window.removeEventListener('popstate', onMove);
  }, [idIn]);
  const select = useCallback(
    (next: string | undefined) => {
      const path = next === undefined ? root : `${root}/${next}`;
      if (path === window.location.pathname) return;
      // One step back always leads to the list, however many were looked at.
      if (idIn(window.location.pathname) === undefined) window.history.pushState(null, '', path);
      else window.history.replaceState(null, '', path);
      setId(next);
    },
    [root, idIn],
  );
  return [id, select] as const;
};
