import type { EscalationSummary } from '#src/http/wire.ts';
import { formatFull, formatSince, formatWithDay } from '../shared/format-time.ts';
import { consoleWords } from '../words.ts';

/** From here on it stands out (milliseconds). */
const soon = 15 * 60_000;

/** Further ahead than this the moment itself says more (milliseconds). */
const far = 24 * 60 * 60_000;

/** Until when somebody should have replied, or how long ago that was; the moment itself on hover. */
export const DueTime = ({ sla, now }: { readonly sla: NonNullable<EscalationSummary['sla']>; readonly now: Date }) => {
  const due = new Date(sla.dueAt);
  // The page goes on counting between two answers of the server, whose clock may also be ahead of this one.
  const overdue = sla.state === 'overdue' || now > due;
  const clock = consoleWords.clocks[sla.clock];
  const left = due.getTime() - now.getTime();
  const ahead = () =>
    left < far ? consoleWords.due(clock, formatSince(now, due)) : consoleWords.dueAt(clock, formatWithDay(due));
  return (
    <time
      className="due-time"
      dateTime={sla.dueAt}
      title={formatFull(due)}
      data-urgency={overdue ? 'overdue' : left <= soon ? 'soon' : undefined}
    >
      {overdue ? consoleWords.overdue(clock, formatSince(due, now)) : ahead()}
    </time>
  );
};
