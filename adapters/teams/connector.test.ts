import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FakeChannelDeps, fakeChannelDeps } from '#test/fakes/channel-deps.ts';
import { desk, type FakeTeams, startFakeTeams, tenants } from '#test/fakes/teams/index.ts';
import { teamsParts } from '#test/teams-sending.ts';
import { type Connector, createConnector } from './connector.ts';

let teams: FakeTeams;
let deps: FakeChannelDeps;
let connector: Connector;
const signal = new AbortController().signal;
const text = (words: string) => ({ type: 'message', text: words });

beforeEach(async () => {
  teams = await startFakeTeams();
  deps = fakeChannelDeps();
  connector = teamsParts(teams, deps).connector;
});
afterEach(() => teams[Symbol.asyncDispose]());

const mira = () => ({ serviceUrl: teams.serviceUrl, conversationId: 'a:mira' });
const texts = (place: string) => teams.messages(place).map(({ activity }) => activity.text);

describe('the connector', () => {
  it('posts, changes and deletes', async () => {
    const posted = await connector.postActivity(mira(), text('One'), signal);
    expect(posted).toMatchObject({ ok: true, data: { id: expect.any(String) } });
    const id = posted.ok ? (posted.data.id ?? '') : '';
    expect(await connector.updateActivity(mira(), id, text('Two'), signal)).toEqual({ ok: true, data: undefined });
    expect(texts('a:mira')).toEqual(['Two']);
    expect(await connector.deleteActivity(mira(), id, signal)).toEqual({ ok: true, data: undefined });
    expect(texts('a:mira')).toEqual([]);
    expect(await connector.deleteActivity(mira(), id, signal)).toMatchObject({ code: 'message_not_found' });
  });

  it('sends every field of an entity', async () => {
    const entity = { type: 'https://schema.org/Message', '@type': 'Message', additionalType: ['AIGeneratedContent'] };
    await connector.postActivity(mira(), { ...text('Answer'), entities: [entity] }, signal);
    expect(teams.messages('a:mira').at(-1)?.activity.entities).toEqual([entity]);
  });

  it('opens a thread in a channel and answers in it', async () => {
    const channel = { serviceUrl: teams.serviceUrl, channelId: desk, tenantId: tenants.home.id };
    const created = await connector.createRootPost(channel, text('Case'), signal);
    if (!created.ok) throw new Error(created.message);
    const { conversationId, activityId } = created.data;
    expect(conversationId).toBe(`${desk};messageid=${activityId}`);
    await connector.postActivity({ serviceUrl: teams.serviceUrl, conversationId }, text('Reply'), signal);
    expect(teams.thread(desk, activityId).map(({ activity }) => activity.text)).toEqual(['Case', 'Reply']);
  });

  it('knows members page by page, one of them, a team and its channels', async () => {
    for (let n = 0; n < 450; n += 1) {
      const key = `extra${n}`;
      teams.world.people.push({ key, id: `29:${key}`, aad: key, tenant: tenants.acme.id, name: `Extra ${n}` });
      teams.world.places.find(({ id }) => id === '19:acme-chat@thread.v2')?.members.push(key);
    }
    const where = { serviceUrl: `${teams.serviceUrl}amer/`, conversationId: '19:acme-chat@thread.v2' };
    const roster = await connector.members(where, signal);
    if (!roster.ok) throw new Error(roster.message);
    expect(roster.data.complete).toBe(true);
    expect(new Set(roster.data.members.map(({ id }) => id)).size).toBe(452);
    const { aad } = teams.person('ann');
    expect(await connector.member(where, aad, signal)).toMatchObject({
      data: { name: 'Ann Lee', email: 'ann@acme.example', aadObjectId: aad, tenantId: tenants.acme.id },
    });
    expect(await connector.teamName(teams.serviceUrl, '19:support@thread.tacv2', signal)).toEqual({
      ok: true,
      data: 'Support',
    });
    const channels = await connector.channels(teams.serviceUrl, '19:support@thread.tacv2', signal);
    expect(channels).toMatchObject({ ok: true, data: expect.arrayContaining([{ id: desk, name: 'Desk' }]) });
  });

  it.each([
    [
      { status: 429, retryAfter: 3 },
      { code: 'rate_limited', permanent: false },
    ],
    [{ status: 503 }, { code: 'unavailable', permanent: false }],
    [{ status: 504 }, { code: 'unknown', permanent: false }],
    [{ status: 403 }, { code: 'not_member', permanent: true }],
    [
      { status: 502, body: '<html>' },
      { code: 'unavailable', permanent: false },
    ],
    [{ drop: 'before' }, { code: 'unknown', permanent: false }],
    [{ drop: 'after' }, { code: 'unknown', permanent: false }],
  ] as const)('asks once, whatever the answer: %j', async (fault, failure) => {
    teams.fail('send', fault);
    expect(await connector.postActivity(mira(), text('Once'), signal)).toMatchObject({ ok: false, ...failure });
    expect(teams.callsOf('send')).toHaveLength(1);
  });

  it('adds a little to the wait that Teams asks for', async () => {
    teams.fail('send', { status: 429, retryAfter: 10 });
    const failure = await connector.postActivity(mira(), text('Once'), signal);
    if (failure.ok) throw new Error('not refused');
    expect(failure.retryAfterMs).toBeGreaterThanOrEqual(10_000);
    expect(failure.retryAfterMs).toBeLessThanOrEqual(12_500);
  });

  it('replaces a token that is refused, once', async () => {
    await connector.postActivity(mira(), text('One'), signal);
    teams.revokeTokens();
    expect(await connector.postActivity(mira(), text('Two'), signal)).toMatchObject({ ok: true });
    expect(teams.callsOf('token')).toHaveLength(2);
    teams.fail('send', { status: 401, times: 2 });
    expect(await connector.postActivity(mira(), text('Three'), signal)).toMatchObject({
      ...{ ok: false, code: 'not_registered', permanent: true },
    });
    expect(texts('a:mira')).toEqual(['One', 'Two']);
  });

  it('gives up when told to', async () => {
    teams.latency(60_000);
    const giving = new AbortController();
    const sending = connector.postActivity(mira(), text('Slow'), giving.signal);
    await teams.waitFor(() => teams.callsOf('token').length > 0);
    giving.abort();
    expect(await sending).toMatchObject({ ok: false, permanent: false });
    expect(await connector.postActivity(mira(), text('Never'), AbortSignal.abort())).toMatchObject({ code: 'aborted' });
    expect(texts('a:mira')).toEqual([]);
  });
});

describe('our token', () => {
  const serving = async (listener: RequestListener) => {
    const server = createServer(listener);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    return { url: `http://127.0.0.1:${port}/`, close: () => server.close() };
  };

  it('goes to no host outside the allow-list', async () => {
    const seen: unknown[] = [];
    const other = await serving((request, response) => {
      seen.push(request.headers.authorization);
      response.end('{}');
    });
    const where = { serviceUrl: other.url, conversationId: 'a:mira' };
    expect(await connector.postActivity(where, text('x'), signal)).toMatchObject({
      code: 'foreign_host',
      permanent: true,
    });
    const channel = { serviceUrl: other.url, channelId: desk };
    expect(await connector.createRootPost(channel, text('x'), signal)).toMatchObject({ code: 'foreign_host' });
    expect(await connector.members(where, signal)).toMatchObject({ code: 'foreign_host' });
    other.close();
    expect(seen).toEqual([]);
    expect(teams.callsOf('token')).toEqual([]);
  });

  it('follows no redirect', async () => {
    const seen: unknown[] = [];
    const other = await serving((request, response) => {
      seen.push(request.headers.authorization);
      response.end('{}');
    });
    const first = await serving((_, response) => {
      response.writeHead(307, { location: `${other.url}v3/conversations/x/activities` }).end();
    });
    const { config, token } = teamsParts(teams, deps);
    const redirected = createConnector({ config, token, now: deps.now, policy: { allows: () => true } });
    const where = { serviceUrl: first.url, conversationId: 'a:mira' };
    expect(await redirected.postActivity(where, text('x'), signal)).toMatchObject({
      code: 'http_307',
      permanent: true,
    });
    other.close();
    first.close();
    expect(seen).toEqual([]);
  });

  it('stays with the connector when an id holds a path or an address', async () => {
    const where = { serviceUrl: teams.serviceUrl, conversationId: '../../../evil?x=@other.example/#' };
    expect(await connector.postActivity(where, text('x'), signal)).toMatchObject({ ok: false, permanent: true });
    expect(teams.calls.at(-1)?.path).toContain('/connector/v3/conversations/');
    const before = teams.calls.length;
    for (const conversationId of ['..', '.', '']) {
      const place = { serviceUrl: teams.serviceUrl, conversationId };
      expect(await connector.postActivity(place, text('x'), signal)).toMatchObject({ code: 'foreign_host' });
    }
    expect(teams.calls).toHaveLength(before);
  });
});
