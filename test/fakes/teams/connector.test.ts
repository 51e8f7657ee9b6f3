import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { askForToken, bareClient } from './bare-client.ts';
import { desk, type FakeTeams, startFakeTeams, tenants } from './index.ts';

let clock = 1_800_000_000_000;
let teams: FakeTeams;
let client: Awaited<ReturnType<typeof bareClient>>;

beforeEach(async () => {
  clock = 1_800_000_000_000;
  teams = await startFakeTeams({ now: () => clock });
  client = await bareClient(teams);
});
afterEach(() => teams[Symbol.asyncDispose]());

const inAmerica = { region: 'amer/' };
const card = (text: string) => ({
  contentType: 'application/vnd.microsoft.card.adaptive',
  content: { type: 'AdaptiveCard', version: '1.4', body: [{ type: 'TextBlock', text }] },
});

describe('tokens', () => {
  it('gives one to the right app alone, for the right purpose', async () => {
    expect((await askForToken(teams)).body).toMatchObject({ token_type: 'Bearer', expires_in: 3_599 });
    const refused = async (form: Readonly<Record<string, string>>) => (await askForToken(teams, form)).body.error;
    expect(await refused({ client_id: 'somebody' })).toBe('unauthorized_client');
    expect(await refused({ client_secret: 'guess' })).toBe('invalid_client');
    expect(await refused({ scope: 'https://graph.microsoft.com/.default' })).toBe('invalid_scope');
    expect(await refused({ grant_type: 'password' })).toBe('unsupported_grant_type');
    expect(teams.tokens).toHaveLength(2);
    expect(teams.callsOf('token')).toHaveLength(6);
  });

  it('lets nobody call without one, nor with an old or a revoked one', async () => {
    const send = (bearer?: string) => client.send('a:mira', { text: 'Hello' }, bearer === undefined ? {} : { bearer });
    expect((await send('token-9')).status).toBe(401);
    expect((await send()).status).toBe(201);
    clock += 3_600_000;
    expect((await send()).status).toBe(401);
    client = await bareClient(teams);
    expect((await send()).status).toBe(201);
    teams.revokeTokens();
    expect((await send()).status).toBe(401);
    expect(teams.messages('a:mira')).toHaveLength(2);
  });
});

describe('messages', () => {
  it('lands in a thread with its root in the address, and as a new root without', async () => {
    const root = await client.root(desk, { type: 'message', attachments: [card('A case')] });
    expect(root.status).toBe(201);
    const id = String(root.body.activityId);
    expect(root.body.id).toBe(`${desk};messageid=${id}`);
    await client.send(`${desk};messageid=${id}`, { text: 'In it' });
    const lost = await client.send(desk, { text: 'Beside it', replyToId: id });
    expect(teams.thread(desk, id).map(({ activity }) => teams.visibleText(activity))).toEqual(['A case', 'In it']);
    expect(teams.thread(desk, String(lost.body.id))).toHaveLength(1);
    expect((await client.send(`${desk};messageid=77`, { text: 'x' })).code).toBe('ConversationNotFound');
  });

  it('refuses threads where there are none', async () => {
    const answer = await client.send('19:acme-chat@thread.v2;messageid=5', { text: 'Hi' }, inAmerica);
    expect(answer).toMatchObject({ status: 400, code: 'BadSyntax' });
    expect((await client.send('19:acme-chat@thread.v2', { text: 'Hi' }, inAmerica)).status).toBe(201);
  });

  it('is reached through the address of its own region alone', async () => {
    expect((await client.send('a:ann', { text: 'Hi' })).code).toBe('ConversationNotFound');
    expect((await client.send('a:ann', { text: 'Hi' }, inAmerica)).status).toBe(201);
  });

  it('can be changed and taken back by the bot, and only its own', async () => {
    const { body } = await client.send('a:mira', { text: 'One' });
    const id = String(body.id);
    expect((await client.update('a:mira', id, { text: 'Two' })).status).toBe(200);
    expect(teams.visibleText(teams.message('a:mira', id)?.activity ?? {})).toBe('Two');
    expect(teams.edits('a:mira', id)).toBe(1);
    const other = await teams.say({ user: 'mira', place: 'a:mira', text: 'Mine' });
    expect((await client.update('a:mira', other.id, { text: 'Not yours' })).code).toBe('NotEnoughPermissions');
    expect((await client.remove('a:mira', id)).status).toBe(200);
    expect((await client.update('a:mira', id, { text: 'Late' })).code).toBe('ActivityNotFoundInConversation');
    expect((await client.remove('a:mira', id)).status).toBe(404);
    expect(teams.bots('a:mira')).toEqual([]);
  });

  it('is refused where the bot is not, is blocked, or nothing is', async () => {
    const code = async () => (await client.send('a:mira', { text: 'Hi' })).code;
    expect((await client.send('a:nobody', { text: 'Hi' })).code).toBe('ConversationNotFound');
    await teams.uninstall({ place: 'a:mira', user: 'mira' });
    expect(await code()).toBe('BotNotInConversationRoster');
    await teams.install({ place: 'a:mira', user: 'mira' });
    expect(await code()).toBeUndefined();
    const place = teams.world.places.find(({ id }) => id === 'a:mira');
    Object.assign(place ?? {}, { refuses: 'ConversationBlockedByUser' });
    expect(await code()).toBe('ConversationBlockedByUser');
  });

  it('counts size as UTF-16, and wants something to show', async () => {
    expect((await client.send('a:mira', { text: 'x'.repeat(50_000) })).status).toBe(201);
    expect(await client.send('a:mira', { text: 'x'.repeat(52_000) })).toMatchObject({
      status: 413,
      code: 'MessageSizeTooBig',
    });
    expect((await client.send('a:mira', { text: '' })).code).toBe('BadSyntax');
    expect(teams.problems).toEqual(['neither text nor attachments']);
  });

  it('notes entities that Teams would not show', async () => {
    const entities = [
      { type: 'https://schema.org/Message', '@type': 'Message', citation: [{ '@type': 'Claim', position: 1 }] },
      { type: 'mention', text: '<at>Ann</at>', mentioned: { id: teams.person('ann').id, name: 'Ann' } },
    ];
    expect((await client.send(desk, { text: 'See [1]', entities })).status).toBe(400);
    expect(teams.problems.join('\n')).toMatch(/a citation needs name[\s\S]*lacks a mention[\s\S]*who is not there/);
  });

  it('shows typing until something is said', async () => {
    expect((await client.send('a:mira', { type: 'typing' })).status).toBe(202);
    expect(teams.isTyping('a:mira')).toBe(true);
    clock += 500;
    await client.send('a:mira', { text: 'Here' });
    expect(teams.isTyping('a:mira')).toBe(false);
    expect(teams.typing).toHaveLength(1);
  });
});

describe('conversations', () => {
  it('opens the chat of somebody in the tenant', async () => {
    const { aad } = teams.person('mira');
    const open = (tenantId: string) => client.call('POST', 'conversations', { members: [{ id: aad }], tenantId });
    expect((await open(tenants.home.id)).body.id).toBe('a:mira');
    expect((await open(tenants.acme.id)).code).toBe('BadArgument');
    expect((await client.call('POST', 'conversations', { isGroup: true, members: [] })).code).toBe('BadArgument');
    expect((await client.call('POST', 'conversations', { channelData: { channel: { id: desk } } })).code).toBe(
      'BadSyntax',
    );
  });

  it('tells who is there', async () => {
    const members = (await client.get(`conversations/${desk}/members`)).body.list;
    expect(members).toHaveLength(3);
    const guest = teams.person('gus').aad;
    const customers = 'conversations/19:customers@thread.tacv2';
    expect((await client.get(`${customers}/members/${guest}`)).body).toMatchObject({
      name: 'Gus Grant',
      userRole: 'guest',
      tenantId: tenants.home.id,
      email: 'gus@initech.example',
    });
    expect((await client.get(`conversations/${desk}/members/${guest}`)).code).toBe('MemberNotFoundInConversation');
    const page = await client.get(`${customers}/pagedmembers?pageSize=50`);
    expect(page.body).toMatchObject({ members: [{ name: 'Mira Holm' }, { name: 'Otto Berg' }, { name: 'Gus Grant' }] });
    expect((await client.get('teams/19:support@thread.tacv2')).body).toMatchObject({
      name: 'Support',
      channelCount: 3,
    });
    expect((await client.get('teams/19:support@thread.tacv2/conversations')).body.conversations).toHaveLength(3);
  });

  it('pages through a large place', async () => {
    const customers = teams.world.teams.find(({ name }) => name === 'Customers');
    for (let n = 0; n < 60; n += 1) {
      const key = `p${n}`;
      teams.world.people.push({ key, id: `29:${key}`, aad: key, tenant: tenants.home.id, name: key });
      customers?.members.push(key);
    }
    const path = 'conversations/19:customers@thread.tacv2/pagedmembers?pageSize=50';
    const { body } = await client.get(path);
    expect(body.members).toHaveLength(50);
    const rest = await client.get(`${path}&continuationToken=${String(body.continuationToken)}`);
    expect(rest.body.members).toHaveLength(13);
    expect(rest.body.continuationToken).toBeUndefined();
  });
});

describe('misfortune', () => {
  it('answers as told, in order, and only there', async () => {
    teams.fail('send', { status: 429, retryAfter: 3, place: 'a:mira' });
    teams.fail('send', { status: 412, place: 'a:mira' });
    teams.fail('any', { status: 504, place: 'a:mira' });
    expect((await client.send('a:otto', { text: 'Hi' })).status).toBe(201);
    const first = await client.send('a:mira', { text: 'Hi' });
    expect([first.status, first.code, first.headers.get('retry-after')]).toEqual([429, 'Throttled', '3']);
    expect((await client.send('a:mira', { text: 'Hi' })).code).toBe('PreconditionFailed');
    expect((await client.send('a:mira', { text: 'Hi' })).status).toBe(504);
    expect(teams.messages('a:mira')).toEqual([]);
    expect((await client.send('a:mira', { text: 'Hi' })).status).toBe(201);
  });

  it('cuts the connection before or after it has taken a message', async () => {
    teams.fail('send', { drop: 'before' });
    await expect(client.send('a:mira', { text: 'Lost' })).rejects.toThrow();
    teams.fail('send', { drop: 'after' });
    await expect(client.send('a:mira', { text: 'Taken' })).rejects.toThrow();
    expect(teams.bots('a:mira').map(({ activity }) => activity.text)).toEqual(['Taken']);
    expect(teams.callsOf('send').map(({ status }) => status)).toEqual([undefined, undefined]);
  });

  it('can do it and still say that it failed, type by type', async () => {
    teams.fail('send', { status: 502, takesEffect: true, type: 'message' });
    expect((await client.send('a:mira', { type: 'typing' })).status).toBe(202);
    expect((await client.send('a:mira', { text: 'Hi' })).code).toBe('ServiceError');
    expect(teams.bots('a:mira')).toHaveLength(1);
  });

  it('limits the pace of a thread when asked, and counts it always', async () => {
    for (let n = 0; n < 8; n += 1) expect((await client.send('a:mira', { text: 'Hi' })).status).toBe(201);
    expect(teams.busiest(1_000, 'a:mira')).toBe(8);
    clock += 60_000;
    teams.throttle();
    const answers = [];
    for (let n = 0; n < 9; n += 1) answers.push(await client.send('a:mira', { text: 'Hi' }));
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201, 201, 201, 201, 429, 429]);
    expect(answers.at(-1)?.headers.get('retry-after')).toBe('1');
    expect((await client.send('a:otto', { text: 'Hi' })).status).toBe(201);
    clock += 2_000;
    expect((await client.send('a:mira', { text: 'Hi' })).status).toBe(201);
    expect(teams.throttled).toBe(2);
  });
});
