import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createSignal } from './signal.ts';

const never = new AbortController().signal;
const hour = 3_600_000;

describe('createSignal', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('wakes who waits', async () => {
    const signal = createSignal();
    const waiting = signal.wait(hour, never);
    signal.raise();
    await waiting;
    expect(vi.getTimerCount()).toBe(0);
  });

  it('keeps a wake-up for who comes later, once', async () => {
    const signal = createSignal();
    signal.raise();
    signal.raise();
    await signal.wait(hour, never);
    let woken = false;
    const second = signal.wait(hour, never).then(() => {
      woken = true;
    });
    await vi.advanceTimersByTimeAsync(hour - 1);
    expect(woken).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    await second;
  });

  it('wakes everyone who waits, not only the last', async () => {
    const signal = createSignal();
    const all = [signal.wait(hour, never), signal.wait(hour, never), signal.wait(hour, never)];
    signal.raise();
    await Promise.all(all);
  });

  it('still wakes the rest after one gave up', async () => {
    const signal = createSignal();
    const impatient = signal.wait(10, never);
    const patient = signal.wait(hour, never);
    await vi.advanceTimersByTimeAsync(10);
    await impatient;
    signal.raise();
    await patient;
  });

  it('comes at the earliest time that anybody asked for', async () => {
    const signal = createSignal();
    const started = Date.now();
    const waiting = signal.wait(hour, never).then(() => Date.now() - started);
    signal.raise(500);
    signal.raise(60);
    signal.raise(90);
    await vi.advanceTimersByTimeAsync(500);
    expect(await waiting).toBe(60);
  });

  it('ends with the abort, also one that came before', async () => {
    const signal = createSignal();
    const stop = new AbortController();
    const waiting = signal.wait(hour, stop.signal);
    stop.abort();
    await waiting;
    await signal.wait(hour, stop.signal);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('never loses the last wake-up: whoever looks after it finds the work', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom('raise', 'yield'), { maxLength: 40 }), async (steps) => {
        const signal = createSignal();
        const stop = new AbortController();
        let raised = 0;
        let seen = 0;
        const lane = (async () => {
          while (!stop.signal.aborted) {
            seen = raised;
            await signal.wait(hour, stop.signal);
          }
        })();
        for (const step of steps) {
          if (step === 'raise') {
            raised += 1;
            signal.raise();
          } else await Promise.resolve();
        }
        for (let n = 0; n < 5; n += 1) await Promise.resolve();
        expect(seen).toBe(raised);
        stop.abort();
        await lane;
      }),
    );
  });
});
