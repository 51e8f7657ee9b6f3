import type { KeyValues } from '../shared/browser-storage.ts';
import type { ChatState } from './chat-state.ts';

type Votes = ChatState['votes'];

const keyOf = (sessionId: string): string => `frontdesk.votes.${sessionId}`;

/** Which answers this browser has voted on, so that the thumbs stay pressed over a reload. */
export const createVoteStore = (storage: KeyValues) => ({
  load(sessionId: string): Votes {
    try {
      const votes: unknown = JSON.parse(storage.get(keyOf(sessionId)) ?? '{}');
      return typeof votes === 'object' && votes !== null ? (votes as Votes) : {};
    } catch {
      return {};
    }
  },
  save: (sessionId: string, votes: Votes): void => storage.set(keyOf(sessionId), JSON.stringify(votes)),
  forget: (sessionId: string): void => storage.remove(keyOf(sessionId)),
});
