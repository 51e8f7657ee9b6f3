import { useRef, useState } from 'react';
import type { ArticleWire } from '#src/http/wire.ts';
import { Icon } from '../shared/icons/icon.tsx';
import { Markdown } from '../shared/markdown/markdown.tsx';
import { newId } from '../shared/new-id.ts';
import type { Result } from '../shared/request.ts';
import { articleWords, consoleWords } from '../words.ts';
import { ArticleDifferences } from './article-differences.tsx';
import { ArticleEditor } from './article-editor.tsx';
import { type ArticleChange, consoleApi, type DeskAction } from './console-api.ts';
import { Feedback, type FeedbackNote } from './feedback.tsx';
import { useShortcuts } from './use-shortcuts.ts';
import { visibilityInWords } from './visibility-in-words.ts';

/** One article drafted from a case: what it says, what it resembles, and what becomes of it. */
export const ArticleWorkspace = ({
  article,
  onBack,
  onOpenCase,
  settle,
  onDecided,
}: {
  readonly article: ArticleWire;
  readonly onBack: () => void;
  readonly onOpenCase: (path: string) => void;
  /** Reads the list again after something was tried. */
  readonly settle: <T>(result: Result<T>) => Promise<Result<T>>;
  /** It is about to leave this list. */
  readonly onDecided: () => void;
}) => {
  const stored: ArticleChange = {
    question: article.question,
    answer: article.answer,
    visibility: article.visibility,
  };
  const [edited, setEdited] = useState<ArticleChange>();
  const [busy, setBusy] = useState<DeskAction | 'save'>();
  const [feedback, setFeedback] = useState<FeedbackNote>();
  const answer = useRef<HTMLTextAreaElement>(null);
  const isDraft = article.status === 'draft';
  const value = edited ?? stored;
  const isChanged = JSON.stringify(value) !== JSON.stringify(stored);
  const isReady = value.question.trim().length >= 3 && value.answer.trim().length >= 3;

  const attempt = async <T,>(what: DeskAction | 'save', run: () => Promise<Result<T>>): Promise<boolean> => {
    setBusy(what);
    setFeedback(undefined);
    const result = await run();
    setBusy(undefined);
    if (!result.ok) setFeedback({ tone: result.failure.status === 409 ? 'notice' : 'error', failure: result.failure });
    return result.ok;
  };
  const save = async (): Promise<boolean> => {
    const saved = await attempt('save', async () => settle(await consoleApi.changeArticle(article.id, value)));
    if (saved) setEdited(undefined);
    return saved;
  };
  const decide = async (action: 'publish' | 'dismiss' | 'restore'): Promise<void> => {
    if (busy !== undefined || (action === 'publish' && (!isReady || (isChanged && !(await save()))))) return;
    await attempt(action, async () => {
      const result = await consoleApi.act(article.escalation.id, { id: newId(), action });
      if (result.ok) onDecided();
      return settle(result);
    });
  };
  useShortcuts({
    e: () => isDraft && answer.current?.focus(),
    p: () => isDraft && void decide('publish'),
    x: () => isDraft && void decide('dismiss'),
    u: () => !isDraft && void decide('restore'),
  });

  return (
    <main className="article" aria-label={article.question}>
      <header className="case-header">
        <button type="button" className="icon-button case__back" aria-label={articleWords.back} onClick={onBack}>
          <Icon name="back" />
        </button>
        <div className="case-header__text">
          <h2 title={article.question}>{article.question}</h2>
          <p className="case-header__state">
            <a
              href={`/console/case-${article.escalation.code}`}
              onClick={(event) => {
                if (event.ctrlKey || event.metaKey || event.shiftKey) return;
                event.preventDefault();
                onOpenCase(`/console/case-${article.escalation.code}`);
              }}
            >
              {articleWords.fromCase(article.escalation.code)}
            </a>
            {article.status === 'draft' ? undefined : (
              <span>{articleWords.decided(article.status, article.decidedBy ?? articleWords.somebody)}</span>
            )}
            {article.confirmations === 0 ? undefined : <span>{articleWords.confirmations(article.confirmations)}</span>}
          </p>
        </div>
        <div className="case-header__actions">
          {article.status === 'draft' ? (
            <>
              <button
                type="button"
                className="button button--primary"
                disabled={busy !== undefined || !isReady}
                onClick={() => void decide('publish')}
              >
                {busy === 'publish' ? consoleWords.working : articleWords.publish}
              </button>
              <button
                type="button"
                className="button"
                disabled={busy !== undefined}
                onClick={() => void decide('dismiss')}
              >
                {busy === 'dismiss' ? consoleWords.working : articleWords.dismissDraft}
              </button>
            </>
          ) : (
            <button
              type="button"
              className="button"
              disabled={busy !== undefined}
              onClick={() => void decide('restore')}
            >
              {busy === 'restore' ? consoleWords.working : articleWords.undo[article.status]}
            </button>
          )}
        </div>
      </header>
      <Feedback note={feedback} onDismiss={() => setFeedback(undefined)} />
      <div className="article__body">
        {article.updates === undefined ? undefined : (
          <ArticleDifferences updates={article.updates} inPlace={article.documentId === article.updates.documentId} />
        )}
        {isDraft && article.flags.length > 0 ? (
          <p className="article__flags">
            {articleWords.flags}: <b>{article.flags.join(', ')}</b>
          </p>
        ) : undefined}
        {isDraft ? (
          <>
            <ArticleEditor
              ref={answer}
              article={article}
              value={value}
              busy={busy !== undefined}
              onChange={setEdited}
            />
            <button
              type="button"
              className="button article__save"
              disabled={busy !== undefined || !isChanged || !isReady}
              onClick={() => void save()}
            >
              {busy === 'save' ? consoleWords.working : articleWords.save}
            </button>
          </>
        ) : (
          <>
            <Markdown text={article.answer} />
            <p className="quiet">
              {articleWords.visibility}: {visibilityInWords(article.visibility)}
            </p>
          </>
        )}
        {article.similarTo.length === 0 ? undefined : (
          <section aria-label={articleWords.similar}>
            <h3>{articleWords.similar}</h3>
            <ul className="article__similar">
              {article.similarTo.map(({ documentId, title, url, score }) => (
                <li key={documentId}>
                  {url === undefined ? (
                    title
                  ) : (
                    <a href={url} target="_blank" rel="noreferrer">
                      {title}
                    </a>
                  )}{' '}
                  <span className="quiet">{articleWords.similarShare(Math.round(score * 100))}</span>
                </li>
              ))}
            </ul>
          </section>
        )}
      </div>
    </main>
  );
};
