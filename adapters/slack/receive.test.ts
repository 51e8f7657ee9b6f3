import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import type { Delivery } from '#core/channel.ts';
import { recordingLog } from '#test/recording-log.ts';
import type { Effect } from './api.ts';
import { createBoltReader } from './bolt-app.ts';
import { decodeSlack } from './decode.ts';
import type { Installer } from './install.ts';
import { createReceive, eventsPath } from './receive.ts';
import { signRequest } from './verify.ts';

const signingSecret = 'a signing secret';
const now = new Date('2026-03-02T10:00:00Z');
const home = {
  ok: true,
  workspace: { key: 'T0HOME', token: 'xoxb-home', name: 'Tidewater', botUserId: 'U0BOT' },
} as const;

const installer: Installer = {
  start: async () => ({ status: 302, body: '', headers: { location: 'https://slack.example/' } }),
  finish: async () => ({ status: 200, body: 'installed' }),
};

const setUp = (options: { readonly signed?: boolean; readonly install?: boolean } = {}) => {
  const log = recordingLog();
  const ran: Effect[] = [];
  const runEffects = vi.fn(async (effects: readonly Effect[]) => void ran.push(...effects));
  const decode = vi.fn((body: unknown, botUserId: string | undefined) =>
    decodeSlack(body, { receivedAt: now, ...(botUserId === undefined ? {} : { botUserId }) }),
  );
  const receive = createReceive({
    config: { signingSecret: options.signed === false ? undefined : signingSecret },
    deps: { log, now: () => now },
    read: createBoltReader({ workspaces: { find: async () => home }, decode, log }),
    runEffects,
    ...(options.install === true ? { installer } : {}),
  });
  return { receive, log, decode, ran, runEffects };
};

const request = (
  body: string | Uint8Array,
  { type = 'application/json', at = now.getTime() / 1_000, secret = signingSecret, headers = {} } = {},
): Extract<Delivery, { kind: 'http' }> => {
  const bytes = Buffer.from(body);
  return {
    kind: 'http',
    method: 'POST',
    url: eventsPath,
    headers: {
      'content-type': type,
      'x-slack-request-timestamp': String(at),
      'x-slack-signature': signRequest(secret, String(at), bytes),
      ...headers,
    },
    body: bytes,
  };
};
const form = 'application/x-www-form-urlencoded';

const message = {
  type: 'event_callback',
  team_id: 'T0HOME',
  api_app_id: 'A0APP',
  event_id: 'Ev1',
  event_time: 1_772_445_600,
  authorizations: [{ team_id: 'T0HOME', user_id: 'U0BOT', is_bot: true, is_enterprise_install: false }],
  event: {
    type: 'app_mention',
    channel: 'C0ACME',
    user: 'U0ANN',
    team: 'T0ACME',
    text: '<@U0BOT> where is my order?',
    ts: '1772445600.000100',
  },
};

describe('receiving over HTTP', () => {
  it('translates a signed message', async () => {
    const { receive } = setUp();
    const received = await receive(request(JSON.stringify(message)));
    expect(received.events.map(({ body }) => body)).toMatchObject([
      { kind: 'message', content: { markdown: expect.stringContaining('where is my order?') } },
    ]);
    expect(received.response).toEqual({ status: 200, body: '' });
    expect(received).not.toHaveProperty('effects');
  });

  it('gives the same key for every delivery of a message, whatever its event id', async () => {
    const { receive } = setUp();
    const keys = new Set<string | undefined>();
    for (const [index, id] of ['Ev1', 'Ev1', 'Ev2', 'Ev3'].entries()) {
      const headers = index === 0 ? {} : { 'x-slack-retry-num': String(index), 'x-slack-retry-reason': 'http_timeout' };
      const received = await receive(request(JSON.stringify({ ...message, event_id: id }), { headers }));
      keys.add(received.events[0]?.dedupeKey);
    }
    expect(keys.size).toBe(1);
    expect([...keys][0]).toBeTruthy();
  });

  it.each([
    ['a wrong signature', request(JSON.stringify(message), { secret: 'another' })],
    ['an old signature', request(JSON.stringify(message), { at: now.getTime() / 1_000 - 301 })],
    ['a signature from the future', request(JSON.stringify(message), { at: now.getTime() / 1_000 + 301 })],
    ['no signature', { ...request(JSON.stringify(message)), headers: { 'content-type': 'application/json' } }],
    ['a signature over something else', { ...request('{}'), body: Buffer.from(JSON.stringify(message)) }],
    ['garbage without a signature', { ...request('{}'), headers: {}, body: Buffer.from('\0{') }],
  ])('refuses %s and says nothing', async (_name, delivery) => {
    const { receive, decode, log } = setUp();
    expect(await receive(delivery)).toEqual({
      events: [],
      response: { status: 401, body: '', headers: { 'x-slack-no-retry': '1' } },
    });
    expect(decode).not.toHaveBeenCalled();
    expect(log.lines.map(({ level }) => level)).toEqual(['warn']);
  });

  it.each([
    ['noise', '\0\0{{{', 'application/json'],
    ['half an object', '{"type":', 'application/json'],
    ['nothing', '', 'application/json'],
    ['a form with a broken payload', 'payload=%7B', form],
  ])('answers 400 with a reason to %s that is signed', async (_name, body, type) => {
    const { receive } = setUp();
    const received = await receive(request(body, { type }));
    expect(received).toMatchObject({ events: [], response: { status: 400 } });
    expect(received.unsupported).toBeTruthy();
  });

  it('returns the challenge when Slack checks our address', async () => {
    const { receive } = setUp();
    const body = JSON.stringify({ type: 'url_verification', token: 'x', challenge: 'a challenge' });
    expect(await receive(request(body))).toMatchObject({ events: [], response: { status: 200, body: 'a challenge' } });
  });

  it('agrees when Slack checks our certificate', async () => {
    const { receive } = setUp();
    expect((await receive(request('ssl_check=1&token=x', { type: form }))).response).toMatchObject({ status: 200 });
  });

  it('answers a command with JSON, or with a question about how things stand', async () => {
    const { receive } = setUp();
    const fields = { command: '/frontdesk', team_id: 'T0HOME', user_id: 'U0ANN', channel_id: 'C0ACME', text: 'help' };
    const help = await receive(request(new URLSearchParams(fields).toString(), { type: form }));
    expect(help.response).toMatchObject({
      status: 200,
      headers: { 'content-type': expect.stringMatching(/^application\/json/) },
    });
    expect(JSON.parse('body' in help.response ? help.response.body : '')).toMatchObject({ response_type: 'ephemeral' });
    const status = await receive(
      request(new URLSearchParams({ ...fields, text: 'status' }).toString(), { type: form }),
    );
    expect(status.response).toEqual({ statusOf: { channel: 'slack', space: 'C0ACME', externalId: 'T0HOME:U0ANN' } });
  });

  it('starts effects without waiting for them', async () => {
    const { receive, runEffects, ran } = setUp();
    runEffects.mockImplementationOnce((effects) => {
      ran.push(...effects);
      return new Promise(() => undefined);
    });
    const opened = { ...message, event: { type: 'app_home_opened', user: 'U0ANN', channel: 'D0ANN', tab: 'home' } };
    await receive(request(JSON.stringify(opened)));
    expect(ran).toEqual([expect.objectContaining({ kind: 'show-home', user: 'U0ANN' })]);
  });

  it('waits until a workspace that took its access back is taken out', async () => {
    const { receive, runEffects } = setUp();
    const done = Promise.withResolvers<undefined>();
    runEffects.mockImplementationOnce(() => done.promise);
    const received = receive(request(JSON.stringify({ ...message, event: { type: 'app_uninstalled' } })));
    const first = await Promise.race([received, new Promise((resolve) => setTimeout(resolve, 30, 'still waiting'))]);
    expect(first).toBe('still waiting');
    done.resolve(undefined);
    expect((await received).response).toMatchObject({ status: 200 });
  });

  it('keeps what a bug of ours could not read for a person to look at', async () => {
    const { receive, decode } = setUp();
    decode.mockImplementation(() => {
      throw new Error('a bug');
    });
    expect(await receive(request(JSON.stringify(message)))).toMatchObject({
      events: [],
      quarantine: 'the delivery could not be decoded: a bug',
      response: { status: 200 },
    });
  });

  it('has nothing at other addresses, and none at all without a signing secret', async () => {
    const { receive } = setUp();
    expect(await receive({ ...request('{}'), method: 'GET' })).toMatchObject({ response: { status: 404 } });
    expect(await receive({ ...request('{}'), url: '/slack/install', method: 'GET' })).toMatchObject({
      response: { status: 404 },
    });
    const socketOnly = setUp({ signed: false });
    expect(await socketOnly.receive(request(JSON.stringify(message)))).toMatchObject({
      events: [],
      response: { status: 404 },
    });
  });

  it('shows the way to install the app, where workspaces do so themselves', async () => {
    const { receive } = setUp({ install: true });
    const get = (url: string) => receive({ ...request('{}'), method: 'GET', url });
    expect(await get('/slack/install')).toMatchObject({ response: { status: 302 } });
    expect(await get('/slack/oauth_redirect?code=1')).toMatchObject({ response: { status: 200, body: 'installed' } });
  });

  it('never throws on what is signed, and says why nothing comes of it', async () => {
    const { receive } = setUp();
    const shapes = fc.oneof(
      fc.json(),
      fc.uint8Array().map((bytes) => Buffer.from(bytes).toString('latin1')),
      fc.jsonValue().map((event) => JSON.stringify({ ...message, event })),
      fc.jsonValue().map((actions) => JSON.stringify({ type: 'block_actions', actions })),
    );
    await fc.assert(
      fc.asyncProperty(shapes, fc.constantFrom('application/json', form, ''), async (body, type) => {
        const received = await receive(request(body, { type }));
        if (received.events.length === 0) expect(received.unsupported ?? received.quarantine).toBeTruthy();
        expect(received.quarantine).toBeUndefined();
      }),
      { numRuns: 300 },
    );
  });
});

describe('receiving over a socket', () => {
  it('takes what an envelope carries, without a signature', async () => {
    const { receive } = setUp({ signed: false });
    const received = await receive({
      kind: 'socket',
      payload: { envelope_id: 'e1', type: 'events_api', payload: message, retry_attempt: 1, retry_reason: 'timeout' },
    });
    const overHttp = await setUp().receive(request(JSON.stringify(message)));
    expect(received.events).toEqual(overHttp.events);
    expect(received.events).toHaveLength(1);
  });

  it('answers a command', async () => {
    const { receive } = setUp({ signed: false });
    const payload = { command: '/frontdesk', team_id: 'T0HOME', user_id: 'U0ANN', channel_id: 'C0ACME', text: '' };
    const received = await receive({ kind: 'socket', payload: { envelope_id: 'e1', type: 'slash_commands', payload } });
    expect(received.response).toMatchObject({ status: 200, body: expect.stringContaining('ephemeral') });
  });

  it('gives a reason for everything else', async () => {
    const { receive } = setUp({ signed: false });
    for (const payload of [undefined, null, 5, 'x', {}, { envelope_id: 'e1', payload: {} }]) {
      expect((await receive({ kind: 'socket', payload })).unsupported).toBeTruthy();
    }
    expect((await receive({ kind: 'mail', mailbox: 'INBOX', uid: 1, raw: new Uint8Array() })).unsupported).toBeTruthy();
  });
});
