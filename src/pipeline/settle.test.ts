import { describe, expect, it } from 'vitest';
import type { ConversationId } from '#core/message.ts';
import { fakePipeline } from '#test/fakes/pipeline.ts';
import { createSettled, settledTopic } from './settle.ts';

const id = '5' as ConversationId;

describe('createSettled', () => {
  it('hears of the outcome at once', async () => {
    const { fanout } = fakePipeline();
    const waiting = createSettled({ isSettled: () => Promise.reject(new Error('not asked')) }, fanout)(id, 3, 10_000);
    fanout.publish(settledTopic(id), { seq: 3 });
    expect(await waiting).toBe(true);
  });

  it('does not take an earlier outcome, or another conversation’s, for its own', async () => {
    const { fanout } = fakePipeline();
    const waiting = createSettled({ isSettled: async () => false }, fanout)(id, 3, 60);
    fanout.publish(settledTopic(id), { seq: 2 });
    fanout.publish(settledTopic('6' as ConversationId), { seq: 3 });
    expect(await waiting).toBe(false);
  });

  it('asks the rows when the fan-out loses the word', async () => {
    let asked = 0;
    const isSettled = async (): Promise<boolean> => {
      asked += 1;
      return asked === 1;
    };
    expect(await createSettled({ isSettled }, fakePipeline().fanout)(id, 1, 10_000)).toBe(true);
    expect(asked).toBe(1);
  });

  it('asks once more when the time is over, and at least once when there is none', async () => {
    expect(await createSettled({ isSettled: async () => true }, fakePipeline().fanout)(id, 1, 0)).toBe(true);
    expect(await createSettled({ isSettled: async () => false }, fakePipeline().fanout)(id, 1, 20)).toBe(false);
  });

  it('stops listening, also when the rows cannot be asked', async () => {
    const listeners = new Set<unknown>();
    const fanout = {
      publish: () => undefined,
      subscribe: (_topic: string, listener: unknown) => {
        listeners.add(listener);
        return () => void listeners.delete(listener);
      },
    };
    const failing = createSettled({ isSettled: () => Promise.reject(new Error('away')) }, fanout)(id, 1, 10);
    expect(listeners.size).toBe(1);
    await expect(failing).rejects.toThrow('away');
    expect(listeners.size).toBe(0);
  });
});
