import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createThrottle, waitMs, windows } from './throttle.ts';

const signal = new AbortController().signal;

/** A throttle whose waits pass at once. */
const hurried = (patienceMs = 5_000) => {
  let clock = 1_800_000_000_000;
  const throttle = createThrottle({
    now: () => new Date(clock),
    patienceMs,
    sleep: async (ms) => {
      clock += ms;
    },
  });
  return {
    throttle,
    at: () => clock,
    later: (ms: number) => {
      clock += ms;
    },
  };
};

describe('the pace in a thread', () => {
  it('never exceeds a window of Teams, however messages come', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 1_500 }), { maxLength: 150 }), async (gaps) => {
        const { throttle, at, later } = hurried(3_600_000);
        const sent: number[] = [];
        for (const gap of gaps) {
          later(gap);
          expect(await throttle.turn('thread', signal)).toBeUndefined();
          sent.push(at());
        }
        for (const { most, ms } of windows)
          for (const [index, time] of sent.entries()) {
            const first = sent[index - most];
            if (first !== undefined) expect(time - first).toBeGreaterThanOrEqual(ms);
          }
      }),
      { numRuns: 50 },
    );
  });

  it('lets a few go at once, then says when there is room again', async () => {
    const { throttle, later } = hurried(0);
    for (let count = 0; count < 7; count += 1) expect(await throttle.turn('a', signal)).toBeUndefined();
    expect(await throttle.turn('a', signal)).toMatchObject({
      ...{ ok: false, code: 'rate_limited', permanent: false, retryAfterMs: 1_000 },
    });
    expect(await throttle.turn('b', signal)).toBeUndefined();
    expect(throttle.tryTurn('a')).toBe(false);
    later(1_000);
    expect(throttle.tryTurn('a')).toBe(true);
    expect(throttle.tryTurn('a')).toBe(false);
  });

  it('is held where Teams asked for rest, and not waited for beyond patience or signal', async () => {
    const { throttle, later } = hurried(0);
    throttle.hold('a', 60_000);
    expect(await throttle.turn('a', signal)).toMatchObject({ code: 'rate_limited', retryAfterMs: 60_000 });
    later(60_000);
    expect(await throttle.turn('a', signal)).toBeUndefined();
    expect(await throttle.turn('a', AbortSignal.abort())).toMatchObject({ code: 'aborted' });
  });

  it('waits for nothing when nothing was sent', () => {
    expect(waitMs([], 5)).toBe(0);
    expect(waitMs([1, 2, 3], 5)).toBe(0);
  });
});
