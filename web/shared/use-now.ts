import { useEffect, useState } from 'react';

/** The time, renewed every `everyMs`: waiting times and day names stay true while the page is open. */
export const useNow = (everyMs = 15_000): Date => {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
};
