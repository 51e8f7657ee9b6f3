import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Card } from '#core/escalation.ts';
import type { Address, ConversationId, Outbound, SendResult } from '#core/message.ts';
import { type FakeChannelDeps, fakeChannelDeps } from '#test/fakes/channel-deps.ts';
import { desk, type FakeTeams, startFakeTeams, tenants } from '#test/fakes/teams/index.ts';
import { addressIn, teamsMessage, teamsParts, teamsSender } from '#test/teams-sending.ts';

let teams: FakeTeams;
let deps: FakeChannelDeps;
let sender: ReturnType<typeof teamsSender>;
const signal = new AbortController().signal;
const conversation = '7' as ConversationId;

beforeEach(async () => {
  teams = await startFakeTeams({ strictFinals: true });
  deps = fakeChannelDeps();
  sender = teamsSender(teams, deps);
});
afterEach(() => {
  expect(teams.problems).toEqual([]);
  return teams[Symbol.asyncDispose]();
});

const mira = () => addressIn(teams, 'a:mira');
const newCase: Address = { channel: 'teams', space: desk, thread: '' };
const landed = (result: SendResult) => {
  if (!result.ok) throw new Error(`${result.code}: ${result.message}`);
  return result;
};
/** An administrator, or we ourselves from elsewhere, deletes a message of ours. */
const remove = ({ space: conversationId }: Address, id: string) =>
  teamsParts(teams, deps).connector.deleteActivity({ serviceUrl: teams.serviceUrl, conversationId }, id, signal);
const said = (place: string): string[] => teams.bots(place).map(({ activity }) => teams.visibleText(activity));
const answer = (markdown: string, more: Partial<Outbound> = {}): Outbound =>
  teamsMessage(mira(), markdown, { meta: { kind: 'answer', citations: [] }, ...more });
const card: Card = {
  ...{ code: '7F3K', title: 'How do I reset it?', customer: 'Ann Lee', channel: 'teams', status: 'open' },
  ...{ waitingSince: '2027-01-15T08:00:00.000Z', why: 'Ann asked for a person.', tried: [], transcript: [] },
  actions: [{ id: 'claim', label: 'Claim' }],
};

describe('a message', () => {
  it('lands in a personal chat and in a thread', async () => {
    expect(landed(await sender.send(teamsMessage(mira(), 'Press **reset**.'), signal))).toMatchObject({
      externalId: teams.bots('a:mira')[0]?.id,
      address: mira(),
    });
    const { id } = await teams.say({ user: 'otto', place: desk, text: 'A word', mention: true });
    landed(await sender.send(teamsMessage(addressIn(teams, desk, id), 'In the thread'), signal));
    expect(teams.thread(desk, id)).toHaveLength(2);
    expect(said('a:mira')).toEqual(['Press reset.']);
  });

  it('reaches tenants in other regions by what is stored with the address', async () => {
    const chat = addressIn(teams, '19:acme-chat@thread.v2');
    landed(await sender.send(teamsMessage(chat, 'Hello all'), signal));
    expect(said('19:acme-chat@thread.v2')).toEqual(['Hello all']);
  });

  it('opens a thread at the desk, whose address comes back complete', async () => {
    const sent = landed(await sender.send(teamsMessage(newCase, '', { meta: { card } }), signal));
    expect(sent.address).toMatchObject({
      ...{ channel: 'teams', space: desk, thread: sent.externalId },
      state: { serviceUrl: teams.serviceUrl, conversationId: `${desk};messageid=${sent.externalId}`, type: 'channel' },
    });
    landed(await sender.send(teamsMessage(sent.address, 'A note'), signal));
    expect(teams.thread(desk, sent.externalId)).toHaveLength(2);
  });

  it('opens it where activities of our tenant came from', async () => {
    await deps.installations.save({
      ...{ key: tenants.home.id, name: 'Home' },
      data: { serviceUrl: `${teams.serviceUrl}elsewhere/` },
    });
    await sender.send(teamsMessage(newCase, '', { meta: { card } }), signal);
    expect(teams.calls.at(-1)?.path).toContain('/connector/elsewhere/v3/conversations');
    await deps.installations.save({
      key: tenants.home.id,
      name: 'Home',
      data: { serviceUrl: 'https://evil.example/' },
    });
    landed(await sender.send(teamsMessage(newCase, '', { meta: { card } }), signal));
  });

  it('changes a card in place; one that is gone opens a thread again', async () => {
    const first = landed(await sender.send(teamsMessage(newCase, '', { meta: { card } }), signal));
    const redraw = () =>
      teamsMessage(first.address, '', {
        ...{ meta: { card: { ...card, status: 'claimed', claimedBy: 'Mira Holm' } }, replaces: first.externalId },
      });
    expect(landed(await sender.send(redraw(), signal)).externalId).toBe(first.externalId);
    expect(teams.edits(desk, first.externalId)).toBe(1);
    await remove(first.address, first.externalId);
    const again = landed(await sender.send(redraw(), signal));
    expect(again.address.thread).toBe(again.externalId);
    expect(again.externalId).not.toBe(first.externalId);
    expect(said(desk)).toEqual([expect.stringContaining('Mira Holm')]);
  });

  it('that is a card and is refused leaves the old one standing', async () => {
    const first = landed(await sender.send(teamsMessage(newCase, '', { meta: { card } }), signal));
    teams.fail('update', { status: 400 });
    const redraw = teamsMessage(first.address, '', { meta: { card }, replaces: first.externalId });
    expect(await sender.send(redraw, signal)).toMatchObject({ ok: false, code: 'bad_request', permanent: true });
    expect(teams.bots(desk)).toHaveLength(1);
  });

  it('is known when it was sent, by this process alone', async () => {
    const message = teamsMessage(mira(), 'Once');
    expect(await sender.find(message, signal)).toBeUndefined();
    const { externalId } = landed(await sender.send(message, signal));
    expect(await sender.find(message, signal)).toEqual({ externalId, address: mira() });
    expect(said('a:mira')).toEqual(['Once']);
    expect(await teamsSender(teams, deps).find(message, signal)).toBeUndefined();
  });

  it('goes out plain when Teams does not like what is around its words', async () => {
    teams.fail('send', { status: 400 });
    landed(await sender.send(answer('Press reset.'), signal));
    expect(teams.bots('a:mira')[0]?.activity).not.toHaveProperty('entities');
    expect(said('a:mira')).toEqual(['Press reset.']);
  });

  it.each([
    [
      { status: 403, code: 'MessageWritesBlocked' },
      { code: 'blocked', permanent: true },
    ],
    [{ status: 404 }, { code: 'conversation_gone', permanent: true }],
    [
      { status: 429, retryAfter: 9 },
      { code: 'rate_limited', permanent: false },
    ],
    [{ drop: 'after' }, { code: 'unknown', permanent: false }],
  ] as const)('that fails is reported, not repeated: %j', async (fault, failure) => {
    teams.fail('send', fault);
    expect(await sender.send(teamsMessage(mira(), 'Once'), signal)).toMatchObject({ ok: false, ...failure });
    expect(teams.callsOf('send')).toHaveLength(1);
  });

  it('to a thread that Teams holds waits for its time', async () => {
    teams.fail('send', { status: 429, retryAfter: 60 });
    await sender.send(teamsMessage(mira(), 'One'), signal);
    expect(await sender.send(teamsMessage(mira(), 'Two'), signal)).toMatchObject({ code: 'rate_limited' });
    expect(teams.callsOf('send')).toHaveLength(1);
  });

  it('goes nowhere when its connector is not on the allow-list', async () => {
    const address = { ...mira(), state: { ...mira().state, serviceUrl: 'https://evil.example/' } };
    expect(await sender.send(teamsMessage(address, 'x'), signal)).toMatchObject({
      code: 'foreign_host',
      permanent: true,
    });
  });
});

describe('the answer to a stream', () => {
  const begin = async (text: string): Promise<string> => {
    const id = (await sender.streams.present(conversation, mira(), { text })) ?? '';
    await teams.waitFor(() => teams.streams.at(-1)?.seen.at(-1)?.type === 'streaming');
    return id;
  };
  const finishes = async (replaces: string, markdown: string): Promise<void> => {
    const sent = landed(await sender.send(answer(markdown, { replaces }), signal));
    expect(`stream:${sent.externalId}`).toBe(replaces);
    expect(teams.bots('a:mira')).toHaveLength(1);
    expect(said('a:mira')[0]).toContain(markdown);
    expect(teams.streams.at(-1)?.state).not.toBe('open');
  };

  it('ends it, with label, votes and a way to a person', async () => {
    const replaces = await begin('Press the button and wait');
    await finishes(replaces, 'Press the button and wait.');
    const { activity } = teams.bots('a:mira')[0] ?? {};
    expect(activity?.entities).toMatchObject([
      { additionalType: ['AIGeneratedContent'] },
      { type: 'streaminfo', streamType: 'final', streamId: replaces.replace('stream:', '') },
    ]);
    expect(activity?.channelData).toMatchObject({ feedbackLoop: { type: 'default' } });
    expect(teams.callsOf('update')).toEqual([]);
  });

  it('takes its place also when it begins with other words', async () => {
    await finishes(await begin('Press the button and wait'), 'Something else.');
    expect(teams.edits('a:mira', teams.bots('a:mira')[0]?.id ?? '')).toBe(2);
  });

  it('takes its place when only a status was shown', async () => {
    const replaces = (await sender.streams.present(conversation, mira(), { status: 'Reading…' })) ?? '';
    await finishes(replaces, 'The answer.');
  });

  it.each(['expired', 'stopped', 'final'] as const)('takes its place when it is %s', async (state) => {
    const replaces = await begin('Press the button and wait');
    const open = teams.streams.at(-1);
    if (open !== undefined) open.state = state;
    await finishes(replaces, 'Press the button and wait.');
  });

  it('takes its place when another process began it', async () => {
    const replaces = await begin('Press the button and wait');
    sender = teamsSender(teams, deps);
    await finishes(replaces, 'Something else.');
  });

  it('comes as a new message when the stream was deleted', async () => {
    const replaces = await begin('Press the button and wait');
    await remove(mira(), replaces.replace('stream:', ''));
    const sent = landed(await sender.send(answer('Press the button and wait.', { replaces }), signal));
    expect(`stream:${sent.externalId}`).not.toBe(replaces);
    expect(said('a:mira')).toEqual([expect.stringContaining('Press the button and wait.')]);
  });

  it('ends it at the next try when the first one broke off', async () => {
    const replaces = await begin('Press the button and wait');
    teams.fail('send', { drop: 'after' });
    const message = answer('Press the button and wait.', { replaces });
    expect(await sender.send(message, signal)).toMatchObject({ ok: false, code: 'unknown' });
    landed(await sender.send(message, signal));
    expect(said('a:mira')).toEqual([expect.stringContaining('Press the button and wait.')]);
  });
});
