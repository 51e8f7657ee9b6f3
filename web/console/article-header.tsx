import type { ArticleWire } from '#src/http/wire.ts';
import { Icon } from '../shared/icons/icon.tsx';
import { articleWords, consoleWords } from '../words.ts';
import { ActionButton } from './action-button.tsx';
import type { DeskAction } from './console-api.ts';
import { ViewLink } from './view-link.tsx';

export type ArticleDecision = 'publish' | 'dismiss' | 'restore';

/** The article's question, the case it came from, what became of it, and what can become of it. */
export const ArticleHeader = ({
  article,
  isReady,
  busy,
  onBack,
  onOpenCase,
  onDecide,
}: {
  readonly article: ArticleWire;
  /** There is enough of it to be published. */
  readonly isReady: boolean;
  readonly busy: DeskAction | 'save' | undefined;
  readonly onBack: () => void;
  readonly onOpenCase: (path: string) => void;
  readonly onDecide: (decision: ArticleDecision) => void;
}) => (
  <header className="case-header">
    <button type="button" className="icon-button case__back" aria-label={consoleWords.back} onClick={onBack}>
      <Icon name="back" />
    </button>
    <div className="case-header__text">
      <h2 title={article.question}>{article.question}</h2>
      <p className="case-header__state">
        <ViewLink path={`/console/case-${article.escalation.code}`} onOpen={onOpenCase}>
          {articleWords.fromCase(article.escalation.code)}
        </ViewLink>
        {article.status === 'draft' ? undefined : (
          <span>{articleWords.decided(article.status, article.decidedBy ?? articleWords.somebody)}</span>
        )}
        {article.replacedBy === undefined ? undefined : <span>{articleWords.replacedBy(article.replacedBy)}</span>}
        {article.confirmations === 0 ? undefined : <span>{articleWords.confirmations(article.confirmations)}</span>}
      </p>
    </div>
    <div className="case-header__actions">
      {article.status === 'draft' ? (
        <>
          <ActionButton
            action="publish"
            busy={busy}
            primary
            disabled={!isReady}
            label={articleWords.publish}
            onClick={() => onDecide('publish')}
          />
          <ActionButton
            action="dismiss"
            busy={busy}
            label={articleWords.dismissDraft}
            onClick={() => onDecide('dismiss')}
          />
        </>
      ) : (
        <ActionButton
          action="restore"
          busy={busy}
          label={articleWords.undo[article.status]}
          onClick={() => onDecide('restore')}
        />
      )}
    </div>
  </header>
);
