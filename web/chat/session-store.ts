import type { KeyValues } from '../shared/browser-storage.ts';
import type { StoredSession } from './chat-api.ts';

/** Where the browser keeps its one current conversation. */
export const sessionKey = 'frontdesk.session';

/** The stored session, unless there is none, it is unreadable, or its time is over. */
export const loadSession = (storage: KeyValues, now: number): StoredSession | 'expired' | undefined => {
  const text = storage.get(sessionKey);
  if (text === undefined) return undefined;
  try {
    const { id, token, expiresAt } = JSON.parse(text) as Record<string, unknown>;
    if (typeof id !== 'string' || typeof token !== 'string' || typeof expiresAt !== 'string') return undefined;
    return Date.parse(expiresAt) > now ? { id, token, expiresAt } : 'expired';
  } catch {
    return undefined;
  }
};

export const saveSession = (storage: KeyValues, session: StoredSession): void =>
  storage.set(sessionKey, JSON.stringify(session));

export const forgetSession = (storage: KeyValues): void => storage.remove(sessionKey);
