import type { FastifyInstance, InjectOptions } from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fakeHttpDeps } from '#test/fakes/http-deps.ts';
import { multipartForm, pngBytes } from '#test/fakes/multipart-form.ts';
import type { HttpSettings } from './ports.ts';
import { buildServer } from './server.ts';
import { refOf } from './uploads.ts';
import { escalationDetail, escalationPage } from './wire.ts';

const consoleToken = 'a long token for the support team';
const publicUrl = 'https://desk.example';

let app: FastifyInstance;
let fake: ReturnType<typeof fakeHttpDeps>;

const open = async (settings: Partial<HttpSettings> = {}): Promise<void> => {
  fake = fakeHttpDeps({ consoleToken, publicUrl, profile: 'production', ...settings });
  app = await buildServer(fake.deps);
};

beforeEach(() => open());
afterEach(() => app.close());

const login = (body: object, extra: Partial<InjectOptions> = {}) =>
  app.inject({ method: 'POST', url: '/api/console/login', payload: body, headers: { origin: publicUrl }, ...extra });

/** The cookie of an agent who signed in, as a browser would send it. */
const signIn = async (name = 'Mira'): Promise<string> => {
  const response = await login({ name, token: consoleToken });
  return String(response.headers['set-cookie']).split(';', 1)[0] ?? '';
};

const as = (cookie: string, url: string, options: Partial<InjectOptions> = {}) =>
  app.inject({ url: `/api/console${url}`, ...options, headers: { cookie, origin: publicUrl, ...options.headers } });

const act = (cookie: string, id: string, payload: object, options: Partial<InjectOptions> = {}) =>
  as(cookie, `/escalations/${id}/actions`, { method: 'POST', payload, ...options });

describe('signing in', () => {
  it('asks for the token and sets a cookie that scripts and other sites cannot use', async () => {
    expect((await app.inject({ url: '/api/console' })).json()).toEqual({ tokenRequired: true });
    const response = await login({ name: ' Mira ', token: consoleToken });
    expect(response.statusCode).toBe(200);
    expect(response.json()).toEqual({ name: 'Mira' });
    expect(response.headers['set-cookie']).toMatch(
      /^__Host-frontdesk_console=[\w-]+\.[\w-]+; Path=\/; HttpOnly; SameSite=Strict; Secure; Max-Age=43200$/,
    );
    const info = await as(await signIn(), '');
    expect(info.json()).toEqual({ tokenRequired: true, agent: { name: 'Mira' } });
  });

  it('leaves Secure away where there is no HTTPS', async () => {
    await app.close();
    await open({ publicUrl: 'http://desk.internal:3000' });
    const response = await login(
      { name: 'Mira', token: consoleToken },
      { headers: { origin: 'http://desk.internal:3000' } },
    );
    expect(response.headers['set-cookie']).toMatch(/^frontdesk_console=.*HttpOnly; SameSite=Strict; Max-Age/);
  });

  it.each([{ name: 'Mira' }, { name: 'Mira', token: '' }, { name: 'Mira', token: 'a long token' }])(
    'refuses %o',
    async (body) => {
      const response = await login(body);
      expect(response.statusCode).toBe(401);
      expect(response.headers).not.toHaveProperty('set-cookie');
      expect(response.body).not.toContain(consoleToken);
    },
  );

  it.each([
    {},
    { name: '' },
    { name: '\u202e\u0007', token: consoleToken },
    { name: 'x'.repeat(81) },
    { name: {} },
    'Mira',
  ])('wants a name that can be read: %j', async (body) => {
    const response = await login(body as object, {
      headers: { origin: publicUrl, 'content-type': 'application/json' },
    });
    expect(response.statusCode).toBe(400);
  });

  it('slows down who guesses', async () => {
    const statuses = [];
    for (let n = 0; n < 11; n += 1) statuses.push((await login({ name: 'Mira', token: `guess ${n}` })).statusCode);
    expect(statuses).toEqual([...Array.from({ length: 10 }, () => 401), 429]);
    const other = await login({ name: 'Mira', token: consoleToken }, { remoteAddress: '192.0.2.9' });
    expect(other.statusCode).toBe(200);
  });

  it('ends with signing out', async () => {
    const response = await as(await signIn(), '/logout', { method: 'POST' });
    expect(response.statusCode).toBe(204);
    expect(response.headers['set-cookie']).toMatch(/^__Host-frontdesk_console=;.*Max-Age=0$/);
  });

  it('is needed for everything', async () => {
    fake.escalate('1');
    for (const [method, url] of [
      ['GET', '/escalations'],
      ['GET', '/escalations/1'],
      ['POST', '/escalations/1/actions'],
      ['POST', '/attachments'],
      ['GET', `/escalations/1/attachments/sha256:${'0'.repeat(64)}`],
    ] as const) {
      for (const cookie of ['', '__Host-frontdesk_console=forged.forged', '__Host-frontdesk_console=']) {
        const response = await as(cookie, url, {
          method,
          ...(method === 'POST' ? { payload: { action: 'claim' } } : {}),
        });
        expect(response.statusCode).toBe(401);
      }
    }
  });
});

describe('requests of other sites', () => {
  it.each([
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: 'https://desk.example.evil.example' },
    { origin: 'http://desk.example' },
    { origin: 'https://shop.example' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
  ])('cannot act: %o', async (headers) => {
    await app.close();
    await open({ corsOrigins: ['https://shop.example'] });
    fake.escalate('1');
    const cookie = await signIn();
    const response = await app.inject({
      method: 'POST',
      url: '/api/console/escalations/1/actions',
      headers: { cookie, ...headers },
      payload: { action: 'claim' },
    });
    expect(response.statusCode).toBe(403);
    expect(fake.deskActions).toEqual([]);
    const signing = await app.inject({
      method: 'POST',
      url: '/api/console/login',
      headers,
      payload: { name: 'Eve', token: consoleToken },
    });
    expect(signing.statusCode).toBe(403);
  });

  it('cannot send a form', async () => {
    const response = await act(await signIn(), '1', {}, { headers: { 'content-type': 'text/plain' } });
    expect(response.statusCode).toBe(415);
  });

  it('are told apart from tools, which send no origin', async () => {
    fake.escalate('1');
    const response = await app.inject({
      method: 'POST',
      url: '/api/console/escalations/1/actions',
      headers: { cookie: await signIn() },
      payload: { action: 'claim' },
    });
    expect(response.statusCode).toBe(200);
  });
});

describe('without a token', () => {
  const local = (headers: Record<string, string> = {}, remoteAddress = '127.0.0.1') =>
    app.inject({ url: '/api/console', headers: { host: 'localhost:3000', ...headers }, remoteAddress });

  const openWithoutToken = async (settings: Partial<HttpSettings>): Promise<void> => {
    await app.close();
    fake = fakeHttpDeps(settings);
    app = await buildServer(fake.deps);
  };
  beforeEach(() => openWithoutToken({}));

  it('a name is enough on this machine', async () => {
    expect((await local()).json()).toEqual({ tokenRequired: false });
    expect((await local({}, '::1')).statusCode).toBe(200);
    expect((await local({ host: '127.0.0.1:3000' }, '::ffff:127.0.0.1')).statusCode).toBe(200);
    const response = await app.inject({
      method: 'POST',
      url: '/api/console/login',
      headers: { host: 'localhost:3000', origin: 'http://localhost:3000' },
      payload: { name: 'Mira' },
    });
    expect(response.statusCode).toBe(200);
    expect(response.headers['set-cookie']).toMatch(/^frontdesk_console=/);
  });

  it.each([
    ['another machine', {}, '192.0.2.1'],
    ['a name that was rebound to this machine', { host: 'evil.example:3000' }, '127.0.0.1'],
    ['a name that looks local', { host: 'localhost.evil.example' }, '127.0.0.1'],
    ['a numeric look-alike', { host: '127.0.0.1.evil.example' }, '127.0.0.1'],
    ['a proxy on this machine', { 'x-forwarded-for': '203.0.113.5' }, '127.0.0.1'],
    ['another proxy on this machine', { forwarded: 'for=203.0.113.5' }, '127.0.0.1'],
  ])('it stays closed for %s', async (_name, headers, remoteAddress) => {
    const response = await local(headers, remoteAddress);
    expect(response.statusCode).toBe(403);
    expect(response.json().detail).toContain('http://localhost');
  });

  it('it stays closed in production', async () => {
    await openWithoutToken({ profile: 'production' });
    expect((await local()).statusCode).toBe(403);
  });
});

describe('escalations', () => {
  it('are listed with their counts', async () => {
    fake.escalate('1');
    fake.escalate('2', { status: 'claimed', claimedBy: 'Mira' });
    const cookie = await signIn();
    const open = escalationPage.parse((await as(cookie, '/escalations')).json());
    expect(open.items.map(({ id }) => id)).toEqual(['1']);
    expect(open.counts).toEqual({ open: 1, claimed: 1, resolved: 0 });
    const all = escalationPage.parse((await as(cookie, '/escalations?status=all&limit=1')).json());
    expect(all.items).toHaveLength(1);
  });

  it.each(['status=mine', 'limit=0', 'limit=1000', 'before=%00', 'before=a%20b'])('refuse ?%s', async (query) => {
    expect((await as(await signIn(), `/escalations?${query}`)).statusCode).toBe(400);
  });

  it('show their transcript', async () => {
    const escalation = fake.escalate('1', { suggestedReply: 'It is on its way.' });
    expect((await as(await signIn(), '/escalations/1')).json()).toEqual(escalation);
  });

  it('show what readers made of an answer', async () => {
    const answer = { ...fake.say('1' as never, { markdown: 'Reset it in the settings.' }), votes: { up: 2, down: 1 } };
    fake.escalate('1', { messages: [answer, fake.say('1' as never, { markdown: 'Anything else?' })] });
    const detail = escalationDetail.parse((await as(await signIn(), '/escalations/1')).json());
    expect(detail.messages.map(({ votes }) => votes)).toEqual([{ up: 2, down: 1 }, undefined]);
  });

  it('show until when somebody should have replied, and what the customer says in the end', async () => {
    const sla = { clock: 'first', dueAt: '2026-03-03T12:00:00.000Z', state: 'overdue' } as const;
    fake.escalate('1', { sla });
    fake.escalate('2', { status: 'resolved', satisfaction: -1 });
    const cookie = await signIn();
    expect((await as(cookie, '/escalations')).json().items[0].sla).toEqual(sla);
    expect((await as(cookie, '/escalations/1')).json().sla).toEqual(sla);
    expect((await as(cookie, '/escalations/2')).json().satisfaction).toBe(-1);
  });

  it.each(['case-7F3K', 'case-7f3k'])('are found by their reference, %s', async (reference) => {
    fake.escalate('1', { code: '9ZZZ' });
    fake.escalate('2');
    expect((await as(await signIn(), `/escalations/${reference}`)).json()).toMatchObject({ id: '2', code: '7F3K' });
  });

  it('are not mixed up when a reference is all digits', async () => {
    fake.escalate('1', { code: '2222' });
    fake.escalate('2222');
    const cookie = await signIn();
    expect((await as(cookie, '/escalations/case-2222')).json().id).toBe('1');
    expect((await as(cookie, '/escalations/2222')).json().id).toBe('2222');
  });

  it.each([
    '2',
    'abc',
    '-1',
    '%2e%2e',
    '99999999999999999999',
    "1'--",
    'case-',
    'case-ABCD',
    'case-7F3K%2f',
    'case-%25',
  ])('do not include %s', async (id) => {
    fake.escalate('1');
    const cookie = await signIn();
    expect((await as(cookie, `/escalations/${id}`)).statusCode).toBe(404);
    expect((await act(cookie, id, { action: 'claim' })).statusCode).toBe(404);
  });
});

describe('acting', () => {
  it('answers with what became of it', async () => {
    fake.escalate('1');
    const response = await act(await signIn(), '1', { action: 'claim' });
    expect(response.statusCode).toBe(200);
    expect(escalationDetail.parse(response.json())).toMatchObject({ status: 'claimed', claimedBy: 'Mira' });
  });

  it('says why nothing came of it', async () => {
    fake.escalate('1', { status: 'claimed', claimedBy: 'Mira' });
    const response = await act(await signIn('Jonas'), '1', { action: 'claim' });
    expect(response.statusCode).toBe(409);
    expect(response.json().detail).toBe('Mira already has this conversation.');
  });

  it('says 202 when it takes its time', async () => {
    fake.escalate('1');
    fake.deps.intake.settled = async () => false;
    expect((await act(await signIn(), '1', { action: 'resolve' })).statusCode).toBe(202);
  });

  it('takes a case over, or gives it to whoever is named', async () => {
    fake.escalate('1', { status: 'claimed', claimedBy: 'Mira' });
    const cookie = await signIn('Jonas');
    const taken = await act(cookie, '1', { id: 'k1', action: 'reassign' });
    expect(taken.json()).toMatchObject({ status: 'claimed', claimedBy: 'Jonas' });
    const given = await act(cookie, '1', { id: 'k2', action: 'reassign', to: ' Ana\u202e  Lima ' });
    expect(given.json()).toMatchObject({ status: 'claimed', claimedBy: 'Ana Lima' });
    expect(fake.deskActions.map(([, agent, { id, to }]) => [agent, id, to])).toEqual([
      ['Jonas', 'k1', undefined],
      ['Jonas', 'k2', 'Ana Lima'],
    ]);
  });

  it('passes on the name of the agent, the words and the files', async () => {
    fake.escalate('1');
    const cookie = await signIn();
    const form = multipartForm([{ name: 'label.png', type: 'image/png', bytes: pngBytes }]);
    const stored = (await as(cookie, '/attachments', { method: 'POST', ...form })).json();
    expect(stored).toEqual([{ name: 'label.png', mime: 'image/png', bytes: pngBytes.length, ref: refOf(pngBytes) }]);
    await act(cookie, '1', { id: 'k1', action: 'reply', markdown: 'Here it is', attachments: stored });
    expect(fake.deskActions).toEqual([
      ['1', 'Mira', { id: 'k1', action: 'reply', markdown: 'Here it is', attachments: stored }],
    ]);
  });

  it.each([
    { action: 'reply' },
    { action: 'note', markdown: '  ' },
    { action: 'delete' },
    { action: ['claim'] },
    {},
    { action: 'claim', to: 'Jonas' },
    { action: 'reassign', to: '  ' },
    { action: 'reassign', to: '\u200b' },
    { action: 'reassign', to: 'x'.repeat(81) },
    { action: 'reply', markdown: 'x'.repeat(20_001) },
    {
      action: 'reply',
      markdown: 'x',
      attachments: [{ name: 'a', mime: 'b', bytes: 1, ref: `sha256:${'0'.repeat(64)}` }],
    },
  ])('refuses %j', async (body) => {
    fake.escalate('1');
    expect((await act(await signIn(), '1', body)).statusCode).toBe(400);
    expect(fake.deskActions).toEqual([]);
  });
});

describe('files of an escalation', () => {
  it('are read by whoever sees its transcript', async () => {
    const ref = refOf(pngBytes);
    fake.blobs.all.set(ref, pngBytes);
    const attachments = [{ name: 'photo.png', mime: 'image/png', bytes: pngBytes.length, ref }];
    const { id } = fake.escalate('1', { messages: [fake.say('1' as never, { markdown: 'see', attachments })] });
    fake.escalate('2');
    const cookie = await signIn();
    const response = await as(cookie, `/escalations/${id}/attachments/${ref}?name=photo.png`);
    expect(response.statusCode).toBe(200);
    expect(response.headers['content-type']).toBe('image/png');
    expect(response.headers['content-security-policy']).toContain('sandbox');
    expect((await as(cookie, `/escalations/2/attachments/${ref}`)).statusCode).toBe(404);
    expect((await as(cookie, `/escalations/x/attachments/${ref}`)).statusCode).toBe(404);
    expect((await as(cookie, '/escalations/1/attachments/..%2f..%2fetc%2fpasswd')).statusCode).toBe(404);
  });
});
