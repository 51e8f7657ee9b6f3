import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Address, Author } from '#core/message.ts';
import { type FakeChannelDeps, fakeChannelDeps } from '#test/fakes/channel-deps.ts';
import { type FakeSlack, startFakeSlack } from '#test/fakes/slack/index.ts';
import type { SlackApi, Workspace } from './api.ts';
import { createSlackApi } from './client.ts';
import { createLookUp } from './look-up.ts';
import { createWorkspaces } from './workspaces.ts';

let slack: FakeSlack;
let deps: FakeChannelDeps;
let at: number;
const now = () => new Date(at);
const signal = new AbortController().signal;

beforeEach(async () => {
  slack = await startFakeSlack();
  at = Date.now();
  deps = fakeChannelDeps(now);
});
afterEach(() => slack[Symbol.asyncDispose]());

const lookUpOf = (channels: Record<string, { organization: string }> = {}, api?: SlackApi) => {
  const used = api ?? createSlackApi({ apiUrl: slack.apiUrl, log: deps.log, now });
  const config = { botToken: slack.botToken };
  const workspaces = createWorkspaces(config, { installations: deps.installations, api: used, log: deps.log, now });
  return createLookUp({ channels }, { api: used, workspaces, log: deps.log, now });
};

const event = (space: string, externalId = 'T0ACME:U0ANN'): { address: Address; author: Author } => {
  const [userTeam = '', user = ''] = externalId.split(':');
  const address: Address = { channel: 'slack', space, thread: '1.1', state: { team: 'T0HOME', user, userTeam } };
  return { address, author: { role: 'customer', externalId } };
};

/** A Slack that answers conversations.info with this channel. */
const withChannel = (channel: object): SlackApi => ({
  call: async <T>(_: unknown, method: string) => {
    if (method === 'conversations.info') return { ok: true, data: { channel } as T };
    if (method === 'auth.test')
      return { ok: true, data: { user_id: 'U0BOT', team_id: 'T0HOME', team: 'Tidewater' } as T };
    return { ok: false, code: 'user_not_found', message: 'no', permanent: true };
  },
});

describe('who wrote, and who reads along', () => {
  it('is told by Slack in a connected channel', async () => {
    expect(await lookUpOf().lookUp(event('C0ACME'), signal)).toEqual({
      ...{ name: 'Ann Lee', email: 'ann@acme.example', organizationName: 'Acme', place: '#acme-support' },
      readers: { organizations: ['T0ACME'], shared: true },
    });
    expect((await lookUpOf().lookUp(event('C0MANY'), signal)).readers).toEqual({
      ...{ organizations: ['T0ACME', 'T0GLOBEX'], shared: true },
    });
  });

  it('is nobody else in our own channels and in direct messages', async () => {
    const { lookUp } = lookUpOf();
    expect(await lookUp(event('C0HOME', 'T0HOME:U0MIRA'), signal)).toEqual({
      ...{ name: 'Mira Weber', email: 'mira@tidewater.example', organizationName: 'Tidewater', place: '#help' },
    });
    expect(await lookUp(event('D0ANN'), signal)).toEqual({
      ...{ name: 'Ann Lee', email: 'ann@acme.example', organizationName: 'Acme' },
    });
  });

  it('counts invited and pending workspaces, and never our own', async () => {
    const shared = {
      ...{ name: 'x', is_ext_shared: true, connected_team_ids: ['T0ACME', 'T0HOME'], internal_team_ids: ['T0SISTER'] },
      ...{ shared_team_ids: ['T0HOME', 'T0SISTER'], pending_shared: ['T0NEW'], pending_connected_team_ids: ['T0NEXT'] },
    };
    expect((await lookUpOf({}, withChannel(shared)).lookUp(event('C1'), signal)).readers).toEqual({
      ...{ organizations: ['T0ACME', 'T0NEW', 'T0NEXT'], shared: true },
    });
    const pending = { name: 'x', is_pending_ext_shared: true };
    expect((await lookUpOf({}, withChannel(pending)).lookUp(event('C1'), signal)).readers).toEqual({
      ...{ organizations: [], shared: true },
    });
    const inside = {
      name: 'x',
      is_org_shared: true,
      shared_team_ids: ['T0HOME', 'T0SISTER'],
      internal_team_ids: ['T0SISTER'],
    };
    expect(await lookUpOf({}, withChannel(inside)).lookUp(event('C1'), signal)).not.toHaveProperty('readers');
  });

  it('is whom the settings name, whatever Slack says', async () => {
    const { lookUp } = lookUpOf({ C0MANY: { organization: 'acme.example' }, C0HOME: { organization: 'acme.example' } });
    const readers = { organizations: ['acme.example'], shared: true };
    for (const space of ['C0MANY', 'C0HOME']) expect(await lookUp(event(space), signal)).toMatchObject({ readers });
    slack.revoke();
    expect(await lookUpOf({ C0MANY: { organization: 'acme.example' } }).lookUp(event('C0MANY'), signal)).toEqual({
      readers,
    });
  });

  it('is taken for several when it cannot be known', async () => {
    const unknown = { readers: { organizations: [], shared: true } };
    slack.revoke();
    expect(await lookUpOf().lookUp(event('C0ACME'), signal)).toEqual(unknown);
    expect(await lookUpOf().lookUp(event('D0ANN'), signal)).toEqual({});
    expect(await lookUpOf().lookUp(event('C0ACME'), AbortSignal.abort())).toEqual(unknown);
    const bad = lookUpOf({}, withChannel({ name: 4 }));
    expect(await bad.lookUp(event('C1', 'nonsense'), signal)).not.toHaveProperty('name');
    const nothing: SlackApi = { call: async <T>() => ({ ok: true, data: null as T }) };
    expect(await lookUpOf({}, nothing).lookUp(event('C1'), signal)).toEqual(unknown);
  });

  it('whoever stops waiting has that answer at once', async () => {
    const leaving = new AbortController();
    const silent: SlackApi = { call: () => new Promise(() => undefined) };
    const looking = lookUpOf({}, silent).lookUp(event('C0ACME'), leaving.signal);
    leaving.abort();
    expect(await looking).toEqual({ readers: { organizations: [], shared: true } });
  });

  it('a stranger has no name', async () => {
    expect(await lookUpOf().lookUp(event('C0ACME', 'T0ELSE:U0ELSE'), signal)).toEqual({
      ...{ place: '#acme-support', readers: { organizations: ['T0ACME'], shared: true } },
    });
  });
});

describe('what was looked up', () => {
  it('is remembered, shared by those who ask at once, and forgotten when told', async () => {
    const { lookUp, forget } = lookUpOf();
    await Promise.all([1, 2, 3].map(() => lookUp(event('C0ACME'), signal)));
    await lookUp(event('C0ACME'), signal);
    for (const method of ['users.info', 'team.info', 'conversations.info'])
      expect(slack.callsOf(method)).toHaveLength(1);
    await slack.rename('C0ACME', 'acme-help');
    forget('C0ACME');
    expect(await lookUp(event('C0ACME'), signal)).toMatchObject({ place: '#acme-help' });
    expect(slack.callsOf('conversations.info')).toHaveLength(2);
    at += 700_000;
    await lookUp(event('C0ACME'), signal);
    expect(slack.callsOf('conversations.info')).toHaveLength(3);
  });

  it('is not what another workspace was told of the same channel', async () => {
    const channel = { is_ext_shared: true, connected_team_ids: ['T0ACME', 'T0HOME'] };
    const asked: string[] = [];
    const api: SlackApi = {
      call: async <T>({ key }: Workspace, method: string) => {
        if (method !== 'conversations.info') return { ok: false, code: 'no', message: 'no', permanent: true };
        asked.push(key);
        return { ok: true, data: { channel: { ...channel, internal_team_ids: [key] } } as T };
      },
    };
    const seen = (key: string) => ({ ok: true, workspace: { key, token: 'xoxb', name: key } }) as const;
    const workspaces = { find: async (key = '') => seen(key), ofChannel: async () => seen('T0HOME') };
    const { lookUp, forget } = createLookUp({ channels: {} }, { api, workspaces, log: deps.log, now });
    const seenBy = (team: string) => {
      const { address, author } = event('C0BOTH');
      return lookUp({ address: { ...address, state: { ...address.state, team } }, author }, signal);
    };
    expect((await seenBy('T0HOME')).readers?.organizations).toEqual(['T0ACME']);
    expect((await seenBy('T0ACME')).readers?.organizations).toEqual(['T0HOME']);
    forget('C0BOTH');
    await Promise.all([seenBy('T0HOME'), seenBy('T0ACME')]);
    expect(asked).toEqual(['T0HOME', 'T0ACME', 'T0HOME', 'T0ACME']);
  });

  it('a failure is forgotten soon', async () => {
    const { lookUp } = lookUpOf();
    slack.fail('conversations.info', { status: 503 });
    expect(await lookUp(event('C0ACME'), signal)).toMatchObject({ readers: { organizations: [] } });
    at += 10_000;
    expect(await lookUp(event('C0ACME'), signal)).toMatchObject({ readers: { organizations: [] } });
    at += 30_000;
    expect(await lookUp(event('C0ACME'), signal)).toMatchObject({ readers: { organizations: ['T0ACME'] } });
  });
});
