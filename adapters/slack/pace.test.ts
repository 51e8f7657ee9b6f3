import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPace } from './pace.ts';

/** A clock that moves only when somebody sleeps. */
const clockwork = () => {
  let at = 1_000_000;
  return {
    now: () => new Date(at),
    sleep: (ms: number) => {
      at += ms;
      return Promise.resolve();
    },
    pass: (ms: number) => {
      at += ms;
    },
  };
};
const never = new AbortController().signal;

describe('the pace in a channel', () => {
  it('lets a burst through, then one message a second, in order', async () => {
    const clock = clockwork();
    const pace = createPace(clock);
    const start = clock.now().getTime();
    const times: number[] = [];
    const order: number[] = [];
    await Promise.all(
      [1, 2, 3, 4, 5, 6].map(async (number) => {
        expect(await pace.turn('C1', never)).toBeUndefined();
        order.push(number);
        times.push(clock.now().getTime() - start);
      }),
    );
    expect(order).toEqual([1, 2, 3, 4, 5, 6]);
    expect(times).toEqual([0, 0, 0, 1_000, 2_000, 3_000]);
  });

  it('never lets more than the burst and one a second through, whatever the rhythm', () =>
    fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 3_000 }), { minLength: 1, maxLength: 40 }), async (gaps) => {
        const clock = clockwork();
        const pace = createPace(clock);
        const times: number[] = [];
        for (const gap of gaps) {
          clock.pass(gap);
          await pace.turn('C1', never);
          times.push(clock.now().getTime());
        }
        for (const from of times)
          expect(times.filter((at) => at >= from && at < from + 5_000).length).toBeLessThanOrEqual(3 + 5);
      }),
    ));

  it('keeps channels apart', async () => {
    const clock = clockwork();
    const pace = createPace(clock);
    const start = clock.now().getTime();
    for (const channel of ['C1', 'C1', 'C1', 'C2', 'C2', 'C2']) await pace.turn(channel, never);
    expect(clock.now().getTime()).toBe(start);
  });

  it('a short hold is waited for, a long one is told with how long it lasts', async () => {
    const clock = clockwork();
    const pace = createPace(clock);
    const start = clock.now().getTime();
    pace.hold('C1', 2_000);
    expect(await pace.turn('C1', never)).toBeUndefined();
    expect(clock.now().getTime() - start).toBe(2_000);
    pace.hold('C1', 30_000);
    expect(await pace.turn('C1', never)).toMatchObject({
      code: 'rate_limited',
      permanent: false,
      retryAfterMs: 30_000,
    });
    expect(await pace.turn('C2', never)).toBeUndefined();
  });

  it('whoever stops waiting takes nobody else along', async () => {
    const pace = createPace({ now: () => new Date(), intervalMs: 200, burst: 1 });
    const leaving = new AbortController();
    await pace.turn('C1', never);
    const second = pace.turn('C1', leaving.signal);
    const third = pace.turn('C1', never);
    leaving.abort();
    expect(await second).toMatchObject({ code: 'aborted', permanent: false });
    expect(await third).toBeUndefined();
  });
});
