import type { EscalationSummary } from '#src/http/wire.ts';
import { formatSince } from '../shared/format-time.ts';
import { channelWords, consoleWords } from '../words.ts';
import { companyName, customerName } from './customer-name.ts';
import { DueTime } from './due-time.tsx';
import { ListRow } from './list-row.tsx';
import { WaitingTime } from './waiting-time.tsx';

/** One line of the list: who, since when, what, from where, who has it, and until when somebody should reply. */
export const EscalationRow = ({
  item,
  agent,
  now,
  selected,
  onSelect,
}: {
  readonly item: EscalationSummary;
  readonly agent: string;
  readonly now: Date;
  readonly selected: boolean;
  readonly onSelect: (id: string) => void;
}) => {
  const urgent = item.priority !== 'normal' && item.priority !== 'low';
  return (
    <ListRow selected={selected} onSelect={() => onSelect(item.id)}>
      <span className="escalation-row__head">
        <span className="escalation-row__who">
          <b>{customerName(item.customer)}</b> {companyName(item.customer)}
        </span>
        {item.waitingSince === undefined ? (
          <span className="escalation-row__since">{formatSince(new Date(item.openedAt), now)}</span>
        ) : (
          <WaitingTime since={item.waitingSince} now={now} />
        )}
      </span>
      <span className="escalation-row__question">{item.question}</span>
      <span className="escalation-row__facts">
        <span>{channelWords[item.channel]}</span>
        {urgent ? <span className="priority">{consoleWords.priorities[item.priority]}</span> : undefined}
        <span>{claimInWords(item, agent)}</span>
        {item.sla === undefined ? undefined : <DueTime sla={item.sla} now={now} />}
      </span>
    </ListRow>
  );
};

const claimInWords = (item: EscalationSummary, agent: string): string => {
  if (item.status === 'resolved') return consoleWords.resolvedState;
  if (item.claimedBy === undefined) return consoleWords.reasons[item.reason] ?? item.reason;
  return item.claimedBy === agent ? consoleWords.you : item.claimedBy;
};
