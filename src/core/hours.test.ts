import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import {
  addOpenMs,
  type Hours,
  hoursSchema,
  isOpenAt,
  nextOpening,
  openMsBetween,
  type TimeRange,
  weekdays,
} from './hours.ts';

const quarter = 15 * 60_000;
const hour = 4 * quarter;
const day = 24 * hour;

const zones = ['Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Pacific/Auckland', 'Australia/Lord_Howe'];

const office = (timeZone: string, holidays: readonly string[] = []): Hours => {
  const hours = [{ from: '09:00', to: '17:00' }];
  return {
    timeZone,
    weekly: { monday: hours, tuesday: hours, wednesday: hours, thursday: hours, friday: hours },
    holidays,
  };
};

const everyDay = (timeZone: string, ...ranges: readonly TimeRange[]): Hours => ({
  timeZone,
  weekly: Object.fromEntries(weekdays.map((name) => [name, ranges])),
  holidays: [],
});

const at = (text: string): Date => new Date(text);

/** What a person would say who looks at the clock and the calendar on the wall. */
const onTheWall = (hours: Hours, moment: Date): boolean => {
  const [date = '', time = ''] = moment.toLocaleString('sv-SE', { timeZone: hours.timeZone }).split(' ');
  const name = weekdays[(at(`${date}T00:00:00Z`).getUTCDay() + 6) % 7] ?? 'monday';
  if (hours.holidays.includes(date)) return false;
  return (hours.weekly[name] ?? []).some(({ from, to }) => from <= time.slice(0, 5) && time.slice(0, 5) < to);
};

const time = (minutes: number): string =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;

const ranges = fc
  .uniqueArray(fc.integer({ min: 0, max: 96 }), { maxLength: 6 })
  .map((quarters) => quarters.toSorted((a, b) => a - b).map((count) => time(count * 15)))
  .map((times) => {
    const found: TimeRange[] = [];
    for (let index = 0; index + 1 < times.length; index += 2)
      found.push({ from: times[index] ?? '', to: times[index + 1] ?? '' });
    return found;
  });

const anyHours: fc.Arbitrary<Hours> = fc.record({
  timeZone: fc.constantFrom(...zones),
  weekly: fc.record(Object.fromEntries(weekdays.map((name) => [name, ranges]))),
  holidays: fc.array(
    fc
      .date({ min: at('2026-01-01'), max: at('2027-12-31'), noInvalidDate: true })
      .map((date) => date.toISOString().slice(0, 10)),
    { maxLength: 4 },
  ),
});

/** Often near a change of the clocks in one of the zones. */
const moment = fc.oneof(
  fc.date({ min: at('2026-01-01T00:00:00Z'), max: at('2027-12-31T00:00:00Z'), noInvalidDate: true }),
  fc
    .tuple(
      fc.constantFrom(
        '2026-03-29T01:00:00Z',
        '2026-10-25T01:00:00Z',
        '2026-03-08T07:00:00Z',
        '2026-11-01T06:00:00Z',
        '2026-04-04T14:00:00Z',
        '2026-09-26T14:00:00Z',
        '2026-04-04T15:00:00Z',
        '2026-10-03T15:30:00Z',
      ),
      fc.integer({ min: -36 * hour, max: 36 * hour }),
    )
    .map(([change, by]) => new Date(at(change).getTime() + by)),
);
const someHours = fc.oneof(anyHours, fc.constant(undefined));
const span = fc.oneof(fc.integer({ min: 0, max: 3 * day }), fc.integer({ min: 0, max: 60 * day }));

describe('isOpenAt', () => {
  it.each([
    ['2026-11-20T07:59:59.999Z', false],
    ['2026-11-20T08:00:00Z', true],
    ['2026-11-20T15:59:59.999Z', true],
    ['2026-11-20T16:00:00Z', false],
    ['2026-11-21T10:00:00Z', false],
    ['2026-06-19T07:00:00Z', true],
    ['2026-12-25T10:00:00Z', false],
  ])('knows an office in Berlin at %s: %s', (moment, open) => {
    expect(isOpenAt(office('Europe/Berlin', ['2026-12-25']), at(moment))).toBe(open);
  });

  it('says what the clock on the wall says, also where the clocks change', () => {
    fc.assert(
      fc.property(anyHours, moment, (hours, when) => {
        expect(isOpenAt(hours, when)).toBe(onTheWall(hours, when));
      }),
      { numRuns: 500 },
    );
  });

  it('is always open without hours', () => {
    expect(isOpenAt(undefined, at('2026-12-25T03:00:00Z'))).toBe(true);
  });

  it('goes on over midnight where two days meet', () => {
    const night = everyDay('Europe/Berlin', { from: '00:00', to: '06:00' }, { from: '22:00', to: '24:00' });
    expect(isOpenAt(night, at('2026-11-20T22:59:59.999Z'))).toBe(true);
    expect(isOpenAt(night, at('2026-11-20T23:00:00Z'))).toBe(true);
    expect(openMsBetween(night, at('2026-11-20T20:00:00Z'), at('2026-11-21T08:00:00Z'))).toBe(8 * hour);
  });
});

describe('nextOpening', () => {
  it('is the moment itself while open, else the next morning that is no holiday', () => {
    const hours = office('Europe/Berlin', ['2026-11-23']);
    expect(nextOpening(hours, at('2026-11-20T12:00:00Z'))).toEqual(at('2026-11-20T12:00:00Z'));
    expect(nextOpening(hours, at('2026-11-20T16:00:00Z'))).toEqual(at('2026-11-24T08:00:00Z'));
    expect(nextOpening(undefined, at('2026-11-20T16:00:00Z'))).toEqual(at('2026-11-20T16:00:00Z'));
  });

  it('is when the clocks jump, where they jump over the opening', () => {
    const early = everyDay('Europe/Berlin', { from: '02:30', to: '05:00' });
    expect(nextOpening(early, at('2026-03-29T00:00:00Z'))).toEqual(at('2026-03-29T01:00:00Z'));
  });

  it('is nothing where nothing ever opens', () => {
    expect(
      nextOpening({ timeZone: 'Europe/Berlin', weekly: {}, holidays: [] }, at('2026-11-20T16:00:00Z')),
    ).toBeUndefined();
  });

  it('is open, not before, and with nothing open in between', () => {
    fc.assert(
      fc.property(someHours, moment, (hours, when) => {
        const opening = nextOpening(hours, when);
        if (opening === undefined) {
          expect(openMsBetween(hours, when, new Date(when.getTime() + 365 * day))).toBe(0);
          return;
        }
        expect(isOpenAt(hours, opening)).toBe(true);
        expect(opening.getTime()).toBeGreaterThanOrEqual(when.getTime());
        expect(openMsBetween(hours, when, opening)).toBe(0);
      }),
    );
  });
});

describe('openMsBetween', () => {
  it.each([
    ['an hour that is skipped', '2026-03-28T12:00:00Z', '2026-03-29T12:00:00Z', 4 * hour],
    ['an hour that comes twice', '2026-10-24T12:00:00Z', '2026-10-25T12:00:00Z', 6 * hour],
    ['an ordinary night', '2026-11-20T12:00:00Z', '2026-11-21T12:00:00Z', 5 * hour],
  ])('counts %s as it is', (_, from, to, open) => {
    const hours = everyDay('Europe/Berlin', { from: '00:00', to: '05:00' });
    expect(openMsBetween(hours, at(from), at(to))).toBe(open);
  });

  it('counts the half hour of Lord Howe', () => {
    const hours = everyDay('Australia/Lord_Howe', { from: '00:00', to: '24:00' });
    const [from, to] = [at('2026-10-03T00:00:00Z'), at('2026-10-04T00:00:00Z')];
    expect(openMsBetween(hours, from, to)).toBe(day);
    const early = everyDay('Australia/Lord_Howe', { from: '02:00', to: '03:00' });
    expect(openMsBetween(early, from, to)).toBe(hour / 2);
    expect(openMsBetween(early, at('2026-04-04T00:00:00Z'), at('2026-04-05T00:00:00Z'))).toBe(hour);
    const late = everyDay('Australia/Lord_Howe', { from: '01:30', to: '02:00' });
    expect(openMsBetween(late, at('2026-04-04T00:00:00Z'), at('2026-04-05T00:00:00Z'))).toBe(hour);
  });

  it('is the number of quarters of an hour at which somebody is there', () => {
    fc.assert(
      // Every range here and every change of the clocks falls on a quarter of an hour: within one nothing changes.
      fc.property(anyHours, moment, fc.integer({ min: 0, max: 200 }), (hours, when, quarters) => {
        const start = Math.floor(when.getTime() / quarter) * quarter;
        let open = 0;
        for (let step = 0; step < quarters; step += 1)
          if (onTheWall(hours, new Date(start + step * quarter))) open += quarter;
        expect(openMsBetween(hours, new Date(start), new Date(start + quarters * quarter))).toBe(open);
      }),
    );
  });

  it('adds up, grows, and is never more than the time there is', () => {
    fc.assert(
      fc.property(someHours, moment, span, span, (hours, when, first, second) => {
        const middle = new Date(when.getTime() + first);
        const end = new Date(middle.getTime() + second);
        const whole = openMsBetween(hours, when, end);
        expect(whole).toBe(openMsBetween(hours, when, middle) + openMsBetween(hours, middle, end));
        expect(whole).toBeLessThanOrEqual(first + second);
        expect(whole).toBeGreaterThanOrEqual(openMsBetween(hours, when, middle));
        expect(openMsBetween(hours, end, when)).toBe(end > when ? 0 : whole);
      }),
    );
  });

  it('counts a time once that is named twice', () => {
    const twice = everyDay('Europe/Berlin', { from: '12:00', to: '15:00' }, { from: '09:00', to: '13:00' });
    expect(openMsBetween(twice, at('2026-11-20T00:00:00Z'), at('2026-11-21T00:00:00Z'))).toBe(6 * hour);
  });
});

describe('addOpenMs', () => {
  const hours = office('Europe/Berlin', ['2026-11-23']);

  it.each([
    ['within the day', '2026-11-20T09:00:00Z', 2 * hour, '2026-11-20T11:00:00Z'],
    ['to closing time', '2026-11-20T09:00:00Z', 7 * hour, '2026-11-20T16:00:00Z'],
    ['over a weekend and a holiday', '2026-11-20T15:30:00Z', hour, '2026-11-24T08:30:00Z'],
    ['from the night', '2026-11-20T22:00:00Z', hour, '2026-11-24T09:00:00Z'],
    ['nothing', '2026-11-20T22:00:00Z', 0, '2026-11-20T22:00:00Z'],
  ])('goes %s', (_, from, ms, to) => {
    expect(addOpenMs(hours, at(from), ms)).toEqual(at(to));
  });

  it('is never where nothing opens, or not enough of it', () => {
    expect(addOpenMs({ timeZone: 'UTC', weekly: {}, holidays: [] }, at('2026-11-20T00:00:00Z'), 1)).toBeUndefined();
    expect(addOpenMs(undefined, at('2026-11-20T00:00:00Z'), 1e300)).toBeUndefined();
    expect(addOpenMs(hours, at('2026-11-20T00:00:00Z'), 1e15)).toBeUndefined();
  });

  it('is the inverse of openMsBetween, and the earliest such moment', () => {
    fc.assert(
      fc.property(someHours, moment, fc.integer({ min: 0, max: 200 * hour }), (hours, when, ms) => {
        const end = addOpenMs(hours, when, ms);
        if (end === undefined) {
          expect(nextOpening(hours, when)).toBeUndefined();
          return;
        }
        expect(openMsBetween(hours, when, end)).toBe(ms);
        if (ms > 0) expect(openMsBetween(hours, when, new Date(end.getTime() - 1))).toBe(ms - 1);
      }),
      { numRuns: 300 },
    );
  });

  it('leads back to a moment that is open', () => {
    fc.assert(
      fc.property(someHours, moment, span, (hours, when, ms) => {
        const end = nextOpening(hours, new Date(when.getTime() + ms));
        if (end === undefined) return;
        const back = addOpenMs(hours, when, openMsBetween(hours, when, end));
        expect(back === undefined ? undefined : openMsBetween(hours, back, end)).toBe(0);
        expect(back?.getTime()).toBeLessThanOrEqual(end.getTime());
      }),
    );
  });

  it('grows with the time that is added and with the moment it starts from', () => {
    fc.assert(
      fc.property(someHours, moment, span, span, (hours, when, less, more) => {
        const [a, b] = [addOpenMs(hours, when, less), addOpenMs(hours, when, less + more)];
        if (b !== undefined) expect(a?.getTime()).toBeLessThanOrEqual(b.getTime());
        const later = addOpenMs(hours, new Date(when.getTime() + more), less);
        if (later !== undefined) expect(a?.getTime()).toBeLessThanOrEqual(later.getTime());
      }),
    );
  });
});

describe('hoursSchema', () => {
  const problem = (value: unknown): string => {
    const issue = hoursSchema.safeParse(value).error?.issues[0];
    return issue === undefined ? '' : `${issue.path.join('.')}: ${issue.message}`;
  };
  const berlin = { timeZone: 'Europe/Berlin', monday: '09:00-17:00' };

  it('reads hours as people write them', () => {
    const text = `
timeZone: Europe/Berlin
monday: 13:00-17:00, 9:00-12:00
tuesday: '00:00 – 24:00'
sunday: closed
holidays: [2026-12-25, '2027-01-01']`;
    expect(hoursSchema.parse(parse(text))).toEqual({
      timeZone: 'Europe/Berlin',
      weekly: {
        monday: [
          { from: '09:00', to: '12:00' },
          { from: '13:00', to: '17:00' },
        ],
        tuesday: [{ from: '00:00', to: '24:00' }],
        sunday: [],
      },
      holidays: ['2026-12-25', '2027-01-01'],
    } satisfies Hours);
  });

  it.each([
    [
      { ...berlin, timeZone: 'Europe/Berln' },
      'timeZone: no such time zone: "Europe/Berln"; name one as in Europe/Berlin',
    ],
    [{ monday: '09:00-17:00' }, 'timeZone: name a time zone, as in Europe/Berlin'],
    [{ ...berlin, monday: '9-17' }, `monday: "9-17" is no time range: write it as in '09:00-12:00, 13:00-17:00'`],
    [{ ...berlin, monday: 9 }, "monday: write it as in '09:00-12:00, 13:00-17:00'"],
    [{ ...berlin, monday: '09:00-25:00' }, 'monday: "25:00" is no time of day: write 00:00 to 24:00'],
    [
      { ...berlin, monday: '09:00-09:00' },
      'monday: "09:00-09:00" ends before it begins: a range past midnight is two, 09:00-24:00 on this day and 00:00-09:00 on the next',
    ],
    [{ ...berlin, monday: '09:00-00:00' }, 'monday: "09:00-00:00" ends before it begins: write midnight as 24:00'],
    [{ ...berlin, monday: '12:00-17:00, 09:00-13:00' }, 'monday: 09:00-13:00 and 12:00-17:00 overlap'],
    [
      { ...berlin, mon: '09:00-17:00' },
      ': no such day: mon; there are monday, tuesday, wednesday, thursday, friday, saturday, sunday, beside timeZone and holidays',
    ],
    [{ ...berlin, holidays: ['2026-02-30'] }, 'holidays.0: "2026-02-30" is no date: write it as in 2026-12-25'],
    [{ ...berlin, holidays: '2026-12-25' }, "holidays: list the dates, as in ['2026-12-25']"],
    [
      { timeZone: 'Europe/Berlin', sunday: 'closed' },
      ': never open: name a day, or leave the hours out to be always open',
    ],
  ])('says what is wrong with %j', (value, message) => {
    expect(problem(value)).toBe(message);
  });
});
