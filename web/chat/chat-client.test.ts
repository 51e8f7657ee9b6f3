import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createChatClient } from './chat-client.ts';
import { type Fate, fakeServer } from './fake-server.ts';
import { memoryStorage } from './memory-storage.ts';
import { unconfirmed } from './outbox.ts';

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('location', { href: 'http://desk.example/' });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const begin = (server = fakeServer(), storage = memoryStorage()) => {
  const client = createChatClient({ api: server.api, storage, openSocket: server.sockets.open, random: () => 0.5 });
  client.start();
  /** What the page shows, top to bottom. */
  const shown = () => {
    const { messages, outbox } = client.state();
    return [...messages.map(({ markdown }) => markdown), ...unconfirmed(outbox).map(({ text }) => text)];
  };
  return { server, storage, client, shown };
};

/** Lets everything happen that would happen within this time. */
const pass = (ms = 0) => vi.advanceTimersByTimeAsync(ms);

const connect = async (server: ReturnType<typeof fakeServer>) => {
  server.sockets.newest().accept();
  server.say({ type: 'ready', conversation: { status: 'bot' } });
  await pass();
};

describe('a first visit', () => {
  test('leaves nothing behind until something is said', async () => {
    const { server, client } = begin();
    await pass(10_000);
    expect(server.sessions.size).toBe(0);
    expect(client.state().phase).toBe('fresh');
  });

  test('the first message makes the session; the answer streams and then replaces its stream', async () => {
    const { server, client, shown } = begin();
    client.send('How?', []);
    expect(shown()).toEqual(['How?']);
    await pass();
    await connect(server);
    expect(client.state()).toMatchObject({ phase: 'ready', expecting: true, connection: 'live' });
    server.say({ type: 'status', text: 'Looking…' });
    server.say({ type: 'partial', text: 'Like' });
    server.say({ type: 'partial', text: 'Like this' });
    expect(client.state()).toMatchObject({ status: 'Looking…', partial: 'Like this' });
    server.say({ type: 'message', message: server.addMessage({ author: { role: 'bot' }, markdown: 'Like this.' }) });
    expect(client.state()).toMatchObject({ status: '', partial: '', expecting: false });
    expect(shown()).toEqual(['How?', 'Like this.']);
  });
});

describe('nothing lost, nothing doubled', () => {
  test('our own message comes by socket before the confirmation', async () => {
    const { server, client, shown } = begin();
    client.send('one', []);
    await pass();
    await connect(server);
    server.willMeet(['answer lost']);
    client.send('two', []);
    await pass();
    const stored = server.sessions.get('s1')?.messages.at(-1);
    if (stored === undefined) throw new Error('The fake server stored nothing.');
    server.say({ type: 'message', message: stored });
    expect(shown()).toEqual(['one', 'two']);
    await pass(5_000);
    expect(shown()).toEqual(['one', 'two']);
    expect(client.state().outbox).toEqual([]);
    expect(server.texts()).toEqual(['one', 'two']);
  });

  test('what was said while the connection was away is read afterwards', async () => {
    const { server, client, shown } = begin();
    client.send('one', []);
    await pass();
    await connect(server);
    server.sockets.newest().drop(1001);
    for (let n = 0; n < 120; n += 1) server.addMessage({ author: { role: 'bot' }, markdown: `missed ${n}` });
    await pass(600);
    await connect(server);
    expect(shown()).toEqual(server.texts());
    expect(shown()).toHaveLength(121);
  });

  test('a confirmation does not hide what came just before it', async () => {
    const { server, client, shown } = begin();
    client.send('one', []);
    await pass();
    await connect(server);
    // The socket says nothing of this one; the next confirmation has a later id.
    server.sockets.newest().drop();
    server.addMessage({ author: { role: 'human' }, markdown: 'between' });
    client.send('two', []);
    await pass(600);
    await connect(server);
    expect(shown()).toEqual(['one', 'between', 'two']);
  });

  test('an event that got lost is found by the next look, though the connection seems well', async () => {
    const { server, client, shown } = begin();
    client.send('one', []);
    await pass();
    await connect(server);
    server.addMessage({ author: { role: 'bot' }, markdown: 'unheard' });
    await pass(10_000);
    expect(shown()).toEqual(['one', 'unheard']);
  });

  test('without any socket the history is read instead', async () => {
    const { server, client, shown } = begin();
    client.send('one', []);
    await pass();
    for (let n = 0; n < 5; n += 1) {
      server.sockets.newest().drop();
      await pass(4_500);
    }
    expect(client.state().connection).toBe('polling');
    server.addMessage({ author: { role: 'bot' }, markdown: 'polled' });
    server.setState({ status: 'human', owner: 'Mira' });
    await pass(5_000);
    expect(shown()).toEqual(['one', 'polled']);
    expect(client.state().conversation).toEqual({ status: 'human', owner: 'Mira' });
  });

  test('whatever the network does: each message stored once, in order, and nothing left over', async () => {
    const fate = fc.constantFrom<Fate>(
      'arrives',
      'answer lost',
      'never arrives',
      { status: 503, detail: 'Busy.' },
      { status: 429, detail: 'Slow down.', retryAfterMs: 2_000 },
    );
    const step = fc.oneof(
      fc.constant('send' as const),
      fc.constant('drop' as const),
      fc.constant('connect' as const),
      fc.constant('reload' as const),
      fc.constant('wait' as const),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), fc.array(fate, { maxLength: 12 }), async (steps, fates) => {
        const server = fakeServer();
        const storage = memoryStorage();
        let page = begin(server, storage);
        server.willMeet(fates);
        const sent: string[] = [];
        for (const what of steps) {
          if (what === 'send') {
            // Two messages of one moment would have no order after a reload.
            vi.setSystemTime(Date.now() + 1);
            sent.push(`message ${sent.length}`);
            page.client.send(`message ${sent.length - 1}`, []);
          } else if (what === 'drop') server.sockets.newest().drop();
          else if (what === 'connect') await connect(server);
          else if (what === 'reload') {
            page.client.stop();
            page = begin(server, storage);
          }
          await pass(what === 'wait' ? 3_000 : 5);
          expect(new Set(page.shown()).size, 'nothing is shown twice').toBe(page.shown().length);
        }
        await pass(300_000);
        expect(server.texts()).toEqual(sent);
        expect(page.shown()).toEqual(sent);
        expect(page.client.state().outbox).toEqual([]);
        page.client.stop();
      }),
      { numRuns: 150 },
    );
  });
});

describe('a message that is turned down', () => {
  test('is shown with the reason, and can be tried again or deleted', async () => {
    const { server, client } = begin();
    server.willMeet([{ status: 422, detail: 'Not like this.' }]);
    client.send('odd', []);
    client.send('fine', []);
    await pass();
    expect(server.texts()).toEqual(['fine']);
    const failed = client.state().outbox[0];
    expect(client.state().outbox).toMatchObject([{ text: 'odd', state: 'failed', error: 'Not like this.' }]);
    server.willMeet([{ status: 422, detail: 'Still not.' }]);
    client.retry(failed?.id ?? '');
    await pass();
    expect(client.state().outbox).toMatchObject([{ text: 'odd', state: 'failed', error: 'Still not.' }]);
    client.discard(failed?.id ?? '');
    expect(client.state().outbox).toEqual([]);
    expect(server.texts()).toEqual(['fine']);
  });
});

describe('a session that ended', () => {
  test('is replaced, the person is told, and what was unsent goes into the new one', async () => {
    const { server, client, shown } = begin();
    client.send('one', []);
    await pass();
    await connect(server);
    server.forgetSessions();
    client.send('two', []);
    await pass(1_000);
    expect(client.state()).toMatchObject({ expired: true, phase: 'ready' });
    expect(server.texts()).toEqual(['two']);
    expect(shown()).toEqual(['two']);
    client.dismissExpired();
    expect(client.state().expired).toBe(false);
  });

  test('refused by the socket', async () => {
    const { server, client } = begin();
    client.send('one', []);
    await pass();
    await connect(server);
    server.sockets.newest().drop(4401);
    expect(client.state()).toMatchObject({ expired: true, phase: 'fresh', messages: [] });
  });

  test('over before the page was opened', async () => {
    const server = fakeServer();
    server.expireAt('2000-01-01T00:00:00.000Z');
    const first = begin(server);
    first.client.send('one', []);
    await pass();
    first.client.stop();
    expect(begin(server, first.storage).client.state()).toMatchObject({ expired: true, phase: 'fresh' });
  });

  test('a server that refuses every session is not asked for ever more of them', async () => {
    const { server, client } = begin();
    server.willMeet(Array.from({ length: 20 }, () => ({ status: 401, detail: 'No.' })));
    client.send('one', []);
    await pass(60_000);
    expect(server.sessions.size).toBeLessThanOrEqual(3);
    expect(client.state().outbox).toMatchObject([{ state: 'failed', error: 'No.' }]);
  });
});

describe('coming back', () => {
  test('shows the latest page and reads earlier ones on request', async () => {
    const server = fakeServer();
    const first = begin(server);
    first.client.send('one', []);
    await pass();
    for (let n = 0; n < 80; n += 1) server.addMessage({ author: { role: 'bot' }, markdown: `n${n}` });
    first.client.stop();
    const { client, shown } = begin(server, first.storage);
    expect(client.state().phase).toBe('loading');
    await pass();
    expect(shown()).toHaveLength(50);
    await client.loadEarlier();
    expect(shown()).toEqual(server.texts());
    expect(client.state().before).toBeUndefined();
  });

  test('a history that cannot be read says so and can be tried again', async () => {
    const server = fakeServer();
    const first = begin(server);
    first.client.send('one', []);
    await pass();
    first.client.stop();
    const { page } = server.api;
    server.api.page = async () => ({ ok: false, failure: { status: 500, detail: 'Broken.' } });
    const { client, shown } = begin(server, first.storage);
    await pass();
    expect(client.state()).toMatchObject({ phase: 'failed', error: 'Broken.' });
    server.api.page = page;
    client.reconnect();
    await pass();
    expect(client.state().phase).toBe('ready');
    expect(shown()).toEqual(['one']);
  });

  test('starting over forgets the conversation in this browser', async () => {
    const { server, storage, client, shown } = begin();
    client.send('one', []);
    await pass();
    client.startOver();
    expect(shown()).toEqual([]);
    expect(storage.keys()).toEqual([]);
    client.send('again', []);
    await pass();
    expect(server.sessions.size).toBe(2);
  });
});

test('a pressed button shows its label until confirmed and leaves no message behind', async () => {
  const { server, client, shown } = begin();
  client.press({ id: 'human', label: 'Talk to a person' });
  expect(client.state().outbox[0]?.action?.label).toBe('Talk to a person');
  await pass();
  await connect(server);
  server.say({ type: 'message', message: server.addMessage({ author: { role: 'bot' }, markdown: 'Passed on.' }) });
  expect(shown()).toEqual(['Passed on.']);
  expect(client.state().messages.at(-1)?.id).toMatch(/^\d+$/);
});

test('a vote is kept, and taken back when it could not be stored', async () => {
  const { server, storage, client } = begin();
  client.send('one', []);
  await pass();
  await client.vote('7', 1);
  expect(begin(server, storage).client.state().votes).toEqual({ 7: 1 });
  server.api.vote = async () => ({ ok: false, failure: { status: 500, detail: 'Broken.' } });
  await client.vote('7', -1);
  expect(client.state().votes).toEqual({ 7: 1 });
});

test('an answer that never comes is not announced for ever', async () => {
  const { client } = begin();
  client.send('thanks', []);
  await pass();
  expect(client.state().expecting).toBe(true);
  await pass(60_000);
  expect(client.state().expecting).toBe(false);
});
