import { useEffect, useState } from 'react';

/** True once `condition` has held for `afterMs`: short hiccups are not worth a word. */
export const useLasting = (condition: boolean, afterMs: number): boolean => {
  const [lasting, setLasting] = useState(false);
  useEffect(() => {
    if (!condition) return;
    const timer = setTimeout(() => setLasting(true), afterMs);
    return () => {
      clearTimeout(timer);
      setLasting(false);
    };
  }, [condition, afterMs]);
  return condition && lasting;
};
