import { useEffect, useState } from 'react';
import { openLiveSocket, socketUrl } from '../shared/live-socket.ts';
import { readConsoleEvent } from './read-console-event.ts';
import { useLatest } from './use-latest.ts';

/** Milliseconds between reads that no event asked for: a backup with a socket, a substitute without. */
const readEvery = { live: 60_000, withoutSocket: 10_000 };

/**
 * Tells when something at the desk has changed: the escalation, or anything (undefined) after a gap. Returns whether
 * the connection is up.
 */
export const useConsoleLive = (onChanged: (escalationId: string | undefined) => void, onLapsed: () => void) => {
  const [up, setUp] = useState(true);
  const [retry, setRetry] = useState<() => void>(() => () => undefined);
  const latest = useLatest({ onChanged, onLapsed });

  useEffect(() => {
    let first = true;
    const socket = openLiveSocket({
      url: () => socketUrl('/ws/console'),
      onData(data) {
        const event = readConsoleEvent(data);
        if (event !== undefined) latest.current.onChanged(event.escalationId);
      },
      onState(state) {
        if (state.link === 'open') {
          if (!first) latest.current.onChanged(undefined);
          first = false;
          setUp(true);
        } else if (state.wasOpen || state.failed > 0) setUp(false);
      },
      onRefused: () => latest.current.onLapsed(),
    });
    setRetry(() => socket.retryNow);
    const onBack = () => socket.retryNow();
    window.addEventListener('online', onBack);
    return () => {
      window.removeEventListener('online', onBack);
      socket.stop();
    };
  }, [latest]);

  useEffect(() => {
    const timer = setInterval(
      () => {
        if (document.visibilityState === 'visible') latest.current.onChanged(undefined);
      },
      up ? readEvery.live : readEvery.withoutSocket,
    );
    return () => clearInterval(timer);
  }, [up, latest]);

  return { up, retry };
};
