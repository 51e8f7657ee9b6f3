import { locale, timeWords } from '../words.ts';

const clock = new Intl.DateTimeFormat(locale, { timeStyle: 'short' });
const dayOfWeek = new Intl.DateTimeFormat(locale, { weekday: 'long' });
const date = new Intl.DateTimeFormat(locale, { weekday: 'short', day: 'numeric', month: 'long' });
const dateOfYear = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'long', year: 'numeric' });
const short = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' });
const withDay = new Intl.DateTimeFormat(locale, {
  weekday: 'short',
  day: 'numeric',
  month: 'short',
  hour: 'numeric',
  minute: '2-digit',
});
const full = new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeStyle: 'short' });

/** The time of day: `14:05`. */
export const formatClock = (at: Date): string => clock.format(at);

/** Day and time in full, for tooltips and screen readers. */
export const formatFull = (at: Date): string => full.format(at);

/** Date and time where there is little room: `21 Nov 2026, 02:17`. */
export const formatShort = (at: Date): string => short.format(at);

/** Day and time without the year, for what lies days ahead: `Mon 23 Nov, 09:20`. */
export const formatWithDay = (at: Date): string => withDay.format(at);

/** The heading of a day: Today, Yesterday, a weekday within the week, then the date. */
export const formatDay = (at: Date, now: Date): string => {
  const days = wholeDays(at, now);
  if (days === 0) return timeWords.today;
  if (days === 1) return timeWords.yesterday;
  if (days > 1 && days < 7) return dayOfWeek.format(at);
  return at.getFullYear() === now.getFullYear() ? date.format(at) : dateOfYear.format(at);
};

/** How long ago, short: `now`, `12 min`, `1 h 05 min`, `3 d`. Clocks that disagree never make it negative. */
export const formatSince = (since: Date, now: Date): string => {
  const minutes = Math.max(0, Math.floor((now.getTime() - since.getTime()) / 60_000));
  if (minutes < 1) return timeWords.now;
  if (minutes < 60) return timeWords.minutes(minutes);
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return timeWords.hours(hours, minutes % 60);
  return timeWords.days(Math.floor(hours / 24));
};

/** Calendar days between two moments; the hour that a clock change adds or takes does not matter. */
const wholeDays = (from: Date, to: Date): number => Math.round((midnight(to) - midnight(from)) / 86_400_000);

const midnight = (at: Date): number => new Date(at.getFullYear(), at.getMonth(), at.getDate()).getTime();
