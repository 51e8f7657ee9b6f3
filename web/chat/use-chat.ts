import { useEffect, useSyncExternalStore } from 'react';
import type { ChatClient } from './chat-client.ts';
import type { ChatState } from './chat-state.ts';
import { sessionKey } from './session-store.ts';

/** The chat's state in React; also wakes the client when the network, the page or another tab changes something. */
export const useChat = (client: ChatClient): ChatState => {
  useEffect(() => {
    client.start();
    const onVisible = () => {
      if (document.visibilityState === 'visible' && client.state().connection !== 'live') client.reconnect();
    };
    const onStorage = (event: StorageEvent) => {
      // Another tab began or ended the conversation: this one follows.
      if (event.key === sessionKey) client.start();
    };
    window.addEventListener('online', client.reconnect);
    window.addEventListener('storage', onStorage);
    document.addEventListener('visibilitychange', onVisible);
    return () => {
      window.removeEventListener('online', client.reconnect);
      window.removeEventListener('storage', onStorage);
      document.removeEventListener('visibilitychange', onVisible);
      client.stop();
    };
  }, [client]);
  return useSyncExternalStore(client.subscribe, client.state);
};
