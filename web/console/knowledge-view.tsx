import { useEffect, useState } from 'react';
import type { ArticleWire } from '#src/http/wire.ts';
import { useLasting } from '../shared/use-lasting.ts';
import { articleWords, consoleWords } from '../words.ts';
import { ArticleList, ArticleTabs } from './article-list.tsx';
import { ArticleWorkspace } from './article-workspace.tsx';
import { ConsoleHeader } from './console-header.tsx';
import { HelpDialog } from './help-dialog.tsx';
import { neighbour } from './neighbour.ts';
import { PaneMessage } from './pane-message.tsx';
import { useArticles } from './use-articles.ts';
import { useConsoleLive } from './use-console-live.ts';
import { useShortcuts } from './use-shortcuts.ts';
import './knowledge.css';

/** What customers find besides the documents: articles drafted from what people answered, to review on the left, one on the right. */
export const KnowledgeView = ({
  agent,
  onLapsed,
  onView,
  onSignOut,
}: {
  readonly agent: string;
  readonly onLapsed: () => void;
  readonly onView: (path: string) => void;
  readonly onSignOut: () => void;
}) => {
  const [status, setStatus] = useState<ArticleWire['status']>('draft');
  const [selected, setSelected] = useState<string>();
  const [helping, setHelping] = useState(false);
  const { items, counts, error, reload, settle } = useArticles(status, onLapsed);
  const live = useConsoleLive(() => void reload(), onLapsed);
  const down = useLasting(!live.up, 1_500);
  const article = items?.find(({ id }) => id === selected);

  const drafts = counts?.draft ?? 0;
  useEffect(() => {
    document.title = articleWords.title(drafts);
  }, [drafts]);

  const idAt = (step: 1 | -1) =>
    neighbour(
      (items ?? []).map(({ id }) => id),
      selected,
      step,
    );
  const move = (step: 1 | -1) => {
    const next = idAt(step);
    if (next !== undefined) setSelected(next);
  };
  useShortcuts({ j: () => move(1), k: () => move(-1), '?': () => setHelping(true) });

  return (
    <div className="console">
      {down ? (
        <div className="desk-banner" role="status">
          <p>{consoleWords.offline}</p>
          <button type="button" className="button button--plain button--small" onClick={live.retry}>
            {consoleWords.reconnect}
          </button>
        </div>
      ) : undefined}
      <div className="desk desk--knowledge" data-pane={article === undefined ? 'list' : 'case'}>
        <nav className="desk__list" aria-label={articleWords.list}>
          <header className="list-header">
            <ConsoleHeader
              agent={agent}
              view="knowledge"
              onHelp={() => setHelping(true)}
              onView={onView}
              onSignOut={onSignOut}
            />
            <ArticleTabs
              status={status}
              counts={counts}
              onStatus={(next) => {
                setStatus(next);
                setSelected(undefined);
              }}
            />
          </header>
          <ArticleList
            status={status}
            items={items}
            error={error}
            selected={selected}
            onSelect={setSelected}
            onRetry={() => void reload()}
          />
        </nav>
        {article === undefined ? (
          <main className="desk__none">
            <PaneMessage title={articleWords.chooseTitle} text={articleWords.chooseText} />
          </main>
        ) : (
          <ArticleWorkspace
            key={article.id}
            article={article}
            onBack={() => setSelected(undefined)}
            onOpenCase={onView}
            settle={settle}
            onDecided={() => {
              const next = idAt(1);
              setSelected(next === selected ? idAt(-1) : next);
            }}
          />
        )}
      </div>
      {helping ? <HelpDialog keys={articleWords.keys} onClose={() => setHelping(false)} /> : undefined}
    </div>
  );
};
