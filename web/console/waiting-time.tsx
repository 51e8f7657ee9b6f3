import { formatFull, formatSince } from '../shared/format-time.ts';
import { consoleWords } from '../words.ts';

/** Longer than customers are told it usually takes (milliseconds). */
const tooLong = 20 * 60_000;

/** How long a customer has been without an answer; stands out once it is too long. */
export const WaitingTime = ({ since, now }: { readonly since: string; readonly now: Date }) => {
  const from = new Date(since);
  const words = formatSince(from, now);
  return (
    <time
      className="waiting-time"
      dateTime={since}
      title={formatFull(from)}
      data-long={now.getTime() - from.getTime() > tooLong || undefined}
    >
      <span className="unseen">{consoleWords.waiting(words)}</span>
      <span aria-hidden="true">{words}</span>
    </time>
  );
};
