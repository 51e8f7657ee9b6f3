import { describe, expect, it } from 'vitest';
import { AppError } from '#core/errors.ts';
import { recordingLog } from '#test/recording-log.ts';
import { createResting } from './resting.ts';

const setup = () => {
  let time = 0;
  const log = recordingLog();
  const resting = createResting({ restMs: 100, warning: 'it is away', fields: { who: 'x' }, log, now: () => time });
  const fails = (error: unknown = new Error('down')) => resting.ask(() => Promise.reject(error));
  const pass = (ms: number) => {
    time += ms;
  };
  return { log, resting, fails, pass };
};

describe('resting', () => {
  it('asks nobody for a while after a failure, and says so once until it works again', async () => {
    const { log, resting, fails, pass } = setup();
    expect(await resting.ask(async () => 1)).toBe(1);
    expect(await fails()).toBeUndefined();
    expect(resting.isResting()).toBe(true);
    expect(await resting.ask(async () => 2)).toBeUndefined();
    pass(100);
    expect(resting.isResting()).toBe(false);
    await fails();
    expect(log.lines).toEqual([{ level: 'warn', message: 'it is away', fields: { who: 'x', error: 'down' } }]);
    pass(100);
    expect(await resting.ask(async () => 3)).toBe(3);
    await fails();
    expect(log.lines).toHaveLength(2);
  });

  it('rests as long as it is asked to, within reason', async () => {
    const { resting, fails, pass } = setup();
    await fails(new AppError('unavailable', 'x', { retryAfterMs: 5_000 }));
    pass(4_999);
    expect(resting.isResting()).toBe(true);
    pass(1);
    expect(resting.isResting()).toBe(false);
    await fails(new AppError('unavailable', 'x', { retryAfterMs: Number.POSITIVE_INFINITY }));
    pass(300_000);
    expect(resting.isResting()).toBe(false);
    await fails(undefined);
    expect(resting.isResting()).toBe(true);
  });
});
