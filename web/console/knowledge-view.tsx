import { useEffect, useRef, useState } from 'react';
import type { ArticleWire } from '#src/http/wire.ts';
import { newId } from '../shared/new-id.ts';
import { articleWords, consoleWords } from '../words.ts';
import type { ArticleDecision } from './article-header.tsx';
import { ArticleList, ArticleTabs } from './article-list.tsx';
import { ArticleWorkspace } from './article-workspace.tsx';
import { consoleApi } from './console-api.ts';
import { ConsoleHeader } from './console-header.tsx';
import { Feedback } from './feedback.tsx';
import { HelpDialog } from './help-dialog.tsx';
import { LastDecision } from './last-decision.tsx';
import { neighbour } from './neighbour.ts';
import { OfflineBanner } from './offline-banner.tsx';
import { PaneMessage } from './pane-message.tsx';
import { useArticle } from './use-article.ts';
import { useArticles } from './use-articles.ts';
import { useAttempt } from './use-attempt.ts';
import { useConsoleLive } from './use-console-live.ts';
import { useSelectedArticle } from './use-selected-article.ts';
import { useShortcuts } from './use-shortcuts.ts';
import type { ViewProps } from './view-props.ts';
import './knowledge.css';

/** What customers find besides the documents: articles drafted from what people answered, to review on the left, one on the right. */
export const KnowledgeView = ({ agent, storage, onLapsed, onView, onSignOut }: ViewProps) => {
  const [status, setStatus] = useState<ArticleWire['status']>('draft');
  const [selected, select] = useSelectedArticle();
  const [helping, setHelping] = useState(false);
  const [decided, setDecided] = useState<{ readonly article: ArticleWire; readonly to: 'published' | 'dismissed' }>();
  const { busy, feedback, dismiss, attempt } = useAttempt<'restore'>();
  const list = useArticles(status, onLapsed);
  const { items, counts, reload, settle } = list;
  const { article, failure } = useArticle(selected, items, onLapsed);
  const live = useConsoleLive(() => void reload(), onLapsed);

  const drafts = counts?.draft ?? 0;
  useEffect(() => {
    document.title = articleWords.title(drafts);
  }, [drafts]);

  // Whoever comes by a link finds the article in its list.
  const isByLink = useRef(selected !== undefined);
  useEffect(() => {
    if (!isByLink.current || article === undefined) return;
    isByLink.current = false;
    setStatus(article.status);
  }, [article]);

  const idAt = (step: 1 | -1) =>
    neighbour(
      (items ?? []).map(({ id }) => id),
      selected,
      step,
    );
  const move = (step: 1 | -1) => {
    const next = idAt(step);
    if (next !== undefined) select(next);
  };
  const onDecided = (decision: ArticleDecision) => {
    dismiss();
    if (article === undefined) return;
    if (decision === 'restore') {
      setDecided(undefined);
      setStatus('draft');
      return;
    }
    setDecided({ article, to: decision === 'publish' ? 'published' : 'dismissed' });
    const next = idAt(1);
    const after = next === selected ? idAt(-1) : next;
    select(after === selected ? undefined : after);
  };
  const undoLast = async (): Promise<void> => {
    if (decided === undefined || busy !== undefined) return;
    const { id, escalation } = decided.article;
    const result = await attempt('restore', async () =>
      settle(await consoleApi.act(escalation.id, { id: newId(), action: 'restore' })),
    );
    if (!result.ok) return;
    setDecided(undefined);
    setStatus('draft');
    select(id);
  };
  useShortcuts({ j: () => move(1), k: () => move(-1), u: () => void undoLast(), '?': () => setHelping(true) });

  return (
    <div className="console">
      <OfflineBanner live={live} />
      <div className="desk desk--knowledge" data-pane={selected === undefined ? 'list' : 'case'}>
        <nav className="desk__list" aria-label={articleWords.list}>
          <header className="list-header">
            <ConsoleHeader
              agent={agent}
              view="knowledge"
              drafts={drafts}
              onHelp={() => setHelping(true)}
              onView={onView}
              onSignOut={onSignOut}
            />
            <ArticleTabs
              status={status}
              counts={counts}
              onStatus={(next) => {
                setStatus(next);
                select(undefined);
              }}
            />
          </header>
          <LastDecision decided={decided} busy={busy !== undefined} onUndo={() => void undoLast()} />
          <Feedback note={feedback} onDismiss={dismiss} />
          <ArticleList status={status} list={list} selected={selected} onSelect={select} />
        </nav>
        {article === undefined ? (
          <main className="desk__none">
            {failure === undefined ? (
              selected === undefined ? (
                <PaneMessage title={articleWords.chooseTitle} text={articleWords.chooseText} />
              ) : undefined
            ) : (
              <PaneMessage
                title={articleWords.articleFailed}
                text={failure.status === 404 ? articleWords.articleGone : failure.detail}
                tone="error"
              >
                <button type="button" className="button" onClick={() => select(undefined)}>
                  {consoleWords.back}
                </button>
              </PaneMessage>
            )}
          </main>
        ) : (
          <ArticleWorkspace
            key={article.id}
            article={article}
            storage={storage}
            onBack={() => select(undefined)}
            onOpenCase={onView}
            settle={settle}
            onDecided={onDecided}
            onUndoLast={() => void undoLast()}
          />
        )}
      </div>
      {helping ? <HelpDialog keys={articleWords.keys} onClose={() => setHelping(false)} /> : undefined}
    </div>
  );
};
