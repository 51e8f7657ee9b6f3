/** How long people have for a case, as a pure function of what happened in it. */
import { z } from 'zod';
import { addOpenMs, type Hours, hoursSchema, openMsBetween } from './hours.ts';

/** `person-replied`: one of our people wrote to the customer. `returned`: handed back to the bot. */
export interface CaseEvent {
  readonly kind:
    | 'opened'
    | 'claimed'
    | 'reassigned'
    | 'resolved'
    | 'returned'
    | 'reopened'
    | 'customer-wrote'
    | 'person-replied';
  readonly at: Date;
  readonly by?: string;
}

/** Targets in minutes of open time; no clock runs for what is left out. */
export interface SlaPolicy {
  readonly firstResponseMinutes?: number;
  readonly nextResponseMinutes?: number;
  readonly resolutionMinutes?: number;
  /** Only open time counts; left out: always open. */
  readonly hours?: Hours;
}

/**
 * `stopped`: the case was closed before what the clock waits for had happened. `overdue` and `met-late` are past `dueAt`; at
 * `dueAt` itself it is still in time.
 */
export type ClockState = 'running' | 'met' | 'met-late' | 'overdue' | 'stopped';

export interface Clock {
  readonly startedAt: Date;
  /** For a clock that stands: when it would have been due. */
  readonly dueAt: Date;
  readonly metAt?: Date;
  readonly state: ClockState;
  /** Open time that counted so far, in milliseconds. */
  readonly usedMs: number;
}

export interface Sla {
  /** From the opening to the first reply of a person. */
  readonly first?: Clock;
  /** From the first message of the customer that came after a person's reply, to the next one; the latest of these. */
  readonly next?: Clock;
  /** From the opening until resolved. */
  readonly resolution?: Clock;
}

/** A time during which a clock ran. */
interface Run {
  readonly from: Date;
  readonly to?: Date;
}

/** What ran for a clock, and how it ended. */
interface Course {
  readonly runs: readonly Run[];
  readonly metAt?: Date;
}

/** Which comes first of what happened in the same millisecond: a question before its answer, the answer before the closing. */
const kinds: readonly CaseEvent['kind'][] = [
  'opened',
  'claimed',
  'reassigned',
  'reopened',
  'customer-wrote',
  'person-replied',
  'returned',
  'resolved',
];

/**
 * The clocks of a case at `now`. `events` in any order, also several times; what is later than `now` has not happened yet.
 * Nothing counts while the case is closed; a reopened case goes on with the time it had left. Without an `opened`, or where no
 * hours ever come, there is no clock.
 */
export const slaOf = (events: readonly CaseEvent[], policy: SlaPolicy, now: Date): Sla => {
  const history = inOrder(events, now);
  if (history[0] === undefined) return {};
  const open = openRuns(history);
  const read = (course: Course | undefined, minutes: number | undefined): Clock | undefined =>
    course === undefined || minutes === undefined ? undefined : clockOf(course, minutes * 60_000, policy.hours, now);
  const first = read(firstReply(history, open.runs), policy.firstResponseMinutes);
  const latest = read(lastExchange(history), policy.nextResponseMinutes);
  const resolution = read(open, policy.resolutionMinutes);
  return {
    ...(first !== undefined && { first }),
    ...(latest !== undefined && { next: latest }),
    ...(resolution !== undefined && { resolution }),
  };
};

/** Of the clocks that run, the one that is due first: what a person should see to. */
export const mostUrgent = (
  sla: Sla,
): { readonly clock: keyof Sla; readonly dueAt: Date; readonly state: 'running' | 'overdue' } | undefined => {
  const running = (['first', 'next', 'resolution'] as const).flatMap((clock) => {
    const { dueAt, state } = sla[clock] ?? {};
    return dueAt !== undefined && (state === 'running' || state === 'overdue') ? [{ clock, dueAt, state }] : [];
  });
  return running.toSorted((a, b) => a.dueAt.getTime() - b.dueAt.getTime())[0];
};

/** What has happened since the case was opened, oldest first. */
const inOrder = (events: readonly CaseEvent[], now: Date): readonly CaseEvent[] => {
  const sorted = events
    .filter(({ at }) => at <= now)
    .toSorted((a, b) => a.at.getTime() - b.at.getTime() || kinds.indexOf(a.kind) - kinds.indexOf(b.kind));
  const opening = sorted.findIndex(({ kind }) => kind === 'opened');
  return opening === -1 ? [] : sorted.slice(opening);
};

/** When the case was open; `metAt` when it is resolved now. */
const openRuns = (history: readonly CaseEvent[]): Course => {
  const runs: Run[] = [];
  let since: Date | undefined;
  let metAt: Date | undefined;
  for (const { kind, at } of history) {
    if (kind === (runs.length === 0 ? 'opened' : 'reopened') && since === undefined) {
      since = at;
      metAt = undefined;
    } else if ((kind === 'resolved' || kind === 'returned') && since !== undefined) {
      runs.push({ from: since, to: at });
      since = undefined;
      metAt = kind === 'resolved' ? at : undefined;
    }
  }
  if (since !== undefined) runs.push({ from: since });
  return { runs, ...(metAt !== undefined && { metAt }) };
};

const firstReply = (history: readonly CaseEvent[], open: readonly Run[]): Course => {
  const metAt = history.find(({ kind }) => kind === 'person-replied')?.at;
  if (metAt === undefined) return { runs: open };
  const runs = open
    .filter(({ from }) => from <= metAt)
    .map(({ from, to }): Run => ({ from, to: to === undefined || to > metAt ? metAt : to }));
  return { runs, metAt };
};

/** The latest message of a customer that waited for a person who had replied before. */
const lastExchange = (history: readonly CaseEvent[]): Course | undefined => {
  let last: Course | undefined;
  let waitingSince: Date | undefined;
  let replied = false;
  let closed = false;
  for (const { kind, at } of history) {
    const closes = kind === 'resolved' || kind === 'returned';
    if (kind === 'customer-wrote' && replied && !closed && waitingSince === undefined) {
      waitingSince = at;
      last = { runs: [{ from: at }] };
    } else if ((kind === 'person-replied' || closes) && waitingSince !== undefined) {
      last = { runs: [{ from: waitingSince, to: at }], ...(!closes && { metAt: at }) };
      waitingSince = undefined;
    }
    replied ||= kind === 'person-replied';
    closed = closes || (closed && kind !== 'reopened');
  }
  return last;
};

const clockOf = ({ runs, metAt }: Course, targetMs: number, hours: Hours | undefined, now: Date): Clock | undefined => {
  const startedAt = runs[0]?.from;
  const dueAt = dueOf(runs, targetMs, hours);
  if (startedAt === undefined || dueAt === undefined) return undefined;
  const usedMs = runs.reduce((sum, { from, to }) => sum + openMsBetween(hours, from, to ?? now), 0);
  return { startedAt, dueAt, ...(metAt !== undefined && { metAt }), state: stateOf(runs, dueAt, metAt, now), usedMs };
};

const stateOf = (runs: readonly Run[], dueAt: Date, metAt: Date | undefined, now: Date): ClockState => {
  if (metAt !== undefined) return metAt <= dueAt ? 'met' : 'met-late';
  if (runs.at(-1)?.to !== undefined) return 'stopped';
  return now > dueAt ? 'overdue' : 'running';
};

/** When the runs together had, or will have, lasted for `targetMs`; the last is taken to go on. */
const dueOf = (runs: readonly Run[], targetMs: number, hours: Hours | undefined): Date | undefined => {
  let left = targetMs;
  let due: Date | undefined;
  for (const { from, to } of runs) {
    due = addOpenMs(hours, from, left);
    if (due === undefined || to === undefined || due <= to) return due;
    left -= openMsBetween(hours, from, to);
  }
  return due;
};

const minutes = z
  .number('write minutes as a whole number')
  .int('write minutes as a whole number')
  .min(1, 'write at least 1 minute, or leave it out')
  .max(525_600, 'write at most a year, 525600 minutes')
  .exactOptional();

/** Targets as people write them, with `hours` in the form of `hoursSchema`. */
export const slaSchema = z.strictObject({
  firstResponseMinutes: minutes,
  nextResponseMinutes: minutes,
  resolutionMinutes: minutes,
  hours: hoursSchema.exactOptional(),
});
