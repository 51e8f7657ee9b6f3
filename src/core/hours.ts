/** Business hours: when somebody is there, by the clock on the wall of one time zone. Pure. `undefined` hours: always. */
import { z } from 'zod';
import { dayMs, isTimeZone, offsetsOn } from './zone.ts';

export const weekdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;
export type Weekday = (typeof weekdays)[number];

/** A part of a day: `from` inclusive, `to` exclusive, as `09:00`; `to` may be `24:00`. */
export interface TimeRange {
  readonly from: string;
  readonly to: string;
}

export interface Hours {
  /** IANA name: `Europe/Berlin`. */
  readonly timeZone: string;
  readonly weekly: { readonly [day in Weekday]?: readonly TimeRange[] };
  /** `YYYY-MM-DD` in that zone: closed all day. */
  readonly holidays: readonly string[];
}

/** Milliseconds; `to` is exclusive. */
interface Span {
  readonly from: number;
  readonly to: number;
}

/** Nothing opens for so many days: never. */
const patienceDays = 366;
/** Nobody waits longer than this for a deadline. */
const horizonDays = 36_525;
/** Days remembered for each `Hours`. */
const rememberedDays = 5_000;

/**
 * Is somebody there at `at`? What the clock on the wall shows decides: an hour that it shows twice is open twice, one that it
 * skips is not missed.
 */
export const isOpenAt = (hours: Hours | undefined, at: Date): boolean => {
  if (hours === undefined) return true;
  const time = at.getTime();
  return spansOn(hours, Math.floor(time / dayMs)).some(({ from, to }) => from <= time && time < to);
};

/** `at` itself when open, else when the next opening begins; `undefined` when there is none within a year. */
export const nextOpening = (hours: Hours | undefined, at: Date): Date | undefined => {
  if (hours === undefined) return at;
  const time = at.getTime();
  const today = Math.floor(time / dayMs);
  for (let day = today; day <= today + patienceDays; day += 1) {
    const span = spansOn(hours, day).find(({ to }) => to > time);
    if (span !== undefined) return span.from <= time ? at : new Date(span.from);
  }
  return undefined;
};

/** Open time from `start` to `end`, in milliseconds; 0 when `end` is not after `start`. */
export const openMsBetween = (hours: Hours | undefined, start: Date, end: Date): number => {
  const first = start.getTime();
  const last = end.getTime();
  if (last <= first) return 0;
  if (hours === undefined) return last - first;
  let sum = 0;
  for (let day = Math.floor(first / dayMs); day * dayMs < last; day += 1)
    for (const { from, to } of spansOn(hours, day)) sum += Math.max(0, Math.min(to, last) - Math.max(from, first));
  return sum;
};

/**
 * The earliest moment at which `ms` of open time have passed since `at`: `at` itself for 0, the closing time when the time is up
 * as the day ends. `undefined` when nothing opens for a year, or when it would take more than a hundred.
 */
export const addOpenMs = (hours: Hours | undefined, at: Date, ms: number): Date | undefined => {
  if (ms <= 0) return at;
  const time = at.getTime();
  if (hours === undefined) {
    const end = new Date(time + Math.ceil(ms));
    return Number.isNaN(end.getTime()) ? undefined : end;
  }
  const today = Math.floor(time / dayMs);
  let left = Math.ceil(ms);
  let lastOpen = today;
  for (let day = today; day <= lastOpen + patienceDays && day <= today + horizonDays; day += 1) {
    for (const span of spansOn(hours, day)) {
      const from = Math.max(span.from, time);
      if (span.to <= from) continue;
      if (left <= span.to - from) return new Date(from + left);
      left -= span.to - from;
      lastOpen = day;
    }
  }
  return undefined;
};

/** What is worked out of an `Hours` once: its week in milliseconds, and the days that were asked for. */
interface Schedule {
  readonly week: readonly (readonly Span[])[];
  readonly holidays: ReadonlySet<string>;
  readonly days: Map<number, readonly Span[]>;
}

const schedules = new WeakMap<Hours, Schedule>();

const scheduleOf = (hours: Hours): Schedule => {
  const known = schedules.get(hours);
  if (known !== undefined) return known;
  const schedule: Schedule = {
    week: weekdays.map((day) => merged(hours.weekly[day] ?? [])),
    holidays: new Set(hours.holidays),
    days: new Map(),
  };
  schedules.set(hours, schedule);
  return schedule;
};

/** Ranges of one day as milliseconds after its midnight: in order, and none twice. */
const merged = (ranges: readonly TimeRange[]): readonly Span[] => {
  const spans: Span[] = [];
  for (const span of ranges.map(spanOf).toSorted((a, b) => a.from - b.from)) {
    const last = spans.at(-1);
    if (last === undefined || span.from > last.to) spans.push(span);
    else spans[spans.length - 1] = { from: last.from, to: Math.max(last.to, span.to) };
  }
  return spans;
};

const spanOf = ({ from, to }: TimeRange): Span => ({ from: msOf(from), to: msOf(to) });

const msOf = (time: string): number => {
  const [hour = Number.NaN, minute = Number.NaN] = time.split(':').map(Number);
  return (hour * 60 + minute) * 60_000;
};

/** When it is open within one UTC day, in order. */
const spansOn = (hours: Hours, day: number): readonly Span[] => {
  const { week, holidays, days } = scheduleOf(hours);
  const known = days.get(day);
  if (known !== undefined) return known;
  const spans: Span[] = [];
  for (const { from, to, offset } of offsetsOn(hours.timeZone, day))
    for (let local = Math.floor((from + offset) / dayMs); local * dayMs < to + offset; local += 1) {
      if (holidays.has(new Date(local * dayMs).toISOString().slice(0, 10))) continue;
      for (const range of week[weekdayOf(local)] ?? []) {
        const span = {
          from: Math.max(from, local * dayMs + range.from - offset),
          to: Math.min(to, local * dayMs + range.to - offset),
        };
        if (span.from < span.to) spans.push(span);
      }
    }
  if (days.size >= rememberedDays) days.clear();
  days.set(day, spans);
  return spans;
};

/** Index into `weekdays`; day 0, the first of January 1970, was a Thursday. */
const weekdayOf = (day: number): number => (((day + 3) % 7) + 7) % 7;

const rangePattern = /^(\d{1,2}:\d{2}) ?[-–] ?(\d{1,2}:\d{2})$/;

/** `09:00-12:00, 13:00-17:00`; `closed` for none. */
const dayText = z.string("write it as in '09:00-12:00, 13:00-17:00'").transform((text, context): TimeRange[] => {
  const refuse = (message: string): never => {
    context.addIssue({ code: 'custom', message });
    return z.NEVER;
  };
  if (text.trim() === '' || text.trim() === 'closed') return [];
  const ranges: TimeRange[] = [];
  for (const part of text.split(',').map((piece) => piece.trim())) {
    const [, start = '', end = ''] = rangePattern.exec(part) ?? [];
    const range = { from: start.padStart(5, '0'), to: end.padStart(5, '0') };
    if (start === '') return refuse(`"${part}" is no time range: write it as in '09:00-12:00, 13:00-17:00'`);
    const wrong = [range.from, range.to].find((time) => !/^(?:[01]\d|2[0-3]):[0-5]\d$|^24:00$/.test(time));
    if (wrong !== undefined) return refuse(`"${wrong}" is no time of day: write 00:00 to 24:00`);
    if (range.from >= range.to)
      return refuse(
        range.to === '00:00'
          ? `"${part}" ends before it begins: write midnight as 24:00`
          : `"${part}" ends before it begins: a range past midnight is two, ${range.from}-24:00 on this day and 00:00-${range.to} on the next`,
      );
    ranges.push(range);
  }
  ranges.sort((a, b) => (a.from < b.from ? -1 : 1));
  for (const [index, range] of ranges.entries()) {
    const before = ranges[index - 1];
    if (before !== undefined && before.to > range.from)
      return refuse(`${before.from}-${before.to} and ${range.from}-${range.to} overlap`);
  }
  return ranges;
});

const isDate = (text: string): boolean => {
  const time = Date.parse(`${text}T00:00:00Z`);
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
};

const day = dayText.exactOptional();

/**
 * Hours as people write them: `{timeZone: Europe/Berlin, monday: '09:00-12:00, 13:00-17:00', …, holidays: ['2026-12-25']}`. Days
 * that are not named are closed.
 */
export const hoursSchema = z
  .strictObject(
    {
      timeZone: z
        .string('name a time zone, as in Europe/Berlin')
        .refine(isTimeZone, { error: ({ input }) => `no such time zone: "${input}"; name one as in Europe/Berlin` }),
      monday: day,
      tuesday: day,
      wednesday: day,
      thursday: day,
      friday: day,
      saturday: day,
      sunday: day,
      holidays: z
        .array(
          z
            .string("write the date as in '2026-12-25'")
            .refine(isDate, { error: ({ input }) => `"${input}" is no date: write it as in 2026-12-25` }),
          "list the dates, as in ['2026-12-25']",
        )
        .default([]),
    },
    {
      error: (issue) =>
        issue.code === 'unrecognized_keys'
          ? `no such day: ${issue.keys.join(', ')}; there are ${weekdays.join(', ')}, beside timeZone and holidays`
          : undefined,
    },
  )
  .transform(({ timeZone, holidays, ...weekly }, context): Hours => {
    if (Object.values(weekly).every((ranges) => ranges.length === 0))
      context.addIssue({ code: 'custom', message: 'never open: name a day, or leave the hours out to be always open' });
    return { timeZone, weekly, holidays };
  });
