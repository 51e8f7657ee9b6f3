import { once } from 'node:events';
import type { FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import type { ConversationId } from '#core/message.ts';
import { type Bot, fakeHttpDeps } from '#test/fakes/http-deps.ts';
import { chatTopic, type HttpSettings, sessionTopic } from './ports.ts';
import { buildServer, type HttpTiming } from './server.ts';
import { type ChatSocketEvent, chatSocketEvent } from './wire.ts';

interface Session {
  readonly id: string;
  readonly token: string;
}

let app: FastifyInstance;
let fake: ReturnType<typeof fakeHttpDeps>;
let base: string;
const clients: WebSocket[] = [];

const open = async (settings: Partial<HttpSettings> = {}, timing?: HttpTiming, bot?: Bot): Promise<void> => {
  fake = fakeHttpDeps(settings, bot);
  app = await buildServer(fake.deps, timing);
  base = (await app.listen({ port: 0, host: '127.0.0.1' })).replace('http', 'ws');
};

beforeEach(() => open());
afterEach(async () => {
  for (const client of clients.splice(0)) client.terminate();
  await app.close();
});

const newSession = async (): Promise<Session> => (await app.inject({ method: 'POST', url: '/api/sessions' })).json();

const post = async (session: Session, text: string, query = '') =>
  (
    await app.inject({
      method: 'POST',
      url: `/api/chat/sessions/${session.id}/messages${query}`,
      headers: { authorization: `Bearer ${session.token}` },
      payload: { text },
    })
  ).json();

const connect = (path: string, headers: Record<string, string> = {}) => {
  const socket = new WebSocket(`${base}${path}`, { headers });
  clients.push(socket);
  const events: ChatSocketEvent[] = [];
  socket.on('message', (data) => events.push(chatSocketEvent.parse(JSON.parse(data.toString()))));
  socket.on('error', () => undefined);
  const closed = new Promise<number>((resolve) => socket.once('close', resolve));
  /** The status of a handshake that was refused. */
  const refused = new Promise<number | undefined>((resolve) =>
    socket.once('unexpected-response', (request, response) => {
      request.destroy();
      resolve(response.statusCode);
    }),
  );
  const hear = (wanted: Partial<ChatSocketEvent>) =>
    vi.waitFor(() => expect(events).toContainEqual(expect.objectContaining(wanted)), { timeout: 5_000 });
  return { socket, events, closed, refused, hear };
};

const join = (session: Session, headers?: Record<string, string>) =>
  connect(`/ws?session_id=${session.id}&token=${session.token}`, headers);

const conversationOf = (session: Session): ConversationId => {
  const id = fake.sessions.get(session.id)?.conversationId;
  if (id === undefined) throw new Error('the session has no conversation yet');
  return id;
};

describe('opening', () => {
  it('greets with the state, even before the first message', async () => {
    const { hear } = join(await newSession());
    await hear({ type: 'ready', conversation: { status: 'bot' } });
  });

  it('tells who has a conversation that goes on', async () => {
    const session = await newSession();
    await post(session, 'Hello');
    fake.states.set(conversationOf(session), { status: 'human', owner: 'Mira' });
    await join(session).hear({ type: 'ready', conversation: { status: 'human', owner: 'Mira' } });
  });

  it('closes with a code that tells a page what to do', async () => {
    const [mine, theirs, old] = [await newSession(), await newSession(), await newSession()];
    const stored = fake.sessions.get(old.id);
    if (stored !== undefined) stored.expiresAt = new Date(0);
    const code = (query: string) => connect(`/ws${query}`).closed;
    expect(await code('')).toBe(4404);
    expect(await code('?session_id=undefined&token=undefined')).toBe(4404);
    expect(await code(`?session_id=${mine.id}`)).toBe(4401);
    expect(await code(`?session_id=${mine.id}&token=${theirs.token}`)).toBe(4403);
    expect(await code(`?session_id=${old.id}&token=${old.token}`)).toBe(4401);
    expect(await code(`?session_id=nobody&token=${mine.token}`)).toBe(4404);
    expect(fake.fanout.topics()).toEqual([]);
  });

  it('is for our pages and those on the list', async () => {
    await app.close();
    await open({ corsOrigins: ['https://shop.example'], publicUrl: 'https://desk.example' });
    const session = await newSession();
    const own = base.replace('ws', 'http');
    for (const origin of ['https://shop.example', 'https://desk.example', own]) {
      await join(session, { origin }).hear({ type: 'ready' });
    }
    for (const origin of ['https://evil.example', 'null', 'https://desk.example.evil.example']) {
      expect(await join(session, { origin }).refused).toBe(403);
    }
  });

  it('is limited by address', async () => {
    await app.close();
    await open({ rateLimits: { perSession: 0, perAddress: 3, newSessionsPerAddress: 0 } });
    const session = await newSession();
    await join(session).hear({ type: 'ready' });
    await join(session).hear({ type: 'ready' });
    expect(await join(session).refused).toBe(429);
  });

  it('explains itself to a plain request', async () => {
    const response = await app.inject({ url: '/ws?session_id=x&token=y' });
    expect(response.statusCode).toBe(400);
    expect(response.json().detail).toContain('WebSocket');
  });

  it('is refused with a problem when the store is away', async () => {
    const session = await newSession();
    fake.deps.chat.authenticate = async () => {
      throw new Error('connection lost');
    };
    expect(await join(session).refused).toBe(500);
  });
});

describe('following', () => {
  it('passes on status, partial text, messages and changes of hands', async () => {
    const session = await newSession();
    await post(session, 'Hello');
    const { events, hear } = join(session);
    await hear({ type: 'ready' });
    const topic = chatTopic(conversationOf(session));
    fake.fanout.publish(topic, { type: 'status', text: 'Looking through Billing articles…' });
    fake.fanout.publish(topic, { type: 'partial', text: 'You can' });
    fake.say(conversationOf(session), { markdown: 'You can pay by card.' });
    fake.fanout.publish(topic, { type: 'conversation', conversation: { status: 'waiting' } });
    await hear({ type: 'conversation', conversation: { status: 'waiting' } });
    expect(events.map(({ type }) => type)).toEqual(['ready', 'status', 'partial', 'message', 'conversation']);
  });

  it('joins the conversation that the first message makes, and misses nothing of it', async () => {
    const session = await newSession();
    const { events, hear } = join(session);
    await hear({ type: 'ready' });
    await post(session, 'Hello');
    await hear({ type: 'message', message: expect.objectContaining({ markdown: 'You said: Hello' }) });
    await post(session, 'again');
    await hear({ type: 'message', message: expect.objectContaining({ markdown: 'You said: again' }) });
    const texts = events.flatMap((event) => (event.type === 'message' ? [event.message.markdown] : []));
    expect(texts).toEqual(['Hello', 'You said: Hello', 'again', 'You said: again']);
    expect(fake.fanout.topics()).toContain(chatTopic(conversationOf(session)));
  });

  it('finds by itself a conversation that began in another process', async () => {
    await app.close();
    await open({}, { beatMs: 30 });
    const session = await newSession();
    const { hear } = join(session);
    await hear({ type: 'ready' });
    const stored = fake.sessions.get(session.id);
    if (stored !== undefined) stored.conversationId = '77' as ConversationId;
    fake.say('77' as ConversationId, { markdown: 'from elsewhere' });
    await hear({ type: 'message', message: expect.objectContaining({ markdown: 'from elsewhere' }) });
  });

  it('never shows notes of the support team, other conversations or nonsense', async () => {
    const [session, other] = [await newSession(), await newSession()];
    await post(session, 'Hello');
    await post(other, 'Hello');
    const { events, hear } = join(session);
    await hear({ type: 'ready' });
    const mine = conversationOf(session);
    fake.say(mine, { markdown: 'do not tell them', visibility: 'internal' });
    fake.say(conversationOf(other), { markdown: 'for somebody else' });
    for (const odd of [null, 5, { type: 'drop table' }, { type: 'message' }]) fake.fanout.publish(chatTopic(mine), odd);
    fake.say(mine, { markdown: 'the end', delivery: { state: 'failed', error: 'smtp 550' } });
    await hear({ type: 'message', message: expect.objectContaining({ markdown: 'the end' }) });
    const messages = events.flatMap((event) => (event.type === 'message' ? [event.message] : []));
    expect(messages.map(({ markdown }) => markdown)).toEqual(['the end']);
    expect(messages[0]).not.toHaveProperty('delivery');
  });

  it('holds live events back until the state is read, then sends each once', async () => {
    const session = await newSession();
    const read = Promise.withResolvers<void>();
    const { history } = fake.deps.chat;
    const { events, hear } = join(session);
    await hear({ type: 'ready' });
    fake.deps.chat.history = async (...args) => {
      await read.promise;
      return history(...args);
    };
    const stored = fake.sessions.get(session.id);
    if (stored !== undefined) stored.conversationId = '5' as ConversationId;
    fake.fanout.publish(sessionTopic(session.id), { conversationId: '5' });
    fake.say('5' as ConversationId, { markdown: 'early' });
    fake.fanout.publish(chatTopic('5' as ConversationId), { type: 'status', text: 'Thinking…' });
    read.resolve();
    await hear({ type: 'status' });
    expect(events.map(({ type }) => type)).toEqual(['ready', 'conversation', 'message', 'status']);
  });

  it('stops listening when the page goes', async () => {
    const session = await newSession();
    await post(session, 'Hello');
    const { socket, hear } = join(session);
    await hear({ type: 'ready' });
    socket.close();
    await vi.waitFor(() => expect(fake.fanout.topics()).toEqual([]));
  });

  it('says goodbye when the conversation cannot be read', async () => {
    const session = await newSession();
    await post(session, 'Hello');
    fake.deps.chat.state = async () => {
      throw new Error('connection lost');
    };
    expect(await join(session).closed).toBe(1011);
    expect(fake.fanout.topics()).toEqual([]);
  });
});

describe('manners', () => {
  it('tells everybody when the server goes away', async () => {
    const client = join(await newSession());
    await client.hear({ type: 'ready' });
    const closing = app.close();
    expect(await client.closed).toBe(1001);
    await closing;
  });

  it('does not wait for a peer that is gone', async () => {
    const client = join(await newSession());
    await client.hear({ type: 'ready' });
    client.socket.pause();
    await app.close();
  });

  it('ends a socket without a sign of life', async () => {
    await app.close();
    await open({}, { beatMs: 40 });
    const session = await newSession();
    const silent = new WebSocket(`${base}/ws?session_id=${session.id}&token=${session.token}`, { autoPong: false });
    clients.push(silent);
    const alive = join(session);
    const [code] = await once(silent, 'close');
    expect(code).toBe(4408);
    expect(alive.socket.readyState).toBe(WebSocket.OPEN);
  });

  it('ends when the session expires', async () => {
    await app.close();
    await open({}, { beatMs: 30 });
    const session = await newSession();
    const stored = fake.sessions.get(session.id);
    if (stored !== undefined) stored.expiresAt = new Date(Date.now() + 300);
    const client = join(session);
    await client.hear({ type: 'ready' });
    expect(await client.closed).toBe(4401);
  });

  it('refuses long and many messages of a client', async () => {
    const [one, two] = [join(await newSession()), join(await newSession())];
    await Promise.all([one.hear({ type: 'ready' }), two.hear({ type: 'ready' })]);
    one.socket.send('x'.repeat(5_000));
    expect(await one.closed).toBe(1009);
    for (let n = 0; n < 100; n += 1) two.socket.send('hi');
    expect(await two.closed).toBe(4429);
  });

  it('lets a new page of a session take the place of the oldest', async () => {
    const session = await newSession();
    const first = join(session);
    await first.hear({ type: 'ready' });
    const rest = Array.from({ length: 8 }, () => join(session));
    await Promise.all(rest.map(({ hear }) => hear({ type: 'ready' })));
    expect(await first.closed).toBe(4429);
    expect(rest.map(({ socket }) => socket.readyState)).toEqual(Array.from({ length: 8 }, () => WebSocket.OPEN));
  });

  it('drops partial text for a slow reader, never a message', async () => {
    const session = await newSession();
    await post(session, 'Hello');
    const { socket, events, hear } = join(session);
    await hear({ type: 'ready' });
    socket.pause();
    const conversationId = conversationOf(session);
    const text = 'x'.repeat(50_000);
    for (let n = 0; n < 400; n += 1) fake.fanout.publish(chatTopic(conversationId), { type: 'partial', text });
    for (let n = 0; n < 20; n += 1) fake.say(conversationId, { markdown: `message ${n}` });
    socket.resume();
    await hear({ type: 'message', message: expect.objectContaining({ markdown: 'message 19' }) });
    expect(events.filter(({ type }) => type === 'message')).toHaveLength(20);
    expect(events.filter(({ type }) => type === 'partial').length).toBeLessThan(400);
  });
});
