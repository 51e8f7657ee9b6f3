import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CardState, ChannelAdapter, HttpAnswer, Received } from '#core/channel.ts';
import type { Card } from '#core/escalation.ts';
import type { ConversationId, MessageId, Outbound } from '#core/message.ts';
import { type FakeChannelDeps, fakeChannelDeps } from '#test/fakes/channel-deps.ts';
import { desk, type FakeTeams, startFakeTeams, type TokenVariant, tenants } from '#test/fakes/teams/index.ts';
import { createTeamsAdapter, teams as teamsModule } from './index.ts';

const card: Card = {
  code: '7F3K',
  title: 'Where is my order?',
  customer: 'Ann Lee',
  channel: 'teams',
  waitingSince: '2026-01-02T03:04:05.000Z',
  why: 'asked for a person',
  tried: [],
  transcript: [],
  status: 'open',
  actions: [
    { id: 'claim', label: 'Claim' },
    { id: 'reply', label: 'Reply' },
    { id: 'note', label: 'Note' },
    { id: 'reassign', label: 'Reassign' },
  ],
};

describe('the Teams adapter', () => {
  let fake: FakeTeams;
  let deps: FakeChannelDeps;
  let adapter: ChannelAdapter;
  /** What the pipeline finds for a card query. */
  let found: CardState;
  const servers: Server[] = [];
  const received: Received[] = [];

  const answerOf = ({ response }: Received): HttpAnswer => {
    if ('status' in response) return response;
    return ('cardOf' in response ? adapter.answerCard?.(found) : undefined) ?? { status: 500, body: '' };
  };

  /** Serves the adapter's address. */
  const serve = async (settings: object = {}): Promise<void> => {
    const config = teamsModule.config.parse({
      appId: fake.appId,
      appPassword: fake.appPassword,
      tenantId: tenants.home.id,
      tenants: [tenants.acme.id],
      serviceUrls: [fake.serviceUrl],
      openidUrl: fake.openidUrl,
      tokenUrl: fake.tokenUrl,
      deskChannel: desk,
      ...settings,
    });
    adapter = createTeamsAdapter(config, deps);
    const server = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(Buffer.from(chunk));
      const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
      const { method = '', url = '' } = request;
      const one = await adapter.receive({ kind: 'http', method, url, headers, body: Buffer.concat(chunks) });
      received.push(one);
      const answer = answerOf(one);
      response.writeHead(answer.status, answer.headers).end(answer.body);
    });
    servers.push(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    fake.connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}/api/messages`);
  };

  beforeEach(async () => {
    // The SDK tells the console about every bad token.
    vi.spyOn(console, 'error').mockImplementation(() => undefined);
    fake = await startFakeTeams({ patience: { answerMs: 5_000, retriesMs: [] } });
    deps = fakeChannelDeps();
    received.length = 0;
    found = { settled: true };
  });
  afterEach(async () => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      server.close();
    }
    await fake[Symbol.asyncDispose]();
    vi.restoreAllMocks();
  });

  const events = () => received.flatMap((one) => one.events);
  const outbound = (more: Partial<Outbound>): Outbound => ({
    id: '41',
    conversationId: '7' as ConversationId,
    messageId: '9' as MessageId,
    address: { channel: 'teams', space: desk, thread: '' },
    author: { role: 'bot', externalId: 'bot' },
    content: { markdown: 'A case', attachments: [] },
    meta: {},
    actions: [],
    ...more,
  });
  const { signal } = new AbortController();

  it('has the address of the Bot Framework', async () => {
    await serve();
    expect(adapter.routes).toEqual([{ method: 'POST', path: '/api/messages' }]);
  });

  it('hears a customer once, however often Teams says it', async () => {
    await serve();
    const delivery = { times: 3, together: true };
    const said = await fake.say({ user: 'ann', place: 'a:ann', text: 'where is my order?', delivery });
    expect(said.events.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(events()).toHaveLength(3);
    expect(new Set(events().map(({ dedupeKey }) => dedupeKey)).size).toBe(1);
    expect(events()[0]).toMatchObject({
      author: { role: 'customer', externalId: `${tenants.acme.id}:${fake.person('ann').aad}`, name: 'Ann Lee' },
      body: { kind: 'message', content: { markdown: 'where is my order?' } },
    });
    expect(fake.callsOf('keys').length).toBeLessThanOrEqual(3);
    expect(deps.savedInstallations.get(tenants.acme.id)?.data).toEqual({ serviceUrl: `${fake.serviceUrl}amer/` });
  });

  const forged: readonly [string, TokenVariant][] = [
    ['no token', { none: true }],
    ['garbage', { header: 'Bearer abc.def.ghi' }],
    ['another scheme', { header: 'Basic YTpi' }],
    ['a wrong key', { key: 'rogue' }],
    ['an unknown key', { kid: 'nobody' }],
    ['a key for other channels', { key: 'unendorsed' }],
    ['another audience', { audience: '0d0d0d0d-0000-4000-8000-000000000001' }],
    ['another issuer', { issuer: 'https://evil.example' }],
    ['the emulator’s issuer', { issuer: 'https://sts.windows.net/d6d49420-f39b-4df7-a1dc-d59a935871db/' }],
    ['another service URL', { serviceUrl: 'https://evil.example/' }],
    ['no service URL', { serviceUrl: 'none' }],
    ['a token that has expired', { expiresIn: -600 }],
    ['a token that is not valid yet', { notBefore: 600 }],
  ];
  it('hears nothing that somebody else has sent', async () => {
    await serve();
    for (const [what, token] of forged) {
      const said = await fake.say({ user: 'ann', place: 'a:ann', text: 'let me in', delivery: { token } });
      expect(
        said.events.map(({ attempts }) => attempts.at(-1)),
        what,
      ).toMatchObject([{ status: 401, body: '' }]);
    }
    expect(received).toHaveLength(forged.length);
    expect(events()).toEqual([]);
    expect(deps.savedInstallations.size).toBe(0);
    expect(JSON.stringify(deps.log.lines)).not.toContain('let me in');
  });

  it('hears no foreign tenant, nor anybody at a foreign address', async () => {
    await serve();
    const eve = await fake.say({ user: 'eve', place: 'a:eve', text: 'hello' });
    expect(eve.events.map(({ status }) => status)).toEqual([403]);
    const hostile = await fake.post({
      ...fake.activity({ user: 'ann', place: 'a:ann', text: 'hello' }),
      serviceUrl: 'https://smba.trafficmanager.net.evil.example/',
    });
    expect(hostile.map(({ status }) => status)).toEqual([403]);
    expect(events()).toEqual([]);
    expect(deps.savedInstallations.size).toBe(0);
  });

  it('asks Teams to come again while the keys are out of reach', async () => {
    await serve({ openidUrl: `${fake.url}/nothing` });
    const said = await fake.say({ user: 'ann', place: 'a:ann', text: 'hello' });
    expect(said.events.map(({ status }) => status)).toEqual([503]);
    expect(events()).toEqual([]);
  });

  it('greets whoever gets the app, once, and nobody in a channel', async () => {
    await serve();
    for (const delivered of await fake.install({ place: 'a:ann', user: 'ann' })) expect(delivered.status).toBe(200);
    const [greeting] = await fake.waitFor(() => {
      const said = fake.bots('a:ann');
      return said.length > 0 && said;
    });
    expect(fake.visibleText(greeting?.activity ?? {})).toMatch(/support assistant/);
    expect(fake.problems).toEqual([]);
    await fake.install({ place: 'a:ann', user: 'ann' });
    await fake.install({ place: '19:acme@thread.tacv2', user: 'ann' });
    await fake.say({ user: 'ann', place: 'a:ann', text: 'thanks' });
    expect(fake.bots('a:ann')).toHaveLength(1);
    expect(fake.bots('19:acme@thread.tacv2')).toEqual([]);
    expect(events()).toHaveLength(1);
  });

  it('answers whoever presses a card of the desk with the card as it is then', async () => {
    await serve();
    const sent = await adapter.send(outbound({ meta: { card } }), signal);
    if (!sent.ok) throw new Error(sent.message);
    expect(sent.address).toMatchObject({ space: desk, thread: sent.externalId });
    const at = { user: 'mira', place: desk, activityId: sent.externalId };
    found = { card: { ...card, status: 'claimed', claimedBy: 'Mira Holm' }, settled: true };
    const pressed = await fake.press({ ...at, verb: 'claim' });
    expect(pressed).toMatchObject({ status: 200, statusCode: 200 });
    expect(JSON.stringify(pressed.card)).toContain('Mira Holm has this');
    expect(received.at(-1)?.response).toEqual({
      cardOf: { channel: 'teams', space: desk, thread: sent.externalId },
      actionId: events().at(-1)?.externalId,
    });

    found = { card, refusal: 'Otto was faster.', settled: true };
    expect(JSON.stringify((await fake.press({ ...at, user: 'otto', verb: 'claim' })).card)).toContain(
      'Otto was faster.',
    );
    expect(fake.problems).toEqual([]);
    expect(events().map(({ author, attention }) => [author.role, attention])).toEqual([
      ['human', 'desk'],
      ['human', 'desk'],
    ]);
  });

  it('hears what is typed into a card of the desk, and who is chosen there', async () => {
    await serve();
    found = { card, settled: true };
    const sent = await adapter.send(outbound({ meta: { card } }), signal);
    if (!sent.ok) throw new Error(sent.message);
    const at = { user: 'mira', place: desk, activityId: sent.externalId };
    await fake.press({ ...at, verb: 'reply', inputs: { text: 'It is **on its way**.' } });
    await fake.press({ ...at, verb: 'note', inputs: { note: 'A friend of the house.' } });
    await fake.press({ ...at, verb: 'reassign', inputs: { person: 'otto' } });
    expect(events().map(({ body }) => body)).toMatchObject([
      { kind: 'message', content: { markdown: 'It is **on its way**.' } },
      { kind: 'message', content: { markdown: 'A friend of the house.' }, internal: true },
      {
        kind: 'action',
        person: { externalId: `${tenants.home.id}:${fake.person('otto').aad}` },
      },
    ]);
  });

  it('hands over a file that somebody accepts', async () => {
    await serve();
    await fake.say({ user: 'ann', place: 'a:ann', text: 'send me the invoice' });
    const address = events()[0]?.address ?? outbound({}).address;
    const bytes = Buffer.from('an invoice');
    const ref = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
    await deps.blobs.put(ref, bytes);
    const attachments = [{ name: 'invoice.pdf', mime: 'application/pdf', bytes: bytes.byteLength, ref }];
    const sent = await adapter.send(outbound({ address, content: { markdown: '', attachments } }), signal);
    expect(sent).toMatchObject({ ok: true });
    const offer = fake.bots('a:ann').at(-1);
    const answered = await fake.consent({ user: 'ann', place: 'a:ann', activityId: offer?.id ?? '', accept: true });
    expect(answered.status).toBe(200);
    await fake.waitFor(() => fake.callsOf('update').some(({ status }) => status === 200));
    expect(fake.callsOf('upload')).toMatchObject([{ method: 'PUT', status: 201 }]);
    expect(fake.callsOf('upload')[0]?.headers.authorization).toBeUndefined();
  });
});
