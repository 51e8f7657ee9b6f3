import { setImmediate } from 'node:timers/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { ChannelAdapter, Progress } from '#core/channel.ts';
import type { Ledger } from '#core/ledger.ts';
import { aClaim, anAdapter } from '#test/fakes/pipeline.ts';
import { recordingLog } from '#test/recording-log.ts';
import { createTurnStream } from './stream.ts';

const setUp = (
  behaviour: Partial<ChannelAdapter> = {},
  stream?: string,
  beginShowing: Ledger['beginShowing'] = async () => true,
) => {
  const shown: Progress[] = [];
  const kept: string[] = [];
  const discarded: string[] = [];
  const { present = async () => 's1', ...rest } = behaviour;
  const log = recordingLog();
  const adapter = anAdapter({
    present: (id, address, progress) => {
      const { goAhead: _asked, ...seen } = progress;
      shown.push(seen);
      return present(id, address, progress);
    },
    discard: async (_address, id) => void discarded.push(id),
    ...rest,
  });
  const turn = createTurnStream(
    aClaim([], stream === undefined ? {} : { stream }),
    adapter,
    { keepStream: async (_id, id) => void kept.push(id), beginShowing },
    log,
  );
  return { turn, shown, kept, discarded, log };
};
/** A start that comes back when it is told to. */
const held = () => {
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  return { present: () => promise, resolve };
};
const soon = () => (vi.isFakeTimers() ? vi.advanceTimersByTimeAsync(0) : setImmediate());

afterEach(() => void vi.useRealTimers());

describe('the partial message of a turn', () => {
  it('is stored as soon as it is there, once, and named in everything that follows', async () => {
    vi.useFakeTimers();
    const { turn, shown, kept } = setUp();
    turn.show({ status: 'Searching…' });
    turn.show({ text: 'Under' });
    await soon();
    turn.show({ text: 'Under Settings' });
    await soon();
    expect(kept).toEqual(['s1']);
    expect(shown).toEqual([
      { status: 'Searching…' },
      // The platform may have begun the message with the status.
      { text: 'Under', stream: 's1' },
      expect.objectContaining({ text: 'Under Settings', stream: 's1' }),
    ]);
    expect(await turn.settle()).toBe('s1');
  });

  it('starts once, however fast the text comes, and goes on with the newest', async () => {
    vi.useFakeTimers();
    const start = held();
    const { turn, shown, kept } = setUp({ present: start.present });
    turn.show({ text: 'U' });
    await soon();
    for (const text of ['Un', 'Und', 'Under']) turn.show({ text });
    await soon();
    expect(shown).toEqual([{ text: 'U' }]);
    start.resolve('s1');
    await soon();
    expect(shown).toEqual([{ text: 'U' }, { text: 'Under', stream: 's1' }]);
    expect(kept).toEqual(['s1']);
  });

  it('goes on where an earlier try of this turn has stopped, without storing it again', async () => {
    const { turn, shown, kept } = setUp({}, 's1');
    turn.show({ text: 'Under' });
    await soon();
    expect(await turn.settle()).toBe('s1');
    expect(shown).toEqual([{ text: 'Under', stream: 's1' }]);
    expect(kept).toEqual([]);
    expect(await setUp({}, 's0').turn.settle()).toBe('s0');
  });

  it('is nothing where the platform shows none, or fails', async () => {
    const without = setUp({ present: async () => undefined });
    without.turn.show({ text: 'Under' });
    await soon();
    expect(await without.turn.settle()).toBeUndefined();
    await without.turn.discard();
    expect([without.kept, without.discarded]).toEqual([[], []]);
    const failing = setUp({ present: () => Promise.reject(new Error('not_allowed')) });
    failing.turn.show({ text: 'Under' });
    await soon();
    expect(await failing.turn.settle()).toBeUndefined();
    expect(failing.log.lines).toMatchObject([{ level: 'debug', fields: { error: 'not_allowed' } }]);
    const off = createTurnStream(
      aClaim([]),
      undefined,
      { keepStream: async () => undefined, beginShowing: async () => true },
      recordingLog(),
    );
    off.show({ text: 'Under' });
    expect(await off.settle()).toBeUndefined();
    await off.discard();
  });

  it('counts though it could not be stored', async () => {
    const turn = createTurnStream(
      aClaim([]),
      anAdapter({ present: async () => 's1' }),
      { keepStream: () => Promise.reject(new Error('connection refused')), beginShowing: async () => true },
      recordingLog(),
    );
    turn.show({ text: 'Under' });
    await soon();
    expect(await turn.settle()).toBe('s1');
  });

  it('is waited for while it starts', async () => {
    vi.useFakeTimers();
    const start = held();
    const { turn, shown } = setUp({ present: start.present });
    turn.show({ text: 'U' });
    await soon();
    turn.show({ text: 'Under' });
    const settled = turn.settle();
    await vi.advanceTimersByTimeAsync(2_000);
    start.resolve('s1');
    expect(await settled).toBe('s1');
    // The answer is there by now: nothing more of the partial text is shown.
    expect(shown).toEqual([{ text: 'U' }]);
  });

  it('is not waited for for ever; a start that comes back after the answer is taken back', async () => {
    vi.useFakeTimers();
    const start = held();
    const { turn, kept, discarded } = setUp({ present: start.present });
    turn.show({ text: 'U' });
    await soon();
    const settled = turn.settle();
    await vi.advanceTimersByTimeAsync(3_000);
    expect(await settled).toBeUndefined();
    // Asking again takes no more time.
    expect(await turn.settle()).toBeUndefined();
    start.resolve('s1');
    await soon();
    expect([kept, discarded]).toEqual([[], ['s1']]);
  });

  it('shows nothing once a person has the conversation, or another turn', async () => {
    const asked: number[] = [];
    const { turn, shown } = setUp({}, undefined, async () => asked.push(1) > 1);
    turn.show({ text: 'Under' });
    await soon();
    turn.show({ text: 'Under Settings' });
    await soon();
    expect([shown, asked]).toEqual([[], [1]]);
  });

  it('leaves out what nobody could be asked about, and goes on', async () => {
    let away = true;
    const { turn, shown } = setUp({}, undefined, async () => {
      if (away) throw new Error('connection refused');
      return true;
    });
    turn.show({ text: 'Under' });
    await soon();
    away = false;
    turn.show({ text: 'Under Settings' });
    await soon();
    expect(shown).toEqual([{ text: 'Under Settings' }]);
  });

  it('shows nothing once it is settled', async () => {
    const { turn, shown } = setUp();
    expect(await turn.settle()).toBeUndefined();
    turn.show({ text: 'late' });
    turn.show({ status: 'late' });
    expect(shown).toEqual([]);
  });

  it('may begin with a status, which is waited for, but not for ever', async () => {
    vi.useFakeTimers();
    const start = held();
    const { turn, kept } = setUp({ present: start.present });
    turn.show({ status: 'Searching…' });
    const settled = turn.settle();
    start.resolve('s1');
    expect([await settled, kept]).toEqual(['s1', ['s1']]);
    const hanging = setUp({ present: () => new Promise(() => undefined) });
    hanging.turn.show({ status: 'Searching…' });
    const given = hanging.turn.settle();
    await vi.advanceTimersByTimeAsync(3_000);
    expect(await given).toBeUndefined();
  });

  it('is taken back when nothing came of it, and whatever happens there is only logged', async () => {
    const { turn, discarded } = setUp({}, 's1');
    await turn.discard();
    expect(discarded).toEqual(['s1']);
    for (const discard of [
      () => Promise.reject(new Error('message_not_found')),
      () => {
        throw new Error('message_not_found');
      },
    ]) {
      const failing = setUp({ discard }, 's1');
      await failing.turn.discard();
      expect(failing.log.lines).toMatchObject([{ level: 'warn', fields: { error: 'message_not_found' } }]);
    }
  });
});
