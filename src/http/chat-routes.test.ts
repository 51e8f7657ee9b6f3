import type { FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AppError } from '#core/errors.ts';
import { type Bot, fakeHttpDeps } from '#test/fakes/http-deps.ts';
import type { HttpSettings } from './ports.ts';
import { buildServer } from './server.ts';
import { postedMessage, problem } from './wire.ts';

let app: FastifyInstance;
let fake: ReturnType<typeof fakeHttpDeps>;

const open = async (settings: Partial<HttpSettings> = {}, bot?: Bot): Promise<void> => {
  fake = fakeHttpDeps(settings, bot);
  app = await buildServer(fake.deps);
};

const newSession = async (): Promise<{ id: string; token: string; expiresAt: string }> =>
  (await app.inject({ method: 'POST', url: '/api/sessions' })).json();

interface Session {
  readonly id: string;
  readonly token: string;
}

const headers = ({ token }: Session) => ({ authorization: `Bearer ${token}` });
const messagesOf = ({ id }: Session, query = ''): string => `/api/chat/sessions/${id}/messages${query}`;

const post = (session: Session, payload: object | string, query = '') =>
  app.inject({
    method: 'POST',
    url: messagesOf(session, query),
    headers: { ...headers(session), 'content-type': 'application/json' },
    payload,
  });

beforeEach(() => open());
afterEach(() => app.close());

describe('a session', () => {
  it('is created with a token and an expiry', async () => {
    const response = await app.inject({ method: 'POST', url: '/api/sessions' });
    expect(response.statusCode).toBe(201);
    const body = response.json();
    expect(Object.keys(body)).toEqual(['id', 'token', 'expiresAt']);
    expect(Date.parse(body.expiresAt)).toBeGreaterThan(Date.now());
    expect(response.headers['cache-control']).toBe('no-store');
  });

  it.each(['application/json', 'application/x-www-form-urlencoded'])(
    'may be asked for with an empty %s',
    async (type) => {
      const response = await app.inject({
        method: 'POST',
        url: '/api/sessions',
        headers: { 'content-type': type, 'content-length': '0' },
        payload: '',
      });
      expect(response.statusCode).toBe(201);
    },
  );

  it('may be asked for with an empty object', async () => {
    expect((await app.inject({ method: 'POST', url: '/api/sessions', payload: {} })).statusCode).toBe(201);
  });

  it('shows who has the conversation', async () => {
    const session = await newSession();
    const look = () => app.inject({ url: `/api/sessions/${session.id}`, headers: headers(session) });
    expect((await look()).json()).toEqual({
      id: session.id,
      expiresAt: session.expiresAt,
      conversation: { status: 'bot' },
    });
    await post(session, { text: 'Hello' });
    const conversationId = fake.sessions.get(session.id)?.conversationId;
    if (conversationId !== undefined) fake.states.set(conversationId, { status: 'human', owner: 'Mira' });
    expect((await look()).json().conversation).toEqual({ status: 'human', owner: 'Mira' });
  });

  it('asks for its token, with a challenge', async () => {
    const { id } = await newSession();
    for (const authorization of [undefined, 'Bearer', 'Basic dXNlcjpwYXNz', 'Bearer a b']) {
      const response = await app.inject({
        url: `/api/sessions/${id}`,
        headers: authorization === undefined ? {} : { authorization },
      });
      expect(response.statusCode).toBe(401);
      expect(response.headers['www-authenticate']).toMatch(/^Bearer realm=/);
    }
  });

  it("refuses another session's token", async () => {
    const [mine, theirs] = [await newSession(), await newSession()];
    const response = await app.inject({ url: `/api/sessions/${mine.id}`, headers: headers(theirs) });
    expect(response.statusCode).toBe(403);
  });

  it.each(['undefined', 'null', 'no-such-session', '%00', 'a'.repeat(90), "1'--", '..%2F..%2Fetc'])(
    'says how to get one instead of %s',
    async (id) => {
      for (const url of [`/api/sessions/${id}`, `/api/chat/sessions/${id}/messages`]) {
        const response = await app.inject({ url, headers: { authorization: 'Bearer some-token' } });
        expect(response.statusCode).toBe(404);
        expect(response.json().detail).toContain('Create a session with POST /api/sessions first');
      }
    },
  );

  it('says 404 to `undefined` even without a token', async () => {
    const response = await app.inject({
      method: 'POST',
      url: messagesOf({ id: 'undefined', token: '' }),
      payload: { text: 'x' },
    });
    expect(response.statusCode).toBe(404);
  });

  it('expires', async () => {
    const session = await newSession();
    const stored = fake.sessions.get(session.id);
    if (stored !== undefined) stored.expiresAt = new Date(0);
    const response = await post(session, { text: 'Hello' });
    expect(response.statusCode).toBe(401);
    expect(response.headers['www-authenticate']).toContain('invalid_token');
    expect(response.json().detail).toContain('expired');
  });
});

describe('posting a message', () => {
  it('answers with the message and its replies', async () => {
    const response = await post(await newSession(), { text: 'Hello' });
    expect(response.statusCode).toBe(201);
    const body = postedMessage.parse(response.json());
    expect(body.message).toMatchObject({ markdown: 'Hello', author: { role: 'customer' }, kind: 'message' });
    expect(body.replies).toMatchObject([{ markdown: 'You said: Hello', author: { role: 'bot' }, confidence: 0.9 }]);
    expect(body).toMatchObject({ settled: true, conversation: { status: 'bot' } });
  });

  it('answers only with what came after it', async () => {
    const session = await newSession();
    await post(session, { text: 'first' });
    const { replies } = (await post(session, { text: 'second' })).json();
    expect(replies.map(({ markdown }: { markdown: string }) => markdown)).toEqual(['You said: second']);
  });

  it('is harmless to repeat with the same id', async () => {
    const session = await newSession();
    const first = (await post(session, { id: 'k1', text: 'Hello' })).json();
    const second = await post(session, { id: 'k1', text: 'Hello' });
    expect(second.statusCode).toBe(201);
    expect(second.json()).toEqual(first);
    expect((await app.inject({ url: messagesOf(session), headers: headers(session) })).json().items).toHaveLength(2);
  });

  it('keeps the ids of two sessions apart', async () => {
    const texts = await Promise.all(
      ['one', 'two'].map(
        async (text) => (await post(await newSession(), { id: 'same', text })).json().message.markdown,
      ),
    );
    expect(texts).toEqual(['one', 'two']);
  });

  it('answers at once with wait=0', async () => {
    await app.close();
    await open({}, () => undefined);
    const response = await post(await newSession(), { text: 'Hello' }, '?wait=0');
    expect(response.statusCode).toBe(201);
    expect(response.json()).toMatchObject({ settled: false, replies: [], message: { markdown: 'Hello' } });
  });

  it('says so when the time runs out first', async () => {
    await app.close();
    await open({}, () => undefined);
    const response = await post(await newSession(), { text: 'Hello' }, '?wait=1');
    expect(response.json()).toMatchObject({ settled: false, replies: [] });
  });

  it.each(['wait=61', 'wait=-1', 'wait=soon', 'wait=1.5'])('refuses %s', async (query) => {
    const response = await post(await newSession(), { text: 'Hello' }, `?${query}`);
    expect(response.statusCode).toBe(400);
    expect(response.json().errors[0].path).toBe('wait');
  });

  it('answers what waits when the server closes', async () => {
    await app.close();
    await open({}, () => undefined);
    const waiting = post(await newSession(), { text: 'Hello' }, '?wait=60');
    await vi.waitFor(() => expect(fake.messages.size).toBe(1));
    await app.close();
    expect((await waiting).json()).toMatchObject({ settled: false });
  });

  it('passes a pressed button on and answers with what follows', async () => {
    const session = await newSession();
    await post(session, { text: 'Hello' });
    const body = postedMessage.parse((await post(session, { action: 'human' })).json());
    expect(body.replies.map(({ markdown }) => markdown)).toEqual(['You said: human']);
    expect(body.message).toMatchObject({ author: { role: 'customer' }, markdown: '' });
  });

  it('takes a button as the first thing a customer does', async () => {
    const body = postedMessage.parse((await post(await newSession(), { action: 'human' })).json());
    expect(body.replies).toHaveLength(1);
  });

  it('hands over an overload with a time to come back', async () => {
    fake.deps.intake.chat = async () => {
      throw new AppError('overloaded', 'We are busy at the moment. Try again in a few seconds.');
    };
    const response = await post(await newSession(), { text: 'Hello' });
    expect(response.statusCode).toBe(503);
    expect(Number(response.headers['retry-after'])).toBeGreaterThan(0);
    expect(problem.parse(response.json()).detail).toContain('busy');
  });

  it('tells nothing of our insides when something breaks', async () => {
    fake.deps.intake.chat = async () => {
      throw new Error('connect ECONNREFUSED 10.0.0.5:5432 password=hunter2');
    };
    const response = await post(await newSession(), { text: 'Hello' });
    expect(response.statusCode).toBe(500);
    expect(response.body).not.toMatch(/ECONNREFUSED|hunter2|\.ts|at /);
    const { requestId } = problem.parse(response.json());
    expect(response.headers['x-request-id']).toBe(requestId);
    expect(fake.log.lines.filter(({ level }) => level === 'error')).toMatchObject([{ fields: { requestId } }]);
  });
});

describe('hostile messages', () => {
  const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
  it.each([
    ['garbage', '{"text": ', 400],
    ['nothing', '', 400],
    ['a string', '"hello"', 400],
    ['null', 'null', 400],
    ['an array', '[]', 400],
    ['wrong types', '{"text": {"$gt": ""}}', 400],
    ['no content', '{"text": "   "}', 400],
    ['deep nesting', deep, 400],
    ['deep nesting in a field', `{"text":"x","attachments":${deep}}`, 400],
    ['a prototype', '{"text":"x","__proto__":{"admin":true}}', 400],
    ['a constructor', '{"text":"x","constructor":{"prototype":{"admin":true}}}', 400],
    ['a long text', JSON.stringify({ text: 'x'.repeat(8_001) }), 400],
    ['a long id', JSON.stringify({ id: 'x'.repeat(101), text: 'x' }), 400],
    [
      'a forged ref',
      JSON.stringify({ text: 'x', attachments: [{ name: 'a', mime: 'b', bytes: 1, ref: '../../etc/passwd' }] }),
      400,
    ],
    ['too much', JSON.stringify({ text: 'x'.repeat(300_000) }), 413],
  ])('%s is answered with a problem', async (_name, payload, status) => {
    const response = await post(await newSession(), payload);
    expect(response.statusCode).toBe(status);
    expect(response.headers['content-type']).toContain('application/problem+json');
    expect(problem.parse(response.json()).detail).not.toBe('');
    expect({}).not.toHaveProperty('admin');
  });

  it.each(['text/plain', 'application/xml', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])(
    'a body of %s is answered with 415',
    async (type) => {
      const session = await newSession();
      const response = await app.inject({
        method: 'POST',
        url: messagesOf(session),
        headers: { ...headers(session), 'content-type': type },
        payload: 'text=Hello',
      });
      expect(response.statusCode).toBe(415);
    },
  );

  it('names the field that is wrong', async () => {
    const response = await post(await newSession(), { text: 5, id: '' });
    expect(
      response
        .json()
        .errors.map(({ path }: { path: string }) => path)
        .toSorted(),
    ).toEqual(['id', 'text']);
  });
});

describe('the history', () => {
  const page = async (session: Session, query: string) =>
    app.inject({ url: messagesOf(session, query), headers: headers(session) });

  it('is empty before the first message', async () => {
    expect((await page(await newSession(), '')).json()).toEqual({ items: [] });
  });

  it('comes in pages, backwards and forwards', async () => {
    const session = await newSession();
    for (const text of ['a', 'b', 'c']) await post(session, { text });
    const newest = (await page(session, '?limit=4')).json();
    expect(newest.items).toHaveLength(4);
    const older = (await page(session, `?limit=4&before=${newest.before}`)).json();
    expect(older.items.map(({ markdown }: { markdown: string }) => markdown)).toEqual(['a', 'You said: a']);
    expect(older).not.toHaveProperty('before');
    const missed = (await page(session, `?after=${older.items[1].id}`)).json();
    expect(missed.items).toEqual(newest.items);
  });

  it.each([
    'limit=0',
    'limit=101',
    'limit=x',
    'before=abc',
    'after=-1',
    'before=99999999999999999999',
    'before=1&after=1',
    'before=1%27--',
  ])('refuses ?%s', async (query) => {
    expect((await page(await newSession(), `?${query}`)).statusCode).toBe(400);
  });

  it('belongs to its session', async () => {
    const [mine, theirs] = [await newSession(), await newSession()];
    await post(mine, { text: 'my secret' });
    const response = await app.inject({ url: messagesOf(mine), headers: headers(theirs) });
    expect(response.statusCode).toBe(403);
    expect(response.body).not.toContain('my secret');
  });
});

describe('feedback', () => {
  const vote = (session: Session, payload: object) =>
    app.inject({
      method: 'POST',
      url: `/api/chat/sessions/${session.id}/feedback`,
      headers: headers(session),
      payload,
    });

  it('is passed on', async () => {
    expect((await vote(await newSession(), { messageId: '5', score: -1 })).statusCode).toBe(204);
    expect(fake.feedback).toEqual([{ messageId: '5', score: -1 }]);
  });

  it('is a thumb up or down', async () => {
    expect((await vote(await newSession(), { messageId: '5', score: 3 })).statusCode).toBe(400);
  });
});

describe('limits', () => {
  it('counts what a session sends, after its token was checked', async () => {
    await app.close();
    await open({ rateLimits: { perSession: 2, perAddress: 0, newSessionsPerAddress: 0 } });
    const session = await newSession();
    for (const token of ['wrong', 'wrong', 'wrong']) await post({ ...session, token }, { text: 'x' });
    expect([(await post(session, { text: '1' })).statusCode, (await post(session, { text: '2' })).statusCode]).toEqual([
      201, 201,
    ]);
    const third = await post(session, { text: '3' });
    expect(third.statusCode).toBe(429);
    expect(Number(third.headers['retry-after'])).toBeGreaterThan(0);
    expect(problem.parse(third.json()).code).toBe('rate-limited');
    expect((await post(await newSession(), { text: 'another session' })).statusCode).toBe(201);
  });

  it('counts new sessions and requests of an address', async () => {
    await app.close();
    await open({ rateLimits: { perSession: 0, perAddress: 5, newSessionsPerAddress: 2 } });
    const create = (remoteAddress: string) => app.inject({ method: 'POST', url: '/api/sessions', remoteAddress });
    const statuses = [];
    for (let n = 0; n < 3; n += 1) statuses.push((await create('192.0.2.7')).statusCode);
    expect(statuses).toEqual([201, 201, 429]);
    expect((await create('192.0.2.8')).statusCode).toBe(201);
    const ask = () => app.inject({ url: '/api/sessions/x', remoteAddress: '192.0.2.7' });
    expect([(await ask()).statusCode, (await ask()).statusCode, (await ask()).statusCode]).toEqual([401, 401, 429]);
    expect((await app.inject({ url: '/livez', remoteAddress: '192.0.2.7' })).statusCode).toBe(200);
  });

  it('believes a proxy only when told to', async () => {
    await app.close();
    await open({ trustProxy: true, rateLimits: { perSession: 0, perAddress: 0, newSessionsPerAddress: 1 } });
    const create = (address: string) =>
      app.inject({ method: 'POST', url: '/api/sessions', headers: { 'x-forwarded-for': address } });
    expect((await create('192.0.2.1')).statusCode).toBe(201);
    expect((await create('192.0.2.2')).statusCode).toBe(201);
    expect((await create('192.0.2.1')).statusCode).toBe(429);
    await app.close();
    await open({ rateLimits: { perSession: 0, perAddress: 0, newSessionsPerAddress: 1 } });
    expect((await create('192.0.2.1')).statusCode).toBe(201);
    expect((await create('192.0.2.2')).statusCode).toBe(429);
  });
});

describe('pages of other sites', () => {
  const site = 'https://shop.example';
  const preflight = (url: string, origin: string) =>
    app.inject({
      method: 'OPTIONS',
      url,
      headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' },
    });

  beforeEach(async () => {
    await app.close();
    await open({ corsOrigins: [`${site}/`] });
  });

  it('may chat when they are on the list, without cookies', async () => {
    const asked = await preflight('/api/chat/sessions/x/messages', site);
    expect(asked.statusCode).toBe(204);
    expect(asked.headers).toMatchObject({ 'access-control-allow-origin': site });
    expect(asked.headers).not.toHaveProperty('access-control-allow-credentials');
    const response = await app.inject({ method: 'POST', url: '/api/sessions', headers: { origin: site } });
    expect(response.headers['access-control-allow-origin']).toBe(site);
    expect(response.headers.vary).toContain('Origin');
  });

  it('read errors too', async () => {
    const response = await app.inject({ url: '/api/sessions/undefined', headers: { origin: site } });
    expect(response.headers['access-control-allow-origin']).toBe(site);
  });

  it('get nothing otherwise', async () => {
    for (const [url, origin] of [
      ['/api/sessions', 'https://evil.example'],
      ['/api/sessions', 'https://shop.example.evil.example'],
      ['/api/sessions', 'null'],
      ['/api/console', site],
      ['/api/console/login', site],
    ] as const) {
      const asked = await preflight(url, origin);
      expect(asked.headers).not.toHaveProperty('access-control-allow-origin');
      const response = await app.inject({ url, headers: { origin } });
      expect(response.headers).not.toHaveProperty('access-control-allow-origin');
    }
  });
});
