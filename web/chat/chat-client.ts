import type { AttachmentWire, ChatSocketEvent, MessageWire } from '#src/http/wire.ts';
import type { KeyValues } from '../shared/browser-storage.ts';
import type { SendFile } from '../shared/files/use-uploads.ts';
import { newId } from '../shared/new-id.ts';
import { noAnswer, type Result } from '../shared/request.ts';
import type { ChatApi, PostedMessage, StoredSession } from './chat-api.ts';
import { type ChatState, freshState } from './chat-state.ts';
import { type Following, followSession } from './follow-session.ts';
import { afresh, newEntry, noteEcho, type Outbox, type OutboxEntry, removeEntry, replaceEntry } from './outbox.ts';
import { createOutboxStore } from './outbox-store.ts';
import { type SendOutbox, sendOutbox } from './send-outbox.ts';
import { forgetSession, loadSession, saveSession } from './session-store.ts';
import { isStored, mergeMessages, unknownOf } from './timeline.ts';
import { createVoteStore } from './vote-store.ts';

export interface ChatClientOptions {
  readonly api: ChatApi;
  readonly storage: KeyValues;
  readonly openSocket?: (url: string) => WebSocket;
  readonly now?: () => number;
  readonly random?: () => number;
}

/** The conversation of this browser, outside React: everything the page shows and everything it can do. */
export interface ChatClient {
  readonly state: () => ChatState;
  readonly subscribe: (listener: () => void) => () => void;
  /** Takes up the conversation this browser remembers, if any. */
  start(): void;
  stop(): void;
  send(text: string, attachments: readonly AttachmentWire[]): void;
  press(action: { readonly id: string; readonly label: string }): void;
  retry(entryId: string): void;
  discard(entryId: string): void;
  loadEarlier(): Promise<void>;
  vote(messageId: string, score: -1 | 1): Promise<void>;
  /** The network may be back, or the person asks: connect and send now. */
  reconnect(): void;
  startOver(): void;
  dismissExpired(): void;
  readonly upload: SendFile;
  readonly download: (attachment: AttachmentWire) => Promise<Result<string>>;
}

/** How long an answer is announced that never comes: not everything is answered ("thanks"). */
const expectAtMostMs = 45_000;

export const createChatClient = (options: ChatClientOptions): ChatClient => {
  const { api, storage } = options;
  const now = options.now ?? Date.now;
  const random = options.random ?? Math.random;
  const outboxStore = createOutboxStore(storage);
  const votes = createVoteStore(storage);
  const listeners = new Set<() => void>();
  let state: ChatState = freshState;
  let session: StoredSession | undefined;
  let creating: Promise<Result<StoredSession>> | undefined;
  let following: Following | undefined;
  let sender: SendOutbox | undefined;
  let expectTimer: ReturnType<typeof setTimeout> | undefined;

  const set = (change: Partial<ChatState>): void => {
    state = { ...state, ...change };
    for (const listener of listeners) listener();
  };

  // What the outbox becomes is also what survives a reload.
  const setOutbox = (outbox: Outbox): void => {
    for (const entry of state.outbox) if (!outbox.some(({ id }) => id === entry.id)) outboxStore.remove(entry.id);
    for (const entry of outbox) if (!state.outbox.includes(entry)) outboxStore.put(entry);
    set({ outbox });
  };

  const expect = (expecting: boolean): void => {
    clearTimeout(expectTimer);
    if (expecting) expectTimer = setTimeout(() => set({ expecting: false }), expectAtMostMs);
    set({ expecting });
    if (expecting) following?.expectSoon();
  };

  const takeMessages = (incoming: readonly MessageWire[]): void => {
    const fresh = unknownOf(state.messages, incoming);
    const outbox = fresh.reduce(noteEcho, state.outbox);
    if (outbox !== state.outbox) setOutbox(outbox);
    const messages = mergeMessages(state.messages, incoming);
    if (messages !== state.messages) set({ messages });
    if (fresh.some(({ author }) => author.role !== 'customer')) {
      set({ partial: '', status: '' });
      expect(false);
    }
  };

  const onEvent = (event: ChatSocketEvent): void => {
    switch (event.type) {
      case 'ready':
        set({ conversation: event.conversation, status: '', partial: '' });
        break;
      case 'conversation':
        set({ conversation: event.conversation });
        break;
      case 'status':
        if (event.text === '') expect(false);
        set({ status: event.text });
        break;
      case 'partial':
        set({ partial: event.text });
        break;
      case 'message':
        takeMessages([event.message]);
        break;
    }
  };

  const follow = (followed: StoredSession): void => {
    following?.stop();
    following = followSession({
      session: followed,
      api,
      ...(options.openSocket ? { openSocket: options.openSocket } : {}),
      random,
      timeline: () => state.messages,
      isExpecting: () => state.expecting,
      onEvent,
      onMessages(messages, first) {
        takeMessages(messages);
        if (first === undefined) return;
        const { error: _, before: __, ...rest } = state;
        state = { ...rest, ...first };
        set({ phase: 'ready' });
      },
      onConversation: (conversation) => set({ conversation }),
      onConnection: (connection) => set({ connection }),
      onLoadFailed: (failure) => {
        if (state.phase === 'loading') set({ phase: 'failed', error: failure.detail });
      },
      onRefused: () => expire(followed),
    });
  };

  const leave = (): void => {
    following?.stop();
    following = undefined;
    session = undefined;
    creating = undefined;
    clearTimeout(expectTimer);
  };

  /** The session ended by itself. What was not sent goes into the next one. */
  const expire = (expired: StoredSession): void => {
    if (session?.id !== expired.id) return;
    leave();
    forgetSession(storage);
    state = { ...freshState, outbox: state.outbox.map(({ echo: _, ...entry }) => entry), expired: true };
    set({});
    sender?.wake();
  };

  /** The session, made on the first need of one: a visitor who never writes leaves nothing behind. */
  const ensureSession = (): Promise<Result<StoredSession>> => {
    if (session !== undefined) return Promise.resolve({ ok: true, value: session });
    creating ??= api.createSession().then((created) => {
      creating = undefined;
      if (!created.ok) return created;
      session = created.value;
      saveSession(storage, session);
      set({ phase: 'ready' });
      follow(session);
      return created;
    });
    return creating;
  };

  const onSent = (entry: OutboxEntry, posted: PostedMessage): void => {
    // Without its entry first, or the two would be one too many for a moment.
    setOutbox(removeEntry(state.outbox, entry.id));
    set({ conversation: posted.conversation });
    if (posted.conversation.status === 'bot' && !posted.settled) expect(true);
    takeMessages([posted.message, ...posted.replies].filter(isStored));
    // Confirmed, but not as what it will be read as later: the history knows.
    if (entry.action === undefined && !isStored(posted.message)) following?.lookNow();
  };

  const newSender = (): SendOutbox =>
    sendOutbox({
      outbox: () => state.outbox,
      change: setOutbox,
      session: ensureSession,
      post: (current, entry) =>
        api.post(current, {
          id: entry.id,
          text: entry.text,
          attachments: entry.attachments,
          ...(entry.action === undefined ? {} : { action: entry.action.id }),
        }),
      onSent,
      onRefused: (current, failure) => {
        // A foreign file also answers 403 or 404; only a session that is really gone is given up.
        if (failure.status !== 401 && entryHasFiles(state.outbox)) return false;
        expire(current);
        return true;
      },
      now,
      random,
    });

  const enqueue = (entry: Parameters<typeof newEntry>[0]): void => {
    setOutbox([...state.outbox, newEntry(entry)]);
    sender?.wake();
  };

  const client: ChatClient = {
    state: () => state,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    start() {
      client.stop();
      const stored = loadSession(storage, now());
      const expired = stored === 'expired';
      if (expired) forgetSession(storage);
      session = expired ? undefined : stored;
      state = {
        ...freshState,
        outbox: outboxStore.load(),
        phase: session === undefined ? 'fresh' : 'loading',
        votes: session === undefined ? {} : votes.load(session.id),
        expired,
      };
      set({});
      sender = newSender();
      if (session !== undefined) follow(session);
      sender.wake();
    },
    stop() {
      sender?.stop();
      sender = undefined;
      leave();
    },
    send: (text, attachments) => enqueue({ id: newId(), text, attachments, createdAt: now() }),
    press: (action) => enqueue({ id: newId(), text: '', attachments: [], action, createdAt: now() }),
    retry(entryId) {
      const entry = state.outbox.find(({ id }) => id === entryId);
      if (entry !== undefined) setOutbox(replaceEntry(state.outbox, afresh(entry)));
      sender?.wake();
    },
    discard: (entryId) => setOutbox(removeEntry(state.outbox, entryId)),
    async loadEarlier() {
      const { before } = state;
      const current = session;
      if (before === undefined || current === undefined || state.loadingEarlier) return;
      set({ loadingEarlier: true });
      const page = await api.page(current, { before });
      if (session !== current) return;
      set({ loadingEarlier: false });
      if (!page.ok) return;
      takeEarlier(page.value.items, page.value.before);
    },
    async vote(messageId, score) {
      const current = session;
      if (current === undefined) return;
      const had = state.votes;
      set({ votes: { ...had, [messageId]: score } });
      const result = await api.vote(current, messageId, score);
      if (session !== current) return;
      if (result.ok) votes.save(current.id, state.votes);
      else set({ votes: had });
    },
    reconnect() {
      if (state.phase === 'failed') set({ phase: 'loading' });
      setOutbox(state.outbox.map((entry) => (entry.state === 'queued' ? { ...entry, notBefore: 0 } : entry)));
      following?.retryNow();
      sender?.wake();
    },
    startOver() {
      if (session !== undefined) votes.forget(session.id);
      forgetSession(storage);
      outboxStore.clear();
      client.start();
    },
    dismissExpired: () => set({ expired: false }),
    async upload(file, uploadOptions) {
      const current = await ensureSession();
      return current.ok ? api.upload(current.value, file, uploadOptions) : current;
    },
    download: (attachment) =>
      session === undefined ? Promise.resolve({ ok: false, failure: noAnswer() }) : api.download(session, attachment),
  };

  const takeEarlier = (messages: readonly MessageWire[], before: string | undefined): void => {
    const { before: _, ...rest } = state;
    state = { ...rest, ...(before === undefined ? {} : { before }) };
    set({ messages: mergeMessages(state.messages, messages) });
  };

  return client;
};

const entryHasFiles = (outbox: Outbox): boolean =>
  outbox.some((entry) => entry.state === 'sending' && entry.attachments.length > 0);
