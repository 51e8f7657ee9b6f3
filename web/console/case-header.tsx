import type { EscalationDetail } from '#src/http/wire.ts';
import { formatSince } from '../shared/format-time.ts';
import { Icon } from '../shared/icons/icon.tsx';
import { useNow } from '../shared/use-now.ts';
import { articleWords, channelWords, consoleWords } from '../words.ts';
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
          <button type="button" className="button button--primary" disabled={busy !== undefined} onClick={onClaim}>
            {busy === 'claim' ? consoleWords.working : consoleWords.claim}
          </button>
        ) : rights.resolve ? (
          <button type="button" className="button" disabled={busy !== undefined} onClick={onResolve}>
            <Icon name="check" />
            {busy === 'resolve' ? consoleWords.working : consoleWords.resolve}
          </button>
        ) : rights.takeOver ? (
          <button type="button" className="button" disabled={busy !== undefined} onClick={onTakeOver}>
            {busy === 'reassign' ? consoleWords.working : consoleWords.takeOver}
          </button>
        ) : detail.status === 'resolved' ? (
          <button
            type="button"
            className="button button--primary"
            disabled={!rights.reopen || busy !== undefined}
            title={rights.reopen ? undefined : rights.why}
            onClick={onReopen}
          >
            {busy === 'reopen' ? consoleWords.working : consoleWords.reopen}
          </button>
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
