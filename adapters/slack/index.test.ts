import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ChannelAdapter, Delivery, HttpAnswer, Received } from '#core/channel.ts';
import type { Card } from '#core/escalation.ts';
import type { ConversationId, MessageId } from '#core/message.ts';
import { type FakeChannelDeps, fakeChannelDeps } from '#test/fakes/channel-deps.ts';
import { type FakeSlack, startFakeSlack } from '#test/fakes/slack/index.ts';
import { createSlackAdapter, slack as slackModule } from './index.ts';

/** The answer as the pipeline gives it: how things stand is looked up, everything else goes back as it is. */
const answerOf = (adapter: ChannelAdapter, { response }: Received): HttpAnswer =>
  'status' in response ? response : (adapter.answerStatus?.(undefined) ?? { status: 500, body: '' });

describe('the Slack adapter', () => {
  let slack: FakeSlack;
  let deps: FakeChannelDeps;
  const servers: Server[] = [];
  const received: Received[] = [];

  beforeEach(async () => {
    slack = await startFakeSlack({ patience: { answerMs: 2_000, retriesMs: [] } });
    deps = fakeChannelDeps();
    received.length = 0;
  });
  afterEach(async () => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      server.close();
    }
    await slack[Symbol.asyncDispose]();
  });

  const create = (settings: object): ChannelAdapter =>
    createSlackAdapter(slackModule.config.parse({ apiUrl: slack.apiUrl, ...settings }), deps, { backoffMs: [20, 50] });
  const single = () => ({ signingSecret: slack.signingSecret, botToken: slack.botToken });
  const several = () => ({
    signingSecret: slack.signingSecret,
    clientId: slack.clientId,
    clientSecret: slack.clientSecret,
    publicUrl: 'https://frontdesk.example.com',
  });

  /** Serves the adapter's routes. */
  const serve = async (adapter: ChannelAdapter): Promise<string> => {
    const server = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(Buffer.from(chunk));
      const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
      const delivery: Delivery = {
        kind: 'http',
        method: request.method ?? '',
        url: request.url ?? '',
        headers,
        body: Buffer.concat(chunks),
      };
      const one = await adapter.receive(delivery);
      received.push(one);
      const answer = answerOf(adapter, one);
      response.writeHead(answer.status, answer.headers).end(answer.body);
    });
    servers.push(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    slack.connectHttp(`${url}/slack/events`);
    return url;
  };
  const texts = () =>
    received.flatMap(({ events }) =>
      events.map(({ body }) => (body.kind === 'message' ? body.content.markdown : body.kind)),
    );

  it('has the addresses that its settings allow', () => {
    const paths = (settings: object) => create(settings).routes?.map(({ method, path }) => `${method} ${path}`);
    expect(paths(single())).toEqual(['POST /slack/events']);
    expect(paths(several())).toEqual(['POST /slack/events', 'GET /slack/install', 'GET /slack/oauth_redirect']);
    const socket = { appToken: slack.appToken, botToken: slack.botToken };
    expect(paths(socket)).toEqual([]);
    expect(create(socket).listen).toBeDefined();
    expect(create(single()).listen).toBeUndefined();
  });

  it('answers the challenge when its address is entered', async () => {
    await serve(create(single()));
    const verified = await slack.verifyUrl();
    expect(verified?.attempts[0]).toMatchObject({ status: 200 });
    expect(verified?.attempts[0]?.body).toContain(String(verified?.payload.challenge));
  });

  it('hears a customer once, however often Slack says it', async () => {
    await serve(create(single()));
    await slack.say({
      user: 'U0ANN',
      channel: 'C0ACME',
      text: '<@U0BOT> where is my order?',
      delivery: { times: 3, eventIds: ['Ev1', 'Ev2', 'Ev3'], together: true },
    });
    const keys = received.flatMap(({ events }) => events.map(({ dedupeKey }) => dedupeKey));
    expect(keys.length).toBeGreaterThanOrEqual(9);
    expect(new Set(keys).size).toBe(1);
    expect(received[0]?.events[0]).toMatchObject({
      author: { role: 'customer', externalId: 'T0ACME:U0ANN' },
      address: { channel: 'slack', space: 'C0ACME', state: { team: 'T0HOME' } },
    });
  });

  it('refuses what is not signed by Slack', async () => {
    await serve(create(single()));
    for (const how of [{ unsigned: true }, { badSignature: true }, { staleBy: 400 }]) {
      const { events } = await slack.say({ user: 'U0ANN', channel: 'C0ACME', text: '<@U0BOT> hello', delivery: how });
      expect(events.map(({ attempts }) => attempts[0])).toEqual(
        events.map(() => expect.objectContaining({ status: 401, body: '' })),
      );
    }
    expect(texts()).toEqual([]);
  });

  it('does not hear itself', async () => {
    const adapter = create(single());
    await serve(adapter);
    await slack.say({ user: 'U0ANN', channel: 'C0ACME', text: '<@U0BOT> hello' });
    const before = received.length;
    await slack.deliver({
      type: 'event_callback',
      team_id: 'T0HOME',
      event_id: 'Ev9',
      event: { type: 'message', channel: 'C0ACME', user: 'U0BOT', bot_id: 'B0BOT', text: 'an answer', ts: '1.1' },
    });
    expect(received.slice(before).map(({ events, unsupported }) => [events.length, unsupported])).toEqual([
      [0, 'one of our own messages'],
    ]);
  });

  it('answers a command over HTTP and over a socket', async () => {
    await serve(create(single()));
    for (const words of ['help', 'status'])
      await slack.command('/frontdesk', words, { user: 'U0ANN', channel: 'C0ACME' });
    const overHttp = slack.ephemerals.map(({ text }) => text);
    expect(overHttp).toEqual([
      expect.stringContaining('/frontdesk status'),
      'You have no open request in this channel.',
    ]);

    const adapter = create({ appToken: slack.appToken, botToken: slack.botToken });
    const stop = new AbortController();
    const work = (async () => {
      const deliveries = adapter.listen?.(stop.signal);
      for (let next = await deliveries?.next(); next?.done === false; ) {
        next = await deliveries?.next(answerOf(adapter, await adapter.receive(next.value)));
      }
    })();
    await slack.waitFor(() => slack.sockets === 1, 5_000, 'a connection');
    for (const words of ['help', 'status'])
      await slack.command('/frontdesk', words, { user: 'U0ANN', channel: 'C0ACME' });
    expect(slack.ephemerals.map(({ text }) => text).slice(2)).toEqual(overHttp);
    stop.abort();
    await work;
  });

  it('shows its home page, and opens the form of a card', async () => {
    const adapter = create({ ...single(), deskChannel: 'C0DESK' });
    await serve(adapter);
    await slack.openHome({ user: 'U0ANN' });
    await slack.waitFor(() => slack.views.some(({ kind, user }) => kind === 'home' && user === 'U0ANN'));
    await slack.openAssistant({ user: 'U0ANN' });
    await slack.waitFor(() => slack.prompts.length === 1);

    const card: Card = {
      code: '7F3K',
      title: 'Where is my order?',
      customer: 'Ann Lee',
      channel: 'slack',
      waitingSince: new Date().toISOString(),
      why: 'Ann asked for a person',
      tried: [],
      suggestedReply: 'It arrives tomorrow.',
      transcript: [],
      status: 'claimed',
      claimedBy: 'Mira Weber',
      actions: [
        { id: 'reply', label: 'Reply' },
        { id: 'resolve', label: 'Resolve' },
      ],
    };
    const sent = await adapter.send(
      {
        id: '41',
        conversationId: '7' as ConversationId,
        messageId: '9' as MessageId,
        address: { channel: 'slack', space: 'C0DESK', thread: '' },
        author: { role: 'bot', externalId: 'bot' },
        content: { markdown: 'Where is my order?', attachments: [] },
        meta: { card },
        actions: card.actions,
      },
      AbortSignal.timeout(2_000),
    );
    const ts = sent.ok ? sent.address.thread : '';
    await slack.press({ channel: 'C0DESK', ts, user: 'U0MIRA', actionId: 'reply' });
    const form = await slack.waitFor(() => slack.views.find(({ kind }) => kind === 'modal'));
    expect(JSON.stringify(form.view)).toContain('It arrives tomorrow.');
    const before = received.length;
    await slack.submitView(form, { text: 'It is on its way.' });
    expect(received.slice(before).flatMap(({ events }) => events)).toMatchObject([
      {
        author: { role: 'human', externalId: 'T0HOME:U0MIRA' },
        address: { space: 'C0DESK', thread: ts },
        body: { kind: 'message', content: { markdown: 'It is on its way.' } },
      },
    ]);
  });

  it('lets a workspace in, hears it, and says when it is thrown out', async () => {
    const adapter = create(several());
    const url = await serve(adapter);
    expect(await adapter.check?.(AbortSignal.timeout(2_000))).toEqual({
      ok: false,
      detail: 'no workspace has installed the app; open https://frontdesk.example.com/slack/install',
    });

    await slack.say({ user: 'U0MIRA', channel: 'C0HOME', text: '<@U0BOT> is anybody there?' });
    expect(texts()).toContain('is anybody there?');
    expect(deps.log.lines.filter(({ level }) => level === 'warn').map(({ message }) => message)).toContainEqual(
      expect.stringMatching(/^messages are kept, but not answered: .*install/i),
    );

    const start = await fetch(`${url}/slack/install`, { redirect: 'manual' });
    const consent = new URL(start.headers.get('location') ?? '');
    consent.searchParams.set('team', 'T0HOME');
    const back = new URL((await fetch(consent, { redirect: 'manual' })).headers.get('location') ?? '');
    const cookie = start.headers.get('set-cookie')?.split(';')[0] ?? '';
    const done = await fetch(`${url}${back.pathname}${back.search}`, { headers: { cookie } });
    expect([done.status, await done.text()]).toEqual([200, expect.stringContaining('Tidewater')]);

    const fresh = create(several());
    await serve(fresh);
    expect(await fresh.check?.(AbortSignal.timeout(2_000))).toMatchObject({
      detail: expect.stringContaining('Tidewater (T0HOME)'),
    });

    await slack.uninstall('T0HOME');
    expect(deps.savedInstallations.get('T0HOME')).toMatchObject({ data: {}, revoked: expect.stringMatching(/./) });
    expect(await fresh.check?.(AbortSignal.timeout(2_000))).toMatchObject({ ok: false });
    expect(JSON.stringify(deps.log.lines)).not.toMatch(/xox[a-z]-/);
  });

  it('says in the check what is wrong with the channel of the desk', async () => {
    const check = (settings: object) => create({ ...single(), ...settings }).check?.(AbortSignal.timeout(2_000));
    expect(await check({ deskChannel: 'C0DESK' })).toEqual({
      ok: true,
      detail: 'Tidewater (T0HOME): ok; desk #support-desk: ok',
    });
    expect(await check({ deskChannel: 'C0QUIET' })).toEqual({
      ok: false,
      detail: 'Tidewater (T0HOME): ok; desk #random: invite the app there with /invite',
    });
    slack.setScopes(['chat:write']);
    expect((await check({}))?.detail).toMatch(/^Tidewater \(T0HOME\): scopes are missing: .*channels:history/);
  });
});
