import type { EscalationDetail } from '#src/http/wire.ts';
import { formatSince } from '../shared/format-time.ts';
import { Icon } from '../shared/icons/icon.tsx';
import { useNow } from '../shared/use-now.ts';
import { articleWords, channelWords, consoleWords } from '../words.ts';
import { ActionButton } from './action-button.tsx';
import { ActionMenu } from './action-menu.tsx';
import type { CaseRights } from './case-rights.ts';
import type { DeskAction } from './console-api.ts';
import { DueTime } from './due-time.tsx';
import { ownerInWords } from './owner-in-words.ts';
import { SatisfactionMark } from './satisfaction-mark.tsx';
import { articlePath } from './use-selected-article.ts';
import { ViewLink } from './view-link.tsx';

/**
 * The question in one line, who has it, how long the customer has waited, when a reply is due, on which channel; one button for
 * what is next.
 */
export const CaseHeader = ({
  detail,
  agent,
  rights,
  busy,
  detailsOpen,
  onBack,
  onView,
  onClaim,
  onResolve,
  onReturn,
  onReopen,
  onTakeOver,
  onGive,
  onDetails,
}: {
  readonly detail: EscalationDetail;
  readonly agent: string;
  readonly rights: CaseRights;
  readonly busy: DeskAction | undefined;
  readonly detailsOpen: boolean;
  readonly onBack: () => void;
  readonly onView: (path: string) => void;
  readonly onClaim: () => void;
  readonly onResolve: () => void;
  readonly onReturn: () => void;
  readonly onReopen: () => void;
  readonly onTakeOver: () => void;
  readonly onGive: () => void;
  readonly onDetails: () => void;
}) => {
  const now = useNow();
  const more = [
    ...(rights.claim ? [{ label: consoleWords.resolve, onChoose: onResolve }] : []),
    ...(rights.give ? [{ label: consoleWords.giveTo, onChoose: onGive }] : []),
    ...(rights.handBack ? [{ label: consoleWords.handBack, onChoose: onReturn }] : []),
  ];
  return (
    <header className="case-header">
      <button type="button" className="icon-button case__back" aria-label={consoleWords.back} onClick={onBack}>
        <Icon name="back" />
      </button>
      <div className="case-header__text">
        <h2 title={detail.question}>{detail.question}</h2>
        <p className="case-header__state">
          <span className="owner" data-status={detail.status}>
            {ownerInWords(detail, agent)}
          </span>
          {detail.waitingSince === undefined ? (
            detail.status === 'resolved' ? undefined : (
              <span>{consoleWords.answered}</span>
            )
          ) : (
            <span className="case-header__waiting">
              {consoleWords.waiting(formatSince(new Date(detail.waitingSince), now))}
            </span>
          )}
          {detail.sla === undefined ? undefined : <DueTime sla={detail.sla} now={now} />}
          {detail.status !== 'resolved' || detail.satisfaction === undefined ? undefined : (
            <SatisfactionMark score={detail.satisfaction} />
          )}
          <span>{channelWords[detail.channel]}</span>
          {detail.article === undefined ? undefined : (
            <span>
              <ViewLink path={articlePath(detail.article.id)} onOpen={onView}>
                {articleWords.ofCase[detail.article.status]}
              </ViewLink>
            </span>
          )}
        </p>
      </div>
      <div className="case-header__actions">
        {rights.claim ? (
          <ActionButton action="claim" busy={busy} primary label={consoleWords.claim} onClick={onClaim} />
        ) : rights.resolve ? (
          <ActionButton
            action="resolve"
            busy={busy}
            icon={<Icon name="check" />}
            label={consoleWords.resolve}
            onClick={onResolve}
          />
        ) : rights.takeOver ? (
          <ActionButton action="reassign" busy={busy} label={consoleWords.takeOver} onClick={onTakeOver} />
        ) : detail.status === 'resolved' ? (
          <ActionButton
            action="reopen"
            busy={busy}
            primary
            disabled={!rights.reopen}
            why={rights.reopen ? undefined : rights.why}
            label={consoleWords.reopen}
            onClick={onReopen}
          />
        ) : undefined}
        {more.length === 0 ? undefined : (
          <ActionMenu label={consoleWords.more} className="icon-button" items={more}>
            <Icon name="more" />
          </ActionMenu>
        )}
        <button
          type="button"
          className="icon-button case-header__details"
          aria-label={detailsOpen ? consoleWords.hideDetails : consoleWords.details}
          title={detailsOpen ? consoleWords.hideDetails : consoleWords.details}
          aria-expanded={detailsOpen}
          onClick={onDetails}
        >
          <Icon name="details" />
        </button>
      </div>
    </header>
  );
};
