import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';

const nearEnd = 48;

/**
 * Keeps a transcript at its end while the reader is there, and leaves it alone otherwise. `newBelow` tells that
 * something has been added out of sight.
 */
export const useEndOfLog = (
  frame: RefObject<HTMLElement | null>,
  lastId: string | undefined,
): { readonly newBelow: boolean; readonly toEnd: () => void } => {
  const atEnd = useRef(true);
  const seen = useRef(lastId);
  const [newBelow, setNewBelow] = useState(false);

  const toEnd = useCallback(() => {
    const box = frame.current;
    if (box !== null) box.scrollTop = box.scrollHeight;
  }, [frame]);

  useLayoutEffect(() => {
    if (atEnd.current) {
      toEnd();
      seen.current = lastId;
    } else if (lastId !== seen.current) setNewBelow(true);
  }, [lastId, toEnd]);

  useEffect(() => {
    const box = frame.current;
    if (box === null) return;
    const onScroll = () => {
      atEnd.current = box.scrollHeight - box.scrollTop - box.clientHeight <= nearEnd;
      if (atEnd.current) setNewBelow(false);
    };
    const observer = new ResizeObserver(() => {
      if (atEnd.current) toEnd();
    });
    observer.observe(box);
    for (const child of box.children) observer.observe(child);
    box.addEventListener('scroll', onScroll, { passive: true });
    return () => {
      observer.disconnect();
      box.removeEventListener('scroll', onScroll);
    };
  }, [frame, toEnd]);

  return { newBelow, toEnd };
};
