import { useEffect, useRef } from 'react';
import type { ArticleWire } from '#src/http/wire.ts';
import type { KeyValues } from '../shared/browser-storage.ts';
import { Markdown } from '../shared/markdown/markdown.tsx';
import { newId } from '../shared/new-id.ts';
import type { Result } from '../shared/request.ts';
import { useDraft } from '../shared/use-draft.ts';
import { articleWords, consoleWords } from '../words.ts';
import { ArticleDifferences } from './article-differences.tsx';
import { ArticleEditor } from './article-editor.tsx';
import { type ArticleDecision, ArticleHeader } from './article-header.tsx';
import { type ArticleChange, consoleApi } from './console-api.ts';
import { Feedback } from './feedback.tsx';
import { isSameChange, readKept, writeKept } from './kept-change.ts';
import { KeptChangeNotice } from './kept-change-notice.tsx';
import { SimilarArticles } from './similar-articles.tsx';
import { useAttempt } from './use-attempt.ts';
import { useShortcuts } from './use-shortcuts.ts';
import { visibilityInWords } from './visibility-in-words.ts';

/** The next draft takes the place of the last one: the second half of a double click must not decide on it. In milliseconds. */
const settlesAfter = 500;

/** One article drafted from a case: what it says, what it resembles, and what becomes of it. What is not saved is kept. */
export const ArticleWorkspace = ({
  article,
  storage,
  onBack,
  onOpenCase,
  settle,
  onDecided,
  onUndoLast,
}: {
  readonly article: ArticleWire;
  readonly storage: KeyValues;
  readonly onBack: () => void;
  readonly onOpenCase: (path: string) => void;
  /** Reads the list again after something was tried. */
  readonly settle: <T>(result: Result<T>) => Promise<Result<T>>;
  /** It is about to leave this list. */
  readonly onDecided: (decision: ArticleDecision) => void;
  /** Takes back what was decided before this one was opened. */
  readonly onUndoLast: () => void;
}) => {
  const stored: ArticleChange = {
    question: article.question,
    answer: article.answer,
    visibility: article.visibility,
  };
  const [keptText, keep] = useDraft(storage, `frontdesk.article.${article.id}`);
  const { busy, feedback, dismiss, attempt } = useAttempt<ArticleDecision | 'save'>();
  const answer = useRef<HTMLTextAreaElement>(null);
  const openedAt = useRef(0);
  useEffect(() => {
    openedAt.current = performance.now();
  }, []);
  const isDraft = article.status === 'draft';
  const kept = readKept(keptText);
  const value = kept?.to ?? stored;
  const isChanged = !isSameChange(value, stored);
  const isReady = value.question.trim().length >= 3 && value.answer.trim().length >= 3;
  const isOvertaken = kept !== undefined && isChanged && (!isDraft || !isSameChange(kept.from, stored));

  const save = async (): Promise<boolean> => {
    const saved = await attempt('save', async () => settle(await consoleApi.changeArticle(article.id, value)));
    if (saved.ok) keep('');
    return saved.ok;
  };
  const decide = async (decision: ArticleDecision): Promise<void> => {
    if (performance.now() - openedAt.current < settlesAfter) return;
    if (busy !== undefined || (decision === 'publish' && (!isReady || (isChanged && !(await save()))))) return;
    await attempt(decision, async () => {
      const result = await consoleApi.act(article.escalation.id, { id: newId(), action: decision });
      if (result.ok) onDecided(decision);
      return settle(result);
    });
  };
  useShortcuts({
    e: () => isDraft && answer.current?.focus(),
    p: () => isDraft && void decide('publish'),
    x: () => isDraft && void decide('dismiss'),
    u: () => (isDraft ? onUndoLast() : void decide('restore')),
  });

  return (
    <main className="article" aria-label={article.question}>
      <ArticleHeader
        article={article}
        isReady={isReady}
        busy={busy}
        onBack={onBack}
        onOpenCase={onOpenCase}
        onDecide={(decision) => void decide(decision)}
      />
      <Feedback note={feedback} onDismiss={dismiss} />
      {isOvertaken ? <KeptChangeNotice article={article} onDiscard={() => keep('')} /> : undefined}
      <div className="article__body">
        {article.updates === undefined ? undefined : (
          <ArticleDifferences
            updates={article.updates}
            publishing={!isDraft ? undefined : article.documentId === article.updates.documentId ? 'replaces' : 'adds'}
          />
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
              onChange={(to) => keep(writeKept({ from: kept?.from ?? stored, to }))}
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
        <SimilarArticles article={article} />
      </div>
    </main>
  );
};
