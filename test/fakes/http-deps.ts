/** The ports of the HTTP server as plain objects over a few maps, with a bot that answers at once. */

import { randomBytes, randomUUID } from 'node:crypto';
import type { BlobStore, Fanout } from '#core/channel.ts';
import type { Attachment, ConversationId } from '#core/message.ts';
import {
  type Accepted,
  type ChatStore,
  chatTopic,
  type DeskStore,
  type HttpDeps,
  type HttpSettings,
  type Intake,
  sessionTopic,
  type WebSession,
} from '#src/http/ports.ts';
import type { EscalationDetail, MessageWire, StateWire } from '#src/http/wire.ts';
import { recordingLog } from '#test/recording-log.ts';

interface StoredSession {
  readonly id: string;
  readonly token: string;
  expiresAt: Date;
  conversationId?: ConversationId;
  readonly uploads: Set<string>;
}

/** What the bot says to a text; `undefined`: nothing, ever. `after` holds the answer back. */
export type Bot = (text: string) => { readonly markdown: string; readonly after?: Promise<unknown> } | undefined;

export const defaultSettings: HttpSettings = {
  host: '127.0.0.1',
  port: 3000,
  publicUrl: 'http://localhost:3000',
  profile: 'development',
  corsOrigins: [],
  trustProxy: false,
  rateLimits: { perSession: 0, perAddress: 0, newSessionsPerAddress: 0 },
  uploads: {
    maxBytes: 100_000,
    types: ['image/png', 'image/jpeg', 'application/pdf', 'text/plain', 'text/csv', 'text/markdown'],
  },
  secrets: ['a secret for tests, long enough'],
};

export const memoryFanout = (): Fanout & { readonly topics: () => readonly string[] } => {
  const listeners = new Map<string, Set<(event: unknown) => void>>();
  return {
    publish(topic, event) {
      for (const listener of listeners.get(topic) ?? []) listener(JSON.parse(JSON.stringify(event)));
    },
    subscribe(topic, listener) {
      const set = listeners.get(topic) ?? new Set();
      listeners.set(topic, set.add(listener));
      return () => {
        set.delete(listener);
        if (set.size === 0) listeners.delete(topic);
      };
    },
    topics: () => [...listeners.keys()],
  };
};

export const memoryBlobs = (): BlobStore & { readonly all: Map<string, Uint8Array> } => {
  const all = new Map<string, Uint8Array>();
  return { all, put: async (ref, bytes) => void all.set(ref, bytes), get: async (ref) => all.get(ref) };
};

/** Everything that `buildServer` wants, and handles to look behind it. */
export const fakeHttpDeps = (
  overrides: Partial<HttpSettings> = {},
  bot: Bot = (text) => ({ markdown: `You said: ${text}` }),
) => {
  const sessions = new Map<string, StoredSession>();
  const messages = new Map<ConversationId, MessageWire[]>();
  const seen = new Map<string, Accepted>();
  const escalations = new Map<string, EscalationDetail>();
  const refusals = new Map<string, string>();
  const deskActions: Parameters<Intake['desk']>[] = [];
  const feedback: Parameters<Intake['feedback']>[1][] = [];
  const pending = new Map<ConversationId, Promise<unknown>>();
  const states = new Map<ConversationId, StateWire>();
  const fanout = memoryFanout();
  const blobs = memoryBlobs();
  const log = recordingLog();
  let lastMessage = 0;
  let lastConversation = 0;

  const say = (
    conversationId: ConversationId,
    said: Pick<MessageWire, 'markdown'> & Partial<MessageWire>,
  ): MessageWire => {
    lastMessage += 1;
    const message: MessageWire = {
      id: `${lastMessage}`,
      author: { role: 'bot' },
      attachments: [],
      citations: [],
      kind: 'answer',
      actions: [],
      at: new Date().toISOString(),
      visibility: 'customer',
      ...said,
    };
    messages.set(conversationId, [...(messages.get(conversationId) ?? []), message]);
    fanout.publish(chatTopic(conversationId), { type: 'message', message });
    return message;
  };

  const chat: ChatStore = {
    async createSession() {
      const id = randomUUID();
      const token = randomBytes(16).toString('base64url');
      const expiresAt = new Date(Date.now() + 3_600_000);
      sessions.set(id, { id, token, expiresAt, uploads: new Set() });
      return { id, token, expiresAt };
    },
    async authenticate(id, token) {
      const session = sessions.get(id);
      if (session === undefined) return 'unknown';
      if (session.token !== token) return 'forbidden';
      if (session.expiresAt.getTime() <= Date.now()) return 'expired';
      const { conversationId, expiresAt } = session;
      return { id, expiresAt, ...(conversationId === undefined ? {} : { conversationId }) };
    },
    state: async (conversationId) => states.get(conversationId) ?? { status: 'bot' },
    async history(conversationId, { before, after, limit }) {
      const all = messages.get(conversationId) ?? [];
      const inRange = all.filter(
        ({ id }) =>
          (before === undefined || Number(id) < Number(before)) && (after === undefined || Number(id) > Number(after)),
      );
      const items = after === undefined ? inRange.slice(-limit) : inRange.slice(0, limit);
      const first = items[0]?.id;
      return first !== undefined && first !== all[0]?.id ? { items, before: first } : { items };
    },
    async ownsAttachment(session, ref) {
      const uploaded = sessions.get(session.id)?.uploads.has(ref) ?? false;
      const said = session.conversationId === undefined ? [] : (messages.get(session.conversationId) ?? []);
      return uploaded || said.some(({ attachments }) => attachments.some((attachment) => attachment.ref === ref));
    },
    recordUpload: async (session: WebSession, attachment: Attachment) =>
      void sessions.get(session.id)?.uploads.add(attachment.ref),
  };

  const intake: Intake = {
    async chat(session, input) {
      const key = `${session.id}:${input.id}`;
      const earlier = seen.get(key);
      if (earlier !== undefined) return { ...earlier, kind: 'duplicate' };
      const stored = sessions.get(session.id);
      if (stored === undefined) throw new Error('no such session');
      if (stored.conversationId === undefined) {
        lastConversation += 1;
        stored.conversationId = `${lastConversation}` as ConversationId;
        fanout.publish(sessionTopic(session.id), { conversationId: stored.conversationId });
      }
      const { conversationId } = stored;
      const isAction = input.action !== undefined && input.text === '';
      const own = isAction
        ? undefined
        : say(conversationId, {
            markdown: input.text,
            author: { role: 'customer' },
            kind: 'message',
            attachments: [...input.attachments],
          });
      const accepted: Accepted = {
        kind: 'accepted',
        conversationId,
        seq: lastMessage,
        ...(own === undefined ? {} : { messageId: own.id }),
      };
      seen.set(key, accepted);
      const answer = bot(input.action ?? input.text);
      const turn = (async () => {
        if (answer === undefined) return new Promise(() => undefined);
        await answer.after;
        return say(conversationId, { markdown: answer.markdown, confidence: 0.9 });
      })();
      pending.set(conversationId, turn);
      return accepted;
    },
    async feedback(_session, input) {
      feedback.push(input);
      return { kind: 'accepted', conversationId: '1' as ConversationId, seq: 1 };
    },
    async desk(...args) {
      const [escalationId, agent, input] = args;
      const escalation = escalations.get(escalationId);
      if (escalation === undefined) return 'unknown';
      deskActions.push(args);
      if (input.action === 'claim') {
        if (escalation.claimedBy !== undefined && escalation.claimedBy !== agent) {
          refusals.set(input.id, `${escalation.claimedBy} already has this conversation.`);
        } else escalations.set(escalationId, { ...escalation, status: 'claimed', claimedBy: agent });
      }
      if (input.action === 'reassign')
        escalations.set(escalationId, { ...escalation, status: 'claimed', claimedBy: input.to ?? agent });
      return { kind: 'accepted', conversationId: '900' as ConversationId, seq: 1 };
    },
    async settled(conversationId, _seq, timeoutMs) {
      const turn = pending.get(conversationId);
      if (turn === undefined) return true;
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<false>((resolve) => {
        timer = setTimeout(() => resolve(false), timeoutMs);
      });
      try {
        return await Promise.race([turn.then(() => true), late]);
      } finally {
        clearTimeout(timer);
      }
    },
  };

  const desk: DeskStore = {
    async list({ status, limit }) {
      const all = [...escalations.values()];
      const count = (wanted: string): number => all.filter((escalation) => escalation.status === wanted).length;
      return {
        items: all.filter((escalation) => status === 'all' || escalation.status === status).slice(0, limit),
        counts: { open: count('open'), claimed: count('claimed'), resolved: count('resolved') },
      };
    },
    get: async (id) => escalations.get(id) ?? [...escalations.values()].findLast(({ code }) => id === `case-${code}`),
    refusal: async (_escalationId, actionId) => refusals.get(actionId),
    ownsAttachment: async (id, ref) =>
      escalations.get(id)?.messages.some(({ attachments }) => attachments.some((one) => one.ref === ref)) ?? false,
  };

  const escalate = (id: string, fields: Partial<EscalationDetail> = {}): EscalationDetail => {
    const escalation: EscalationDetail = {
      id,
      code: '7F3K',
      status: 'open',
      reason: 'asked-for-human',
      question: 'Where is my order?',
      why: 'The customer asked for a person.',
      channel: 'web',
      customer: { externalId: 'web:1', identity: 'anonymous' },
      priority: 'normal',
      openedAt: new Date().toISOString(),
      tried: [],
      conversation: { status: 'waiting' },
      messages: [],
      ...fields,
    };
    escalations.set(id, escalation);
    return escalation;
  };

  const deps: HttpDeps = {
    settings: { ...defaultSettings, ...overrides },
    chat,
    intake,
    desk,
    blobs,
    fanout,
    log,
    health: async () => ({
      ready: true,
      dependencies: [{ name: 'database', ok: true, required: true, detail: 'postgres at db.internal' }],
    }),
    metrics: async () => ({ contentType: 'text/plain; version=0.0.4', body: 'up 1\n' }),
  };
  return { deps, sessions, messages, states, fanout, blobs, log, say, escalate, escalations, deskActions, feedback };
};
