import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createBatcher } from './batch.ts';

const later = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('createBatcher', () => {
  it('gives each caller its own result, in calls of at most the limit, in order', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.boolean(), { maxLength: 60 }),
        fc.integer({ min: 1, max: 9 }),
        async (pauses, limit) => {
          const calls: number[][] = [];
          const batch = createBatcher<number, string>(async (items) => {
            calls.push([...items]);
            await later();
            return items.map((item) => `r${item}`);
          }, limit);
          const results: Promise<string>[] = [];
          for (const [item, pause] of pauses.entries()) {
            results.push(batch(item));
            if (pause) await later();
          }
          expect(await Promise.all(results)).toEqual(pauses.map((_pause, item) => `r${item}`));
          expect(calls.flat()).toEqual(pauses.map((_pause, item) => item));
          expect(Math.max(0, ...calls.map(({ length }) => length))).toBeLessThanOrEqual(limit);
        },
      ),
    );
  });

  it('lets an idle caller wait for nothing, and joins those who come meanwhile', async () => {
    const sizes: number[] = [];
    const batch = createBatcher<number, number>(async (items) => {
      sizes.push(items.length);
      await later();
      return items;
    }, 10);
    const first = batch(1);
    expect(sizes).toEqual([1]);
    await Promise.all([first, batch(2), batch(3), batch(4)]);
    expect(sizes).toEqual([1, 3]);
  });

  it('tells every caller of a failed call, and goes on with the next', async () => {
    let failing = true;
    const batch = createBatcher<number, number>(async (items) => {
      await later();
      if (failing && items.includes(2)) throw new Error('away');
      return items;
    }, 10);
    const settled = await Promise.allSettled([batch(1), batch(2), batch(3)]);
    expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
    failing = false;
    expect(await batch(4)).toBe(4);
  });

  it('fails the guilty item alone where the items are at fault, in order, each once', async () => {
    const ran: number[][] = [];
    const batch = createBatcher<number, number>(
      async (items) => {
        ran.push([...items]);
        await later();
        if (items.some((item) => item % 3 === 0)) throw new RangeError('refused');
        return items;
      },
      10,
      (error) => error instanceof RangeError,
    );
    const settled = await Promise.allSettled([1, 2, 3, 4, 5].map(batch));
    expect(settled.map(({ status }) => status)).toEqual([
      'fulfilled',
      'fulfilled',
      'rejected',
      'fulfilled',
      'fulfilled',
    ]);
    expect(ran).toEqual([[1], [2, 3, 4, 5], [2], [3], [4], [5]]);
  });

  it('leaves nobody waiting when a call throws at once or answers too little', async () => {
    const throwing = createBatcher<number, number>(() => {
      throw new Error('at once');
    }, 10);
    await expect(throwing(1)).rejects.toThrow('at once');
    await expect(throwing(2)).rejects.toThrow('at once');
    const short = createBatcher<number, number>(async () => [], 10);
    await expect(short(1)).rejects.toThrow('1 items gave 0 results');
  });
});
