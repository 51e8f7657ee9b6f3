/** Local time by the tables of `Intl`. All times are milliseconds since 1970; local ones count as if the zone were UTC. */

export const dayMs = 86_400_000;

const formats = new Map<string, Intl.DateTimeFormat>();

const formatOf = (timeZone: string): Intl.DateTimeFormat => {
  const known = formats.get(timeZone);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  formats.set(timeZone, format);
  return format;
};

/** Whether `Intl` knows the zone. */
export const isTimeZone = (name: string): boolean => {
  try {
    formatOf(name);
    return true;
  } catch {
    return false;
  }
};

/** What the clock on the wall is ahead of UTC at `at`. Throws `RangeError` for zones that do not exist. */
export const offsetAt = (timeZone: string, at: number): number => {
  const parts: { [type in Intl.DateTimeFormatPartTypes]?: number } = {};
  for (const { type, value } of formatOf(timeZone).formatToParts(at)) parts[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(at / 1_000) * 1_000;
};

/**
 * A UTC day (`day` × 24 h) in pieces of one offset each: two on the days when the clocks change, else one. No zone has changed
 * its clocks twice within 24 hours.
 */
export const offsetsOn = (
  timeZone: string,
  day: number,
): readonly { readonly from: number; readonly to: number; readonly offset: number }[] => {
  const from = day * dayMs;
  const to = from + dayMs;
  const before = offsetAt(timeZone, from);
  const after = offsetAt(timeZone, to);
  if (before === after) return [{ from, to, offset: before }];
  let old = from;
  let changed = to;
  while (changed - old > 1) {
    const middle = Math.floor((old + changed) / 2);
    if (offsetAt(timeZone, middle) === before) old = middle;
    else changed = middle;
  }
  return [
    { from, to: changed, offset: before },
    { from: changed, to, offset: after },
  ];
};
