import { formatDay } from './format-time.ts';

/** Where a new day begins. */
export const DayLine = ({ day, now }: { readonly day: Date; readonly now: Date }) => (
  <p className="day-line">
    <span>{formatDay(day, now)}</span>
  </p>
);
