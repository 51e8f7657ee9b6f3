import { beforeEach, describe, expect, it } from 'vitest';
import type { Delivery, Received } from '#core/channel.ts';
import { type FakeChannelDeps, fakeChannelDeps } from '#test/fakes/channel-deps.ts';
import type { Authenticated, Claim } from './auth.ts';
import { teamsConfig } from './config.ts';
import type { Task } from './effects.ts';
import { createLearnServiceUrl } from './learn-service-url.ts';
import { createReceive, maxBodyBytes } from './receive.ts';
import { createServiceUrlPolicy } from './service-url.ts';
import { createTenantPolicy } from './tenant-policy.ts';

const appId = '0a0a0a0a-1111-4222-8333-444444444444';
const ours = '0b0b0b0b-1111-4222-8333-000000000001';
const acme = '0b0b0b0b-1111-4222-8333-000000000002';
const evil = '0b0b0b0b-1111-4222-8333-00000000000e';
const serviceUrl = 'https://smba.trafficmanager.net/emea/';
const desk = '19:desk@thread.tacv2';

const activity = (more: object = {}): object => ({
  type: 'message',
  id: '1700000000001',
  timestamp: '2026-01-02T03:04:05.000Z',
  channelId: 'msteams',
  serviceUrl,
  text: 'where is my order?',
  from: { id: '29:ann', name: 'Ann', aadObjectId: '0c0c0c0c-0000-4000-8000-000000000001' },
  recipient: { id: `28:${appId}`, name: 'Frontdesk' },
  conversation: { id: 'a:ann', conversationType: 'personal', tenantId: ours },
  channelData: { tenant: { id: ours } },
  ...more,
});

const cardPress = (data: object, more: object = {}): object =>
  activity({
    type: 'invoke',
    name: 'adaptiveCard/action',
    text: undefined,
    replyToId: '1700000000000',
    conversation: { id: `${desk};messageid=1700000000000`, conversationType: 'channel', isGroup: true, tenantId: ours },
    channelData: { tenant: { id: ours }, channel: { id: desk }, team: { id: desk } },
    value: { action: { type: 'Action.Execute', data, ...data }, trigger: 'manual' },
    ...more,
  });

describe('what Teams delivers', () => {
  let deps: FakeChannelDeps;
  let tasks: Task[];
  let claims: Claim[];
  let proven: Authenticated;
  let queries: number;

  beforeEach(() => {
    deps = fakeChannelDeps();
    tasks = [];
    claims = [];
    proven = { ok: true };
    queries = 0;
  });

  const open = (settings: object = {}) => {
    const config = teamsConfig.parse({ appId, appPassword: 'secret', tenantId: ours, deskChannel: desk, ...settings });
    const installations = {
      ...deps.installations,
      find: (key: string) => {
        queries += 1;
        return deps.installations.find(key);
      },
    };
    const receive = createReceive({
      config,
      deps,
      authenticate: async (claim) => {
        claims.push(claim);
        return proven;
      },
      serviceUrls: createServiceUrlPolicy(config),
      allowsTenants: createTenantPolicy(config),
      learnServiceUrl: createLearnServiceUrl({ installations, log: deps.log }),
      runEffects: async (given) => void tasks.push(...given),
    });
    const bytes = (body: Uint8Array, headers: Readonly<Record<string, string>> = { authorization: 'Bearer x' }) =>
      receive({ kind: 'http', method: 'POST', url: '/api/messages', headers, body });
    return {
      receive,
      bytes,
      post: (body: unknown, headers?: Readonly<Record<string, string>>) =>
        bytes(Buffer.from(JSON.stringify(body)), headers),
    };
  };
  const bodyOf = ({ response }: Received): unknown =>
    'status' in response && response.body !== '' ? JSON.parse(response.body) : response;
  const expectNothing = (received: Received, status: number) => {
    expect(received).toMatchObject({ events: [], response: { status, body: '' } });
    expect(deps.savedInstallations.size).toBe(0);
    expect(tasks).toEqual([]);
  };

  it('becomes an event, and is answered with nothing', async () => {
    const received = await open().post(activity());
    expect(received.response).toEqual({ status: 200, body: '' });
    expect(received.events).toMatchObject([
      { body: { kind: 'message', content: { markdown: 'where is my order?' } }, address: { channel: 'teams' } },
    ]);
    expect(claims).toEqual([{ authorization: 'Bearer x', channelId: 'msteams', serviceUrl }]);
  });

  it('is refused before it is read when it is not proven', async () => {
    const { post, bytes } = open();
    proven = { ok: false, status: 401, reason: 'an invalid signature' };
    expectNothing(await post(activity()), 401);
    expectNothing(await post(activity(), {}), 401);
    expectNothing(await bytes(Buffer.from('garbage'), {}), 401);
    expectNothing(await bytes(new Uint8Array(maxBodyBytes + 1), {}), 401);
    expect(deps.log.lines.every(({ level }) => level === 'warn')).toBe(true);
    expect(JSON.stringify(deps.log.lines)).not.toMatch(/order|Ann|Bearer x/);
  });

  it('may come again while it cannot be told who sent it', async () => {
    proven = { ok: false, status: 503, reason: 'no keys' };
    const received = await open().post(activity());
    expectNothing(received, 503);
    expect(received.response).toMatchObject({ headers: { 'retry-after': '5' } });
  });

  it.each([
    ['no JSON', '{'],
    ['no object', '[1]'],
    ['a word', '"hello"'],
    ['nothing', ''],
  ])('is refused as a mistake when it holds %s', async (_name, body) => {
    const received = await open().bytes(Buffer.from(body));
    expectNothing(received, 400);
    expect(received.unsupported).toBeTruthy();
    // Whoever is not proven learns nothing of what was wrong with it.
    proven = { ok: false, status: 401, reason: 'no signature' };
    expectNothing(await open().bytes(Buffer.from(body)), 401);
  });

  it('is refused when it is too large, no text, or no activity', async () => {
    const { bytes, post } = open();
    expectNothing(await bytes(new Uint8Array(maxBodyBytes + 1)), 413);
    expectNothing(await bytes(Buffer.from([0x7b, 0xff, 0x7d])), 400);
    expectNothing(await post({ channelId: 'msteams', serviceUrl, channelData: { tenant: { id: ours } } }), 400);
  });

  it.each([
    'https://smba.trafficmanager.net.evil.example/emea/',
    'https://smba.trafficmanager.net@evil.example/',
    'https://smba.trafficmanager.net:8443/emea/',
    'http://smba.trafficmanager.net/emea/',
    'https://smba.trafficmanager。net/emea/',
    'https://ѕmba.trafficmanager.net/emea/',
    'https://evil.example/',
    'http://169.254.169.254/',
    '',
  ])('is refused when its service URL is %j', async (hostile) => {
    expectNothing(await open().post(activity({ serviceUrl: hostile })), 403);
  });

  it.each([
    [
      'of a foreign tenant',
      { conversation: { id: 'a:eve', conversationType: 'personal', tenantId: evil }, channelData: {} },
    ],
    ['of a foreign tenant by its data', { channelData: { tenant: { id: evil } } }],
    ['of somebody from a foreign tenant', { from: { id: '29:eve', name: 'Eve', tenantId: evil } }],
    ['of no tenant', { conversation: { id: 'a:eve', conversationType: 'personal' }, channelData: {} }],
  ])('is refused when it is %s', async (_name, more) => {
    expectNothing(await open().post(activity(more)), 403);
    expectNothing(await open({ tenants: [acme] }).post(activity(more)), 403);
  });

  it('comes from every tenant that may write', async () => {
    const from = (tenant: string) =>
      activity({ conversation: { id: 'a:x', tenantId: tenant }, channelData: { tenant: { id: tenant } } });
    const status = async (settings: object, tenant: string) => {
      const { response } = await open(settings).post(from(tenant));
      return 'status' in response ? response.status : undefined;
    };
    expect(await status({ tenants: [acme] }, acme.toUpperCase())).toBe(200);
    expect(await status({ tenants: [acme] }, ours)).toBe(200);
    expect(await status({ tenants: ['*'] }, evil)).toBe(200);
    expect(await status({ tenantId: undefined }, evil)).toBe(200);
    expect(await status({ tenantId: undefined, tenants: [acme] }, evil)).toBe(403);
  });

  it('tells where a tenant is reached, without a query for each message', async () => {
    const { post } = open();
    await post(activity());
    await post(activity());
    expect(queries).toBe(1);
    expect(deps.savedInstallations.get(ours)).toMatchObject({ data: { serviceUrl } });
    await post(activity({ serviceUrl: 'https://smba.trafficmanager.net/amer/' }));
    expect(deps.savedInstallations.get(ours)?.data).toEqual({ serviceUrl: 'https://smba.trafficmanager.net/amer/' });
    await open().post(activity({ serviceUrl: 'https://smba.trafficmanager.net/amer/' }));
    expect(queries).toBe(3);
  });

  it('is not lost when that cannot be noted', async () => {
    const save = async () => {
      throw new Error('the database is away');
    };
    Object.assign(deps.installations, { save });
    expect((await open().post(activity())).events).toHaveLength(1);
    expect(deps.log.lines).toMatchObject([{ level: 'warn' }]);
  });

  it('goes to nobody but the bot’s own address', async () => {
    const { receive } = open();
    const body = Buffer.from(JSON.stringify(activity()));
    const elsewhere: Delivery[] = [
      { kind: 'http', method: 'GET', url: '/api/messages', headers: { authorization: 'Bearer x' }, body },
      { kind: 'http', method: 'POST', url: '/api/messages/../x', headers: { authorization: 'Bearer x' }, body },
      { kind: 'socket', payload: activity() },
    ];
    for (const delivery of elsewhere) expectNothing(await receive(delivery), 404);
  });

  describe('as an invoke', () => {
    it('of a desk card is answered with the card as it is then', async () => {
      const received = await open().post(cardPress({ verb: 'claim', code: '7F3K', v: 1 }));
      expect(received.response).toEqual({
        cardOf: { channel: 'teams', space: desk, thread: '1700000000000' },
        actionId: received.events[0]?.externalId,
      });
      expect(received.events).toMatchObject([{ body: { kind: 'action', action: 'claim' }, attention: 'desk' }]);
    });

    it('that gives a case to somebody says to whom', async () => {
      const to = async (person: string) =>
        (await open().post(cardPress({ verb: 'reassign', code: '7F3K', v: 1, person }))).events;
      expect(await to('mira')).toMatchObject([{ body: { person: { externalId: `${ours}:mira` } } }]);
      expect(await to('somebody')).toMatchObject([{ body: { person: { externalId: `${ours}:somebody` } } }]);
    });

    it('of a card that is only looked at has no action', async () => {
      const received = await open().post(cardPress({ verb: 'refresh', code: '7F3K', v: 1 }));
      expect(received.response).toEqual({ cardOf: { channel: 'teams', space: desk, thread: '1700000000000' } });
      expect(received.events).toEqual([]);
    });

    it('of a card that another release drew does nothing and says so', async () => {
      const received = await open().post(cardPress({ verb: 'claim', code: '7F3K', v: 2 }));
      expect(received.events).toEqual([]);
      expect(bodyOf(received)).toMatchObject({ statusCode: 200, type: 'application/vnd.microsoft.card.adaptive' });
    });

    it('without what it needs says what is missing', async () => {
      const received = await open().post(cardPress({ verb: 'reply', code: '7F3K', v: 1, text: ' ' }));
      expect(received.events).toEqual([]);
      expect(bodyOf(received)).toMatchObject({
        statusCode: 200,
        type: 'application/vnd.microsoft.activity.message',
        value: expect.stringMatching(/./),
      });
    });

    it('of a customer’s button is confirmed with words, for an empty answer counts as a failure', async () => {
      const inChat = { conversation: { id: 'a:ann', conversationType: 'personal', tenantId: ours } };
      const received = await open().post(cardPress({ verb: 'human', code: '', v: 1 }, inChat));
      expect(received.events).toMatchObject([{ body: { kind: 'action', action: 'human' } }]);
      expect(bodyOf(received)).toMatchObject({
        type: 'application/vnd.microsoft.activity.message',
        value: expect.stringMatching(/./),
      });
    });

    it.each([
      [{ name: 'message/submitAction', value: { actionName: 'feedback', actionValue: { reaction: 'like' } } }, 200, 1],
      [{ name: 'fileConsent/invoke', value: { action: 'decline', context: {} } }, 200, 0],
      [{ name: 'task/fetch', value: {} }, 501, 0],
      [{ name: 'composeExtension/query', value: {} }, 501, 0],
      [{ name: 'signin/verifyState', value: {} }, 501, 0],
      [{ value: {} }, 501, 0],
    ])('%j is answered with %i', async (more, status, count) => {
      const invoke = activity({ type: 'invoke', text: undefined, replyToId: '1700000000000', ...more });
      const received = await open().post(invoke);
      expect(received.response).toMatchObject({ status, body: '' });
      expect(received.events).toHaveLength(count);
    });

    it('about a file leads to its upload', async () => {
      await open().post(
        activity({
          type: 'invoke',
          name: 'fileConsent/invoke',
          replyToId: '1700000000000',
          value: { action: 'decline', context: { of: 'us' } },
        }),
      );
      expect(tasks).toMatchObject([
        { kind: 'consent', consent: { accepted: false, cardId: '1700000000000' }, reference: { serviceUrl } },
      ]);
    });
  });

  it('of an installation leads to a greeting, and to nothing in the conversation', async () => {
    const received = await open().post(
      activity({ type: 'conversationUpdate', text: undefined, membersAdded: [{ id: `28:${appId}` }] }),
    );
    expect(received).toMatchObject({ events: [], unsupported: expect.stringMatching(/./), response: { status: 200 } });
    expect(tasks).toContainEqual(expect.objectContaining({ kind: 'welcome' }));
  });
});
