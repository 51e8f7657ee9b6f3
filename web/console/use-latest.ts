import { useEffect, useRef } from 'react';

/** The newest value, for callbacks that outlive a render (sockets, timers, key handlers). */
export const useLatest = <T>(value: T): { readonly current: T } => {
  const latest = useRef(value);
  useEffect(() => {
    latest.current = value;
  });
  return latest;
};
