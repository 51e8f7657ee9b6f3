import { afterEach, describe, expect, it, vi } from 'vitest';
import type { ChannelAdapter, Progress } from '#core/channel.ts';
import { aClaim, anAdapter } from '#test/fakes/pipeline.ts';
import { recordingLog } from '#test/recording-log.ts';
import { createTurnStream } from './stream.ts';

const setUp = (behaviour: Partial<ChannelAdapter> = {}, stream?: string) => {
  const shown: Progress[] = [];
  const kept: string[] = [];
  const discarded: string[] = [];
  const { present = async () => 's1', ...rest } = behaviour;
  const log = recordingLog();
  const adapter = anAdapter({
    present: (id, address, progress) => {
      shown.push(progress);
      return present(id, address, progress);
    },
    discard: async (_address, id) => void discarded.push(id),
    ...rest,
  });
  const turn = createTurnStream(
    aClaim([], stream === undefined ? {} : { stream }),
    adapter,
    { keepStream: async (_id, id) => void kept.push(id) },
    log,
  );
  return { turn, shown, kept, discarded, log };
};
/** A start that comes back when it is told to. */
const held = () => {
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  return { present: () => promise, resolve };
};
const soon = () => vi.advanceTimersByTimeAsync(0);

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
      { text: 'Under' },
      expect.objectContaining({ text: 'Under Settings', stream: 's1' }),
    ]);
    expect(await turn.settle()).toBe('s1');
  });

  it('starts once, however fast the text comes, and goes on with the newest', async () => {
    vi.useFakeTimers();
    const start = held();
    const { turn, shown, kept } = setUp({ present: start.present });
    for (const text of ['U', 'Un', 'Und', 'Under']) turn.show({ text });
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
    expect(await turn.settle()).toBe('s1');
    expect(shown).toEqual([{ text: 'Under', stream: 's1' }]);
    expect(kept).toEqual([]);
    expect(await setUp({}, 's0').turn.settle()).toBe('s0');
  });

  it('is nothing where the platform shows none, or fails', async () => {
    const without = setUp({ present: async () => undefined });
    without.turn.show({ text: 'Under' });
    expect(await without.turn.settle()).toBeUndefined();
    await without.turn.discard();
    expect([without.kept, without.discarded]).toEqual([[], []]);
    const failing = setUp({ present: () => Promise.reject(new Error('not_allowed')) });
    failing.turn.show({ text: 'Under' });
    expect(await failing.turn.settle()).toBeUndefined();
    expect(failing.log.lines).toMatchObject([{ level: 'debug', fields: { error: 'not_allowed' } }]);
    const off = createTurnStream(aClaim([]), undefined, { keepStream: async () => undefined }, recordingLog());
    off.show({ text: 'Under' });
    expect(await off.settle()).toBeUndefined();
    await off.discard();
  });

  it('counts though it could not be stored', async () => {
    const turn = createTurnStream(
      aClaim([]),
      anAdapter({ present: async () => 's1' }),
      { keepStream: () => Promise.reject(new Error('connection refused')) },
      recordingLog(),
    );
    turn.show({ text: 'Under' });
    expect(await turn.settle()).toBe('s1');
  });

  it('is waited for while it starts', async () => {
    vi.useFakeTimers();
    const start = held();
    const { turn, shown } = setUp({ present: start.present });
    turn.show({ text: 'U' });
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
    const settled = turn.settle();
    await vi.advanceTimersByTimeAsync(3_000);
    expect(await settled).toBeUndefined();
    // Asking again takes no more time.
    expect(await turn.settle()).toBeUndefined();
    start.resolve('s1');
    await soon();
    expect([kept, discarded]).toEqual([[], ['s1']]);
  });

  it('shows nothing once it is settled', async () => {
    const { turn, shown } = setUp();
    expect(await turn.settle()).toBeUndefined();
    turn.show({ text: 'late' });
    turn.show({ status: 'late' });
    expect(shown).toEqual([]);
  });

  it('does not wait for a status', async () => {
    const { turn } = setUp({ present: () => new Promise(() => undefined) });
    turn.show({ status: 'Searching…' });
    expect(await turn.settle()).toBeUndefined();
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
