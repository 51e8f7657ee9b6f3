import type { ChatSocketEvent, MessageWire, StateWire } from '#src/http/wire.ts';
import { fakeSockets } from '../shared/fake-socket.ts';
import { type Failure, noAnswer, type Result } from '../shared/request.ts';
import { type ChatApi, type NewMessage, pageSize, type StoredSession } from './chat-api.ts';
import { compareIds } from './timeline.ts';
import { wireMessage } from './wire-message.ts';

/** What happens to one POST: nothing special, the answer gets lost after it was stored, it never arrives, or it is refused. */
export type Fate = 'arrives' | 'answer lost' | 'never arrives' | Failure;

/** The server as a customer's browser meets it, in memory: for tests of the chat client. */
export const fakeServer = () => {
  const sockets = fakeSockets();
  const sessions = new Map<string, { session: StoredSession; messages: MessageWire[]; state: StateWire }>();
  const stored = new Map<string, MessageWire>();
  let nextId = 100;
  let fates: Fate[] = [];
  let expiresAt = '2999-01-01T00:00:00.000Z';

  const current = () => [...sessions.values()].at(-1);
  const addMessage = (overrides: Partial<MessageWire>): MessageWire => {
    nextId += 1;
    const message = wireMessage({ id: `${nextId}`, at: new Date().toISOString(), ...overrides });
    current()?.messages.push(message);
    return message;
  };
  const open = <T>(session: StoredSession, use: (kept: NonNullable<ReturnType<typeof current>>) => T): Result<T> => {
    const kept = sessions.get(session.id);
    return kept === undefined
      ? { ok: false, failure: { status: 404, detail: 'There is no such session.' } }
      : { ok: true, value: use(kept) };
  };

  const store = (message: NewMessage): MessageWire => {
    const known = stored.get(message.id) ?? addMessage({ markdown: message.text });
    stored.set(message.id, known);
    return known;
  };

  const api: ChatApi = {
    async createSession() {
      const session = { id: `s${sessions.size + 1}`, token: 't', expiresAt };
      sessions.set(session.id, { session, messages: [], state: { status: 'bot' } });
      return { ok: true, value: session };
    },
    view: async (session) => open(session, (kept) => ({ id: session.id, expiresAt, conversation: kept.state })),
    page: async (session, { before, after }) =>
      open(session, ({ messages }) => {
        if (after !== undefined) {
          return { items: messages.filter(({ id }) => compareIds(id, after) > 0).slice(0, pageSize) };
        }
        const older = before === undefined ? messages : messages.filter(({ id }) => compareIds(id, before) < 0);
        const items = older.slice(-pageSize);
        const first = items[0]?.id;
        return { items, ...(older.length > items.length && first !== undefined ? { before: first } : {}) };
      }),
    async post(session, message) {
      const fate = fates.shift() ?? 'arrives';
      if (typeof fate === 'object') return { ok: false, failure: fate };
      if (fate === 'never arrives') return { ok: false, failure: noAnswer() };
      const posted = open(session, (kept) => ({
        // A button makes no message; the server confirms it under the client's id.
        message: message.action === undefined ? store(message) : wireMessage({ id: message.id, markdown: '' }),
        replies: [],
        conversation: kept.state,
        settled: false,
      }));
      return fate === 'answer lost' && posted.ok ? { ok: false, failure: noAnswer() } : posted;
    },
    vote: async (session) => open(session, () => ({})),
    upload: async () => ({ ok: false, failure: { status: 413, detail: 'Too large.' } }),
    download: async () => ({ ok: false, failure: { status: 404, detail: 'Gone.' } }),
  };

  return {
    api,
    sockets,
    addMessage,
    sessions,
    texts: () => (current()?.messages ?? []).map(({ markdown }) => markdown),
    say: (event: ChatSocketEvent) => sockets.newest().say(event),
    setState(state: StateWire) {
      const kept = current();
      if (kept !== undefined) kept.state = state;
    },
    willMeet: (next: readonly Fate[]) => {
      fates = [...next];
    },
    expireAt: (at: string) => {
      expiresAt = at;
    },
    forgetSessions: () => sessions.clear(),
  };
};
