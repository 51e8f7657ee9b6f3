import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ConversationId } from '#core/message.ts';
import { type FakeChannelDeps, fakeChannelDeps } from '#test/fakes/channel-deps.ts';
import { type FakeTeams, startFakeTeams } from '#test/fakes/teams/index.ts';
import { addressIn, teamsSender } from '#test/teams-sending.ts';
import type { Presenter } from './stream.ts';

let clock = 1_800_000_000_000;
let teams: FakeTeams;
let deps: FakeChannelDeps;
let streams: Presenter;
const conversation = '7' as ConversationId;
const signal = new AbortController().signal;

beforeEach(async () => {
  clock = 1_800_000_000_000;
  teams = await startFakeTeams({ strictFinals: true, now: () => clock });
  deps = fakeChannelDeps(() => {
    clock += 1_000;
    return new Date(clock);
  });
  streams = teamsSender(teams, deps).streams;
});
afterEach(() => teams[Symbol.asyncDispose]());

const mira = () => addressIn(teams, 'a:mira');
const seen = () => teams.streams[0]?.seen.map(({ type, text }) => `${type}: ${text}`);
const shows = (text: string) => teams.waitFor(() => seen()?.includes(`streaming: ${text}`), 5_000, text);

describe('a stream in a personal chat', () => {
  it('begins with a status, goes on with all of the text so far, and is told by its id', async () => {
    const id = await streams.present(conversation, mira(), { status: 'Looking that up…' });
    expect(id).toBe(`stream:${teams.streams[0]?.id}`);
    const stream = id ?? '';
    expect(await streams.present(conversation, mira(), { text: 'Press the button now', stream })).toBe(id);
    await shows('Press the button');
    await streams.present(conversation, mira(), { text: 'Press the button now and wait. Then', stream });
    await shows('Press the button now and wait.');
    expect(seen()?.[0]).toBe('informative: Looking that up…');
    expect(teams.streams).toMatchObject([{ dropped: 0, state: 'open' }]);
    expect(teams.problems).toEqual([]);
    const pieces = teams.callsOf('send').map(({ body }) => body?.entities);
    expect(pieces[0]).toEqual([{ type: 'streaminfo', streamType: 'informative', streamSequence: 1 }]);
    expect(pieces.at(-1)).toMatchObject([{ streamType: 'streaming', streamSequence: pieces.length }]);
  });

  it('begins once, also when two want to begin it', async () => {
    const [one, two] = await Promise.all([
      streams.present(conversation, mira(), { status: 'Reading…' }),
      streams.present(conversation, mira(), { text: 'Hello there. You' }),
    ]);
    expect(one).toBeDefined();
    expect(two).toBe(one);
    await shows('Hello there.');
    expect(teams.streams).toHaveLength(1);
  });

  it('shows nothing that does not go on from what is shown', async () => {
    const stream = (await streams.present(conversation, mira(), { text: 'One two three four' })) ?? '';
    await shows('One two three');
    await streams.present(conversation, mira(), { text: 'Something else altogether. And more', stream });
    await streams.present(conversation, mira(), { status: 'Reading…', stream });
    expect(await streams.end(stream.replace('stream:', ''))).toEqual({ shown: 'One two three', isOpen: true });
    expect(seen()).toEqual(['streaming: One two three']);
  });

  it('is rendered at the pace of its pieces, not with every word', async () => {
    let renderings = 0;
    const render = (markdown: string): string => {
      renderings += 1;
      return markdown;
    };
    streams = teamsSender(teams, deps, { render, paceMs: 60_000 }).streams;
    const stream = (await streams.present(conversation, mira(), { text: 'One' })) ?? '';
    const before = renderings;
    for (let words = 2; words < 100; words += 1)
      await streams.present(conversation, mira(), { text: 'One '.repeat(words), stream });
    expect(renderings).toBe(before);
    expect(await streams.end(stream.replace('stream:', ''))).toEqual({ shown: 'One', isOpen: true });
  });

  it('is begun anew by the next turn, and left alone when another process shows it', async () => {
    const first = await streams.present(conversation, mira(), { text: 'One two three' });
    const second = await streams.present(conversation, mira(), { text: 'Other words here' });
    expect(second).toBeDefined();
    expect(second).not.toBe(first);
    expect(await streams.present(conversation, mira(), { text: 'More', stream: 'stream:77' })).toBe('stream:77');
    expect(teams.streams).toHaveLength(2);
  });

  it('ends where the person stopped it or Teams does not allow it', async () => {
    const stream = (await streams.present(conversation, mira(), { text: 'One two three' })) ?? '';
    const open = teams.streams[0];
    if (open !== undefined) open.state = 'stopped';
    await streams.present(conversation, mira(), { text: 'One two three four five', stream });
    await teams.waitFor(() => teams.callsOf('send').length === 2);
    expect(await streams.end(stream.replace('stream:', ''))).toEqual({ shown: 'One two', isOpen: false });
  });

  it('is ended in time with what it shows, before Teams breaks it off', async () => {
    const stream = (await streams.present(conversation, mira(), { text: 'One two three' })) ?? '';
    await shows('One two');
    clock += 106_000;
    await streams.present(conversation, mira(), { text: 'One two three four five', stream });
    await teams.waitFor(() => teams.streams[0]?.state === 'final');
    expect(teams.messages('a:mira').at(-1)?.activity).toMatchObject({ type: 'message', text: 'One two' });
    expect(await streams.end(stream.replace('stream:', ''))).toEqual({ shown: 'One two', isOpen: false });
  });

  it('is taken back whole', async () => {
    const stream = (await streams.present(conversation, mira(), { text: 'One two three' })) ?? '';
    await streams.discard(mira(), stream, signal);
    expect(teams.messages('a:mira')).toEqual([]);
    expect(teams.streams[0]?.state).toBe('final');
    await streams.discard(mira(), stream, signal);
    await streams.discard(mira(), 'stream:nobody', signal);
    const again = await streams.present(conversation, mira(), { status: 'Reading…' });
    await streams.discard(mira(), again ?? '', signal);
    expect(teams.messages('a:mira')).toEqual([]);
  });

  it('never throws, whatever Teams does', async () => {
    teams.fail('any', { status: 500, times: 20 });
    expect(await streams.present(conversation, mira(), { text: 'One two three' })).toBeUndefined();
    await streams.discard(mira(), 'stream:1', signal);
    const { state: _state, ...nowhere } = mira();
    expect(await streams.present(conversation, nowhere, { status: 'Reading…' })).toBeUndefined();
  });
});

describe('elsewhere', () => {
  it('somebody is seen typing now and then, and nothing is streamed', async () => {
    const said = await teams.say({ user: 'ann', place: '19:acme-chat@thread.v2', text: 'Hi' }).catch(() => undefined);
    expect(said).toBeDefined();
    const chat = addressIn(teams, '19:acme-chat@thread.v2');
    for (const text of ['One two', 'One two three', 'One two three four'])
      expect(await streams.present(conversation, chat, { text })).toBeUndefined();
    await teams.waitFor(() => teams.typing.length > 0);
    expect(teams.streams).toEqual([]);
    expect(teams.typing.length).toBeLessThan(3);
    await streams.present(conversation, chat, { status: '' });
    expect(teams.callsOf('send').every(({ body }) => body?.type === 'typing')).toBe(true);
  });
});
