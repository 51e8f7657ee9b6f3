import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Hours, openMsBetween } from './hours.ts';
import { type CaseEvent, type Clock, mostUrgent, type SlaPolicy, slaOf, slaSchema } from './sla.ts';

const minute = 60_000;
const start = new Date('2026-11-20T09:00:00Z').getTime();
const clock = (minutes: number): Date => new Date(start + minutes * minute);
const event = (kind: CaseEvent['kind'], minutes: number): CaseEvent => ({ kind, at: clock(minutes) });

const policy: SlaPolicy = { firstResponseMinutes: 30, nextResponseMinutes: 60, resolutionMinutes: 480 };
const range = [{ from: '09:00', to: '17:00' }];
const london: Hours = {
  timeZone: 'Europe/London',
  weekly: { monday: range, tuesday: range, wednesday: range, thursday: range, friday: range },
  holidays: [],
};

describe('the first response', () => {
  it('runs from the opening until a person replies', () => {
    const opened = [event('opened', 0), event('customer-wrote', 1), event('claimed', 5)];
    expect(slaOf(opened, policy, clock(10)).first).toEqual({
      startedAt: clock(0),
      dueAt: clock(30),
      state: 'running',
      usedMs: 10 * minute,
    });
    expect(slaOf(opened, policy, clock(30)).first?.state).toBe('running');
    expect(slaOf(opened, policy, clock(31)).first).toMatchObject({ state: 'overdue', usedMs: 31 * minute });
    const replied = [...opened, event('person-replied', 20), event('person-replied', 50)];
    expect(slaOf(replied, policy, clock(100)).first).toEqual({
      startedAt: clock(0),
      dueAt: clock(30),
      metAt: clock(20),
      state: 'met',
      usedMs: 20 * minute,
    });
    expect(slaOf([...opened, event('person-replied', 31)], policy, clock(100)).first?.state).toBe('met-late');
  });

  it('counts open hours alone', () => {
    const night = [{ kind: 'opened', at: new Date('2026-11-20T16:50:00Z') }] as const;
    const { first } = slaOf(night, { ...policy, hours: london }, new Date('2026-11-22T12:00:00Z'));
    expect(first).toMatchObject({ dueAt: new Date('2026-11-23T09:20:00Z'), state: 'running', usedMs: 10 * minute });
  });

  it('is stopped by closing, and goes on with the time that was left when the case is reopened', () => {
    const closed = [event('opened', 0), event('resolved', 10)];
    expect(slaOf(closed, policy, clock(500)).first).toMatchObject({ state: 'stopped', usedMs: 10 * minute });
    expect(slaOf([...closed, event('reopened', 500)], policy, clock(505)).first).toMatchObject({
      startedAt: clock(0),
      dueAt: clock(520),
      state: 'running',
      usedMs: 15 * minute,
    });
  });
});

describe('the next response', () => {
  const replied = [event('opened', 0), event('customer-wrote', 2), event('person-replied', 10)];

  it('runs from what the customer wrote after a reply until the next one', () => {
    expect(slaOf(replied, policy, clock(50)).next).toBeUndefined();
    const waiting = [...replied, event('customer-wrote', 20), event('customer-wrote', 40)];
    expect(slaOf(waiting, policy, clock(50)).next).toMatchObject({
      startedAt: clock(20),
      dueAt: clock(80),
      state: 'running',
    });
    expect(slaOf(waiting, policy, clock(90)).next?.state).toBe('overdue');
    const answered = [...waiting, event('person-replied', 70)];
    expect(slaOf(answered, policy, clock(90)).next).toMatchObject({
      metAt: clock(70),
      state: 'met',
      usedMs: 50 * minute,
    });
    const again = [...answered, event('customer-wrote', 100)];
    expect(slaOf(again, policy, clock(110)).next).toMatchObject({ startedAt: clock(100), state: 'running' });
  });

  it.each(['resolved', 'returned'] as const)(
    'is stopped when the case is %s, and by a reopening not started again',
    (kind) => {
      const closed = [...replied, event('customer-wrote', 20), event(kind, 30), event('customer-wrote', 35)];
      expect(slaOf(closed, policy, clock(200)).next).toMatchObject({ state: 'stopped', usedMs: 10 * minute });
      const reopened = [...closed, event('reopened', 40)];
      expect(slaOf(reopened, policy, clock(200)).next?.state).toBe('stopped');
      expect(slaOf([...reopened, event('customer-wrote', 50)], policy, clock(60)).next).toMatchObject({
        startedAt: clock(50),
        state: 'running',
      });
    },
  );
});

describe('the resolution', () => {
  it('runs until resolved, also over replies, and not while it is closed', () => {
    const worked = [event('opened', 0), event('person-replied', 10), event('resolved', 100)];
    expect(slaOf(worked, policy, clock(900)).resolution).toEqual({
      startedAt: clock(0),
      dueAt: clock(480),
      metAt: clock(100),
      state: 'met',
      usedMs: 100 * minute,
    });
    const reopened = [...worked, event('reopened', 1_000)];
    expect(slaOf(reopened, policy, clock(1_100)).resolution).toEqual({
      startedAt: clock(0),
      dueAt: clock(1_380),
      state: 'running',
      usedMs: 200 * minute,
    });
    expect(slaOf([...reopened, event('resolved', 1_390)], policy, clock(2_000)).resolution?.state).toBe('met-late');
  });

  it('stays overdue when it was overdue before it was reopened', () => {
    const late = [event('opened', 0), event('resolved', 500), event('reopened', 600)];
    expect(slaOf(late, policy, clock(601)).resolution).toMatchObject({ dueAt: clock(480), state: 'overdue' });
  });

  it('is stopped when the bot has the conversation again', () => {
    expect(slaOf([event('opened', 0), event('returned', 9)], policy, clock(20)).resolution?.state).toBe('stopped');
  });
});

it('runs no clock without its target, without an opening, and where nobody is ever there', () => {
  expect(slaOf([event('opened', 0)], {}, clock(1))).toEqual({});
  expect(slaOf([event('customer-wrote', 0)], policy, clock(1))).toEqual({});
  expect(slaOf([], policy, clock(1))).toEqual({});
  const never: Hours = { timeZone: 'UTC', weekly: {}, holidays: [] };
  expect(slaOf([event('opened', 0)], { ...policy, hours: never }, clock(1))).toEqual({});
});

it('shows the running clock that is due first', () => {
  const urgent = (events: readonly CaseEvent[], now: number) => mostUrgent(slaOf(events, policy, clock(now)));
  const opened = [event('opened', 0)];
  expect(urgent(opened, 10)).toEqual({ clock: 'first', dueAt: clock(30), state: 'running' });
  expect(urgent(opened, 40)).toEqual({ clock: 'first', dueAt: clock(30), state: 'overdue' });
  const replied = [...opened, event('person-replied', 20)];
  expect(urgent(replied, 40)).toEqual({ clock: 'resolution', dueAt: clock(480), state: 'running' });
  expect(urgent([...replied, event('customer-wrote', 50)], 60)).toMatchObject({ clock: 'next', dueAt: clock(110) });
  expect(urgent([...replied, event('resolved', 60)], 90)).toBeUndefined();
});

describe('of any case', () => {
  const kind = fc.constantFrom<CaseEvent['kind'][]>(
    'claimed',
    'reassigned',
    'resolved',
    'returned',
    'reopened',
    'customer-wrote',
    'person-replied',
  );
  /** Some in the same minute; the opening somewhere among them. */
  const events = fc
    .array(fc.record({ kind, at: fc.integer({ min: 0, max: 6_000 }).map(clock) }), { maxLength: 12 })
    .map((list): CaseEvent[] => [event('opened', 0), ...list]);
  const policies = fc.record({
    firstResponseMinutes: fc.integer({ min: 1, max: 600 }),
    nextResponseMinutes: fc.integer({ min: 1, max: 600 }),
    resolutionMinutes: fc.integer({ min: 1, max: 6_000 }),
    hours: fc.constantFrom(london, { timeZone: 'Asia/Kolkata', weekly: { sunday: range }, holidays: [] }),
  });
  const now = fc.integer({ min: 0, max: 9_000 }).map(clock);
  const clocksOf = (all: ReturnType<typeof slaOf>): readonly Clock[] => Object.values(all);

  it('order of arrival and repetition change nothing', () => {
    fc.assert(
      fc.property(
        events.chain((list) =>
          fc.tuple(fc.constant(list), fc.shuffledSubarray([...list, ...list], { minLength: list.length * 2 })),
        ),
        policies,
        now,
        ([list, jumbled], rules, when) => {
          expect(slaOf(jumbled, rules, when)).toEqual(slaOf(list, rules, when));
        },
      ),
    );
  });

  it('who has it changes nothing, nor does what has not happened yet', () => {
    fc.assert(
      fc.property(events, policies, now, (list, rules, when) => {
        const rest = list.filter(({ kind, at }) => kind !== 'claimed' && kind !== 'reassigned' && at <= when);
        expect(slaOf(rest, rules, when)).toEqual(slaOf(list, rules, when));
      }),
    );
  });

  it('states fit their times', () => {
    fc.assert(
      fc.property(events, policies, now, (list, rules, when) => {
        const found = slaOf(list, rules, when);
        expect(found.first).toBeDefined();
        expect(found.resolution).toBeDefined();
        for (const { startedAt, dueAt, metAt, state, usedMs } of clocksOf(found)) {
          expect(dueAt.getTime()).toBeGreaterThan(startedAt.getTime());
          expect(usedMs).toBeLessThanOrEqual(openMsBetween(rules.hours, startedAt, metAt ?? when));
          expect(metAt !== undefined).toBe(state === 'met' || state === 'met-late');
          if (metAt !== undefined) expect(metAt <= dueAt).toBe(state === 'met');
          if (state === 'running') expect(when <= dueAt).toBe(true);
          if (state === 'overdue') expect(when > dueAt).toBe(true);
        }
      }),
    );
  });

  it('time alone only makes a running clock overdue', () => {
    fc.assert(
      fc.property(events, policies, now, fc.nat(9_000), (list, rules, when, more) => {
        const past = list.filter(({ at }) => at <= when);
        const before = slaOf(past, rules, when);
        const later = slaOf(past, rules, new Date(when.getTime() + more * minute));
        for (const name of ['first', 'next', 'resolution'] as const) {
          const [a, b] = [before[name], later[name]];
          expect(b?.dueAt).toEqual(a?.dueAt);
          expect(b?.usedMs ?? 0).toBeGreaterThanOrEqual(a?.usedMs ?? 0);
          if (a?.state === 'running') expect(['running', 'overdue']).toContain(b?.state);
          else expect(b?.state).toBe(a?.state);
        }
      }),
    );
  });

  it('what is used is what the target leaves', () => {
    fc.assert(
      fc.property(events, policies, now, (list, rules, when) => {
        const target = {
          first: rules.firstResponseMinutes,
          next: rules.nextResponseMinutes,
          resolution: rules.resolutionMinutes,
        };
        const found = slaOf(list, rules, when);
        for (const name of ['first', 'next', 'resolution'] as const) {
          const one = found[name];
          if (one?.state === 'running')
            expect(one.usedMs + openMsBetween(rules.hours, when, one.dueAt)).toBe(target[name] * minute);
        }
      }),
    );
  });
});

describe('slaSchema', () => {
  it('reads targets and hours', () => {
    expect(slaSchema.parse({ firstResponseMinutes: 15, hours: { timeZone: 'UTC', monday: '09:00-17:00' } })).toEqual({
      firstResponseMinutes: 15,
      hours: { timeZone: 'UTC', weekly: { monday: range }, holidays: [] },
    } satisfies SlaPolicy);
    expect(slaSchema.parse({})).toEqual({});
  });

  it.each([
    [{ firstResponseMinutes: '15m' }, 'write minutes as a whole number'],
    [{ resolutionMinutes: 1.5 }, 'write minutes as a whole number'],
    [{ nextResponseMinutes: 0 }, 'write at least 1 minute, or leave it out'],
    [{ nextResponseMinutes: 600_000 }, 'write at most a year, 525600 minutes'],
  ])('says what is wrong with %j', (value, message) => {
    expect(slaSchema.safeParse(value).error?.issues[0]?.message).toBe(message);
  });
});
