import { formatClock, formatFull } from './format-time.ts';

/** A time of day; the full date on hover and for screen readers. */
export const Moment = ({ at, className }: { readonly at: string; readonly className?: string }) => {
  const date = new Date(at);
  const full = formatFull(date);
  return (
    <time className={className} dateTime={at} title={full}>
      <span aria-hidden="true">{formatClock(date)}</span>
      <span className="unseen">{full}</span>
    </time>
  );
};
