import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bareClient } from './bare-client.ts';
import { desk, type FakeTeams, startFakeTeams } from './index.ts';

let clock = 1_800_000_000_000;
let teams: FakeTeams;
let client: Awaited<ReturnType<typeof bareClient>>;

beforeEach(async () => {
  teams = await startFakeTeams({ now: () => clock });
  client = await bareClient(teams);
});
afterEach(() => teams[Symbol.asyncDispose]());

const chat = 'a:mira';

/** One piece of a stream. */
const piece = (text: string, info: Readonly<Record<string, unknown>>, type = 'typing', place = chat) =>
  client.send(place, { type, text, entities: [{ type: 'streaminfo', ...info }] });

const begin = async (text = 'Looking…'): Promise<string> =>
  String((await piece(text, { streamType: 'informative', streamSequence: 1 })).body.id);

const more = (streamId: string, streamSequence: number, text: string) =>
  piece(text, { streamId, streamType: 'streaming', streamSequence });

const finish = (streamId: string, text: string) => piece(text, { streamId, streamType: 'final' }, 'message');

describe('a stream', () => {
  it('grows into one message', async () => {
    const id = await begin();
    expect((await more(id, 2, 'A brown')).status).toBe(202);
    expect((await more(id, 3, 'A brown fox')).status).toBe(202);
    expect(teams.visibleText(teams.message(chat, id)?.activity ?? {})).toBe('A brown fox');
    expect((await finish(id, 'A brown fox jumped.')).status).toBe(202);
    expect(teams.bots(chat).map(({ activity }) => activity.text)).toEqual(['A brown fox jumped.']);
    expect(teams.streams).toMatchObject([{ id, state: 'final', dropped: 0 }]);
    expect(teams.streams[0]?.seen.map(({ text }) => text)).toEqual(['Looking…', 'A brown', 'A brown fox']);
    expect(await more(id, 4, 'A brown fox jumped. Again')).toMatchObject({ code: 'ContentStreamNotAllowed' });
    expect((await client.update(chat, id, { text: 'Corrected' })).status).toBe(200);
  });

  it('must go on from what was said', async () => {
    const id = await begin();
    await more(id, 2, 'A brown');
    const other = await more(id, 3, 'A red fox');
    expect(other).toMatchObject({ status: 403, code: 'ContentStreamNotAllowed' });
    expect(String(JSON.stringify(other.body))).toContain('should contain the previously streamed content');
  });

  it('drops pieces that come late', async () => {
    const id = await begin();
    await more(id, 3, 'A brown fox');
    expect((await more(id, 2, 'A brown')).status).toBe(202);
    expect(teams.visibleText(teams.message(chat, id)?.activity ?? {})).toBe('A brown fox');
    expect(teams.streams).toMatchObject([{ dropped: 1 }]);
  });

  it('ends after two minutes, but can be put right by an update', async () => {
    const id = await begin();
    clock += 121_000;
    const late = await more(id, 2, 'Late');
    expect(JSON.stringify(late.body)).toContain('exceeded streaming time');
    expect((await finish(id, 'Too late')).status).toBe(403);
    expect((await client.update(chat, id, { text: 'The answer' })).status).toBe(200);
    expect(teams.bots(chat).map(({ activity }) => activity.text)).toEqual(['The answer']);
  });

  it('can be stopped by whoever reads it', async () => {
    const id = await begin();
    teams.stop(chat);
    expect(JSON.stringify((await more(id, 2, 'On')).body)).toContain('canceled by user');
  });

  it('is for personal chats, begins at one and has its final without a number', async () => {
    expect((await piece('Hi', { streamSequence: 1 }, 'typing', desk)).code).toBe('ContentStreamNotAllowed');
    expect((await piece('Hi', { streamSequence: 2 })).code).toBe('BadRequest');
    expect((await piece('', { streamSequence: 1 })).code).toBe('BadRequest');
    const id = await begin();
    expect((await piece('End', { streamId: id, streamType: 'final', streamSequence: 2 }, 'message')).status).toBe(400);
    expect((await piece('End', { streamType: 'final' }, 'message')).status).toBe(400);
    expect((await piece('End', { streamId: '5', streamType: 'final' }, 'message')).status).toBe(404);
    expect((await piece('x'.repeat(60_000), { streamId: id, streamType: 'streaming', streamSequence: 2 })).code).toBe(
      'ContentStreamNotAllowed',
    );
  });

  it('can be paced, and strict about its final', async () => {
    await teams[Symbol.asyncDispose]();
    teams = await startFakeTeams({ now: () => clock, limits: { streamPaceMs: 1_000 }, strictFinals: true });
    client = await bareClient(teams);
    const id = await begin();
    expect((await more(id, 2, 'A')).status).toBe(429);
    clock += 1_500;
    expect((await more(id, 2, 'A')).status).toBe(202);
    expect((await finish(id, 'Something else')).status).toBe(403);
    expect((await finish(id, 'A fox')).status).toBe(202);
  });
});
