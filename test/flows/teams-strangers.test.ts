import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase } from '#src/store/database.ts';
import { quietLog } from '#test/database.ts';
import {
  type Delivered,
  type FakeTeams,
  type Said,
  startFakeTeams,
  type TokenVariant,
  tenants,
  visibleText,
} from '#test/fakes/teams/index.ts';
import { startTeamsSupport, type TeamsSupport } from '#test/teams.ts';

const password = 'How do I reset my password?';
const printer = 'My label printer is offline. What can I do?';

describe('what is not from Teams, or not for us', { timeout: 180_000 }, () => {
  let support: TeamsSupport;
  let teams: TeamsSupport['teams'];
  let trap: FakeTeams;
  let answered: Said;
  beforeAll(async () => {
    [support, trap] = await Promise.all([startTeamsSupport(), startFakeTeams()]);
    teams = support.teams;
  }, 180_000);
  afterAll(async () => {
    await support?.[Symbol.asyncDispose]();
    await trap?.[Symbol.asyncDispose]();
  });

  const help = '19:acme-help@thread.tacv2';
  const question = { user: 'ann', place: 'a:ann', text: password };

  /** One try each, and an answer that says nothing. */
  const expectRefused = (events: readonly Delivered[], status: number) =>
    expect(events.map(({ attempts }) => attempts.map((one) => [one.status, one.body]))).toEqual([[[status, '']]]);

  it('waits for the keys that prove it, and does not turn Teams away meanwhile', async () => {
    teams.fail('keys');
    answered = await teams.say({ ...question, place: help, mention: true });
    expect(answered.events.map(({ attempts }) => attempts.map(({ status }) => status))).toEqual([[503, 200]]);
    expect(visibleText((await support.answer(answered)).activity)).toContain('Forgot password');
  });

  it.each<[string, TokenVariant]>([
    ['without a token', { none: true }],
    ['with garbage for a token', { header: 'Bearer a.b.c' }],
    ['with another scheme', { header: 'Basic YTpi' }],
    ['signed by a stranger', { key: 'rogue' }],
    ['signed by a key that nobody published', { kid: 'nobody' }],
    ['signed by a key for another channel', { key: 'unendorsed' }],
    ['for another app', { audience: '11111111-1111-4111-8111-111111111111' }],
    ['from another issuer', { issuer: 'https://sts.windows.net/11111111-1111-4111-8111-111111111111/' }],
    ['for another service URL', { serviceUrl: 'https://smba.trafficmanager.net/teams/' }],
    ['for no service URL', { serviceUrl: 'none' }],
    ['that is over', { notBefore: -7_200, expiresIn: -3_600 }],
    ['that is not yet valid', { notBefore: 3_600, expiresIn: 7_200 }],
  ])('is a request %s', async (_what, token) => {
    const said = await teams.say({ ...question, delivery: { token } });
    expectRefused(said.events, 401);
    const pressed = await teams.press({
      ...{ user: 'ann', place: help, activityId: support.bots(help)[0]?.id ?? '', label: 'Talk to a person' },
      delivery: { token },
    });
    expectRefused(pressed.events, 401);
  });

  it('is a tenant that nobody has allowed, in its own places or as a guest of others', async () => {
    const globex = tenants.globex.id;
    const guest = { from: { id: '29:guest', name: 'Guest', aadObjectId: teams.person('eve').aad, tenantId: globex } };
    for (const saying of [
      { ...question, user: 'eve', place: 'a:eve' },
      { ...question, user: 'eve', place: '19:globex@thread.tacv2', mention: true },
      { ...question, place: help, mention: true, extra: guest },
      { ...question, extra: { channelData: { tenant: { id: globex } } } },
      { ...question, extra: { channelData: {}, conversation: { id: 'a:ann', conversationType: 'personal' } } },
    ])
      expectRefused((await teams.say(saying)).events, 403);
  });

  it('is an address that answers should go to and that is not on the list', async () => {
    const { port } = new URL(trap.url);
    for (const serviceUrl of [
      trap.serviceUrl,
      `http://localhost:${new URL(teams.url).port}/connector/`,
      `${teams.url}@127.0.0.1:${port}/connector/`,
      `${teams.url}\\@127.0.0.1:${port}/connector/`,
      `${teams.url}#@127.0.0.1:${port}/`,
      teams.serviceUrl.replace('http:', 'https:'),
      'https://smba.trafficmanager.net/teams/',
      'file:///etc/passwd',
    ])
      expectRefused((await teams.say({ ...question, extra: { serviceUrl } })).events, 403);
    expect(support.product.log()).toContain('TEAMS_SERVICE_URLS');
  });

  it('is too large, or no activity at all', async () => {
    const activity = teams.activity({ ...question, user: 'ben', place: 'a:ben' });
    const status = async (more: object) => (await teams.post({ ...activity, ...more }, { once: true }))[0]?.status;
    expect(await status({ text: 'x'.repeat(1_000_000) })).toBe(413);
    expect(await status({ text: 'x'.repeat(2_000_000) })).toBe(413);
    const deep = JSON.parse(`${'[{"a":'.repeat(2_000)}1${'}]'.repeat(2_000)}`);
    const wrong: readonly object[] = [
      ...[7, null, '', '__proto__', 'x'.repeat(1_000), deep].map((type) => ({ type })),
      ...[null, 7, '', {}, { id: 7 }, deep].map((conversation) => ({ conversation })),
      ...[null, 7, { id: '' }, { id: teams.botId, name: 'Frontdesk' }, { id: '28:other', role: 'bot' }].map((from) => ({
        from,
      })),
      ...[undefined, 7, null, {}].map((id) => ({ id })),
      { text: 7, attachments: 'x', entities: 7 },
      {
        text: '',
        attachments: [
          null,
          7,
          deep,
          { contentType: 7 },
          { contentType: 'image/png', contentUrl: 'file:///etc/passwd' },
        ],
      },
      { type: 'messageUpdate', text: '' },
      { type: 'messageReaction', reactionsAdded: deep },
      { type: 'invoke' },
      { type: 'invoke', name: 'adaptiveCard/action', value: deep },
      { type: 'invoke', name: 'adaptiveCard/action', value: { action: { verb: 'claim', data: { v: 1 } } } },
      { type: 'invoke', name: 'message/submitAction', value: { actionName: 'feedback', actionValue: 7 } },
      { type: 'invoke', name: 'fileConsent/invoke', value: { action: 'accept', uploadInfo: { uploadUrl: trap.url } } },
      { type: 'conversationUpdate', membersAdded: [null, deep, { id: 7 }] },
      { type: 'installationUpdate', action: deep },
      { text: '', value: deep },
    ];
    for (const more of wrong)
      expect([more, await status(more)]).toEqual([more, expect.toBeOneOf([200, 400, 403, 501])]);
    for (const body of ['', '{', 'null', '[]', '"x"', '7', '\u0000', '['.repeat(50_000)]) {
      const headers = { 'content-type': 'application/json', authorization: 'Bearer a.b.c' };
      const response = await fetch(`${support.product.url}/api/messages`, { method: 'POST', headers, body });
      expect([body.slice(0, 9), response.status]).toEqual([body.slice(0, 9), expect.toBeOneOf([400, 401])]);
    }
  });

  it('leaves nothing behind: not in the database, and not a call to anybody', async () => {
    await teams.say({ ...question, place: help, thread: answered.id, text: printer });
    const second = await support.answer(answered, 2);
    expect(trap.calls).toEqual([]);
    // Of Ben it is known that he presses what is not there, and he is told.
    const places = new Set(teams.calls.flatMap(({ place }) => place ?? []));
    expect(places).toEqual(new Set([help, '19:acme@thread.tacv2', 'a:ben']));
    const { home } = support.product;
    expect(await support.product.stop()).toBe(0);
    await using database = await openDatabase(
      { home, poolSize: 1, statementTimeoutMs: 15_000, idleTimeoutMs: 10_000 },
      quietLog,
    );
    const column = async (query: ReturnType<typeof sql<{ value: string }>>) =>
      (await query.execute(database.db)).rows.map(({ value }) => value);
    expect((await column(sql`select key as value from dedupe order by key`)).length).toBe(2);
    expect(await column(sql`select space as value from addresses`)).toEqual([help]);
    expect(await column(sql`select external_id as value from messages order by id`)).toEqual([
      answered.id,
      support.bots(answered)[0]?.id,
      expect.any(String),
      second.id,
    ]);
    expect(await column(sql`select seq::text as value from inbox order by seq`)).toEqual(['1', '2']);
    expect(await column(sql`select id::text as value from conversations`)).toHaveLength(1);
    expect(await column(sql`select key as value from installations`)).toEqual([tenants.acme.id]);
    for (const table of ['quarantine', 'held_events', 'escalations', 'cursors'])
      expect([table, await column(sql`select '' as value from ${sql.table(table)}`)]).toEqual([table, []]);
  });
});
