import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bareClient } from './bare-client.ts';
import { desk, type FakeTeams, startFakeTeams, tenants } from './index.ts';
import { type RecordingApp, startRecordingApp } from './recording-app.ts';

let teams: FakeTeams;
let app: RecordingApp;

beforeEach(async () => {
  [teams, app] = await Promise.all([
    startFakeTeams({ patience: { answerMs: 1_000, retriesMs: [1, 1] } }),
    startRecordingApp(),
  ]);
  teams.connect(app.url);
});
afterEach(async () => {
  await teams[Symbol.asyncDispose]();
  await app[Symbol.asyncDispose]();
});

/** What the app sees in its newest activity. */
const last = () => app.activities.at(-1) ?? {};

describe('what reaches the app', () => {
  it('is signed by the key that the metadata leads to, for this app and this address', async () => {
    await teams.say({ user: 'mira', place: 'a:mira', text: 'Hello' });
    const metadata = (await (await fetch(teams.openidUrl)).json()) as { issuer: string; jwks_uri: string };
    const token = (app.authorizations[0] ?? '').replace('Bearer ', '');
    const keys = createRemoteJWKSet(new URL(metadata.jwks_uri));
    const { payload } = await jwtVerify(token, keys, { issuer: metadata.issuer, audience: teams.appId });
    expect(payload.serviceurl).toBe(teams.serviceUrl);
    const set = (await (await fetch(metadata.jwks_uri)).json()) as { keys: { kid: string; endorsements: string[] }[] };
    const { kid } = decodeProtectedHeader(token);
    expect(set.keys.find((key) => key.kid === kid)?.endorsements).toContain('msteams');

    await teams.say({ user: 'mira', place: 'a:mira', text: 'Forged', delivery: { token: { key: 'rogue' } } });
    const forged = (app.authorizations[1] ?? '').replace('Bearer ', '');
    await expect(jwtVerify(forged, keys)).rejects.toThrow('signature');
    await teams.post(last(), { token: { none: true } });
    expect(app.authorizations[2]).toBeUndefined();
    await teams.post(last(), { token: { header: 'Bearer nonsense' } });
    expect(app.authorizations[3]).toBe('Bearer nonsense');
  });

  it('has the form of a personal message', async () => {
    const { events } = await teams.say({ user: 'ann', place: 'a:ann', text: 'How do I export?' });
    expect(events.map(({ ok }) => ok)).toEqual([true]);
    expect(last()).toMatchObject({
      type: 'message',
      channelId: 'msteams',
      text: 'How do I export?',
      serviceUrl: `${teams.serviceUrl}amer/`,
      from: { id: teams.person('ann').id, aadObjectId: teams.person('ann').aad, name: 'Ann Lee' },
      recipient: { id: teams.botId },
      conversation: { id: 'a:ann', conversationType: 'personal', tenantId: tenants.acme.id },
      channelData: { tenant: { id: tenants.acme.id } },
    });
    expect(last()).not.toHaveProperty('conversation.isGroup');
  });

  it('has the form of a channel message with its thread and its mention', async () => {
    const place = '19:acme-help@thread.tacv2';
    const first = await teams.say({ user: 'ann', place, text: 'a question', mention: true });
    expect(last()).toMatchObject({
      text: '<at>Frontdesk</at> a question',
      conversation: { id: `${place};messageid=${first.id}`, isGroup: true, conversationType: 'channel' },
      channelData: { team: { id: '19:acme@thread.tacv2' }, channel: { id: place } },
    });
    expect(last().entities).toContainEqual({
      type: 'mention',
      text: '<at>Frontdesk</at>',
      mentioned: { id: teams.botId, name: 'Frontdesk' },
    });
    await teams.say({ user: 'ben', place, thread: first.id, text: 'me too', mention: ['ann'] });
    expect(last()).toMatchObject({ conversation: { id: `${place};messageid=${first.id}` } });
    expect(teams.thread(place, first.id)).toHaveLength(2);
    await expect(teams.say({ user: 'eve', place, text: 'Hi' })).rejects.toThrow('eve is not in');
  });

  it('is only what the bot may hear', async () => {
    const heard = async (user: string, place: string, mention = false) =>
      (await teams.say({ user, place, text: 'Hi', mention })).events.length;
    expect(await heard('mira', desk)).toBe(1);
    expect(await heard('eve', '19:globex@thread.tacv2')).toBe(0);
    expect(await heard('eve', '19:globex@thread.tacv2', true)).toBe(1);
    expect(await heard('ann', '19:acme-chat@thread.v2')).toBe(0);
    await teams.uninstall({ place: desk, user: 'mira' });
    expect(await heard('mira', desk, true)).toBe(0);
  });

  it('tells of changes, deletions and reactions', async () => {
    const said = await teams.say({ user: 'mira', place: desk, text: 'Frist' });
    await teams.edit({ ...said, text: 'First' });
    expect(last()).toMatchObject({ type: 'messageUpdate', id: said.id, text: 'First' });
    expect(last()).toMatchObject({ channelData: { eventType: 'editMessage', channel: { id: desk } } });
    await teams.remove(said);
    expect(last()).toMatchObject({ type: 'messageDelete', id: said.id });
    expect(teams.messages(desk)).toEqual([]);
    await teams.restore(said);
    expect(last()).toMatchObject({
      type: 'messageUpdate',
      text: 'First',
      channelData: { eventType: 'undeleteMessage' },
    });
    await teams.react({ ...said, user: 'otto', type: 'like' });
    expect(last()).toMatchObject({ type: 'messageReaction', replyToId: said.id, reactionsAdded: [{ type: 'like' }] });
    expect(teams.message(desk, said.id)?.reactions).toEqual([{ type: 'like', user: 'otto' }]);
  });

  it('tells of installation', async () => {
    await teams.install({ place: desk, user: 'mira' });
    const bot = { id: teams.botId, name: 'Frontdesk' };
    expect(app.activities).toMatchObject([
      { type: 'conversationUpdate', membersAdded: [bot], channelData: { eventType: 'teamMemberAdded' } },
      { type: 'installationUpdate', action: 'add' },
    ]);
  });

  it('comes again while nobody answers, and never after a no', async () => {
    app.answer = () => ({ status: app.activities.length < 3 ? 500 : 200 });
    const { events } = await teams.say({ user: 'mira', place: 'a:mira', text: 'Hello' });
    expect(events[0]?.attempts.map(({ status }) => status)).toEqual([500, 500, 200]);
    expect(new Set(app.activities.map(({ id }) => id)).size).toBe(1);
    app.answer = () => ({ status: 403 });
    expect((await teams.say({ user: 'mira', place: 'a:mira', text: 'Hello' })).events[0]?.attempts).toHaveLength(1);
    app.answer = () => undefined;
    const unheard = await teams.say({ user: 'mira', place: 'a:mira', text: 'Hello' });
    expect(unheard.events[0]?.attempts.map(({ body }) => body)).toEqual(['timeout', 'timeout', 'timeout']);
    app.answer = () => ({ status: 200 });
    await teams.say({ user: 'mira', place: 'a:mira', text: 'Twice', delivery: { times: 2, together: true } });
    expect(app.activities.filter(({ text }) => text === 'Twice')).toHaveLength(2);
  });
});

describe('files', () => {
  it('come as addresses that are open, pictures as ones that want a token', async () => {
    const files = [
      { name: 'log.txt', bytes: 'a line' },
      { name: 'screen.png', bytes: 'picture', mime: 'image/png' },
    ];
    await teams.say({ user: 'mira', place: 'a:mira', text: 'See', files });
    const [file, picture] = last().attachments as { contentUrl: string; content?: { downloadUrl: string } }[];
    const download = await fetch(file?.content?.downloadUrl ?? '');
    expect([download.headers.get('content-type'), await download.text()]).toEqual(['text/plain', 'a line']);
    expect((await fetch(`${file?.content?.downloadUrl}1`)).status).toBe(401);
    expect((await fetch(picture?.contentUrl ?? '')).status).toBe(401);
    await bareClient(teams);
    const headers = { authorization: `Bearer ${teams.tokens.at(-1)?.value}` };
    expect(await (await fetch(picture?.contentUrl ?? '', { headers })).text()).toBe('picture');
  });

  it('do not reach the bot from channels', async () => {
    await teams.say({ user: 'mira', place: desk, text: 'See', files: [{ name: 'log.txt', bytes: 'a line' }] });
    expect(last()).not.toHaveProperty('attachments');
  });
});
