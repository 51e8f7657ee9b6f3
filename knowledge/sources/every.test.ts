import { describe, expect, it } from 'vitest';
import { scheduleOf } from './every.ts';

describe('scheduleOf', () => {
  it.each([
    ['15m', 900_000],
    ['6h', 21_600_000],
    [' 1 D ', 86_400_000],
  ])('reads %s', (every, everyMs) => expect(scheduleOf(every)).toEqual({ ok: true, everyMs }));

  it.each(['', '15', 'm', '1w', '-5m', '1.5h', '1h30m', 'constructor'])('says what to write instead of %j', (every) =>
    expect(scheduleOf(every)).toMatchObject({ ok: false, reason: expect.stringContaining('15m, 6h or 1d') }),
  );

  it.each(['0m', '366d'])('refuses %s', (every) =>
    expect(scheduleOf(every)).toMatchObject({ ok: false, reason: expect.stringContaining('from 1m to 365d') }),
  );
});
