import { describe, expect, it } from 'vitest';
import { createEnvelopeQueue } from './envelope-queue.ts';

describe('an envelope queue', () => {
  it('hands out in order, also to somebody who waits', async () => {
    const queue = createEnvelopeQueue<number>(10);
    const first = queue.next();
    queue.push(1);
    queue.push(2);
    expect([await first, await queue.next()]).toEqual([1, 2]);
  });

  it('takes no more than its limit', async () => {
    const queue = createEnvelopeQueue<number>(2);
    expect([queue.push(1), queue.push(2), queue.push(3)]).toEqual([true, true, false]);
    await queue.next();
    expect(queue.push(3)).toBe(true);
  });

  it('ends a waiting reader when it is closed, and forgets what waits', async () => {
    const queue = createEnvelopeQueue<number>(10);
    const waiting = queue.next();
    queue.close();
    expect(await waiting).toBeUndefined();
    expect(queue.push(1)).toBe(false);
    const full = createEnvelopeQueue<number>(10);
    full.push(1);
    full.close();
    expect(await full.next()).toBeUndefined();
  });

  it('fails its reader', async () => {
    const queue = createEnvelopeQueue<number>(10);
    const waiting = queue.next();
    queue.fail(new Error('refused'));
    await expect(waiting).rejects.toThrow('refused');
    await expect(queue.next()).rejects.toThrow('refused');
  });
});
