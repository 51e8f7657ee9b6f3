import type { ArticleWire } from '#src/http/wire.ts';
import { formatSince } from '../shared/format-time.ts';
import { useNow } from '../shared/use-now.ts';
import { articleWords } from '../words.ts';
import type { ArticlePage } from './console-api.ts';
import { ListRow } from './list-row.tsx';
import { PagedList } from './paged-list.tsx';
import { PaneMessage } from './pane-message.tsx';
import type { Articles } from './use-articles.ts';
import { visibilityInWords } from './visibility-in-words.ts';

export const articleStatuses = ['draft', 'published', 'dismissed'] as const;

/** Which articles the list shows, with how many there are. */
export const ArticleTabs = ({
  status,
  counts,
  onStatus,
}: {
  readonly status: ArticleWire['status'];
  readonly counts: ArticlePage['counts'] | undefined;
  readonly onStatus: (status: ArticleWire['status']) => void;
}) => (
  // biome-ignore lint/a11y/useSemanticElements: a fieldset would need its legend on the screen
  <div className="status-tabs" role="group" aria-label={articleWords.tabsLabel}>
    {articleStatuses.map((each) => (
      <button key={each} type="button" aria-pressed={each === status} onClick={() => onStatus(each)}>
        {articleWords.tabs[each]}
        {each === 'draft' ? <span className="status-tabs__count">{counts?.draft ?? ''}</span> : undefined}
      </button>
    ))}
  </div>
);

/** Articles to review or to look back at, or what to say when there are none. */
export const ArticleList = ({
  status,
  list,
  selected,
  onSelect,
}: {
  readonly status: ArticleWire['status'];
  readonly list: Articles;
  readonly selected: string | undefined;
  readonly onSelect: (id: string) => void;
}) => {
  const now = useNow();
  const { items } = list;
  return (
    <PagedList list={list} failed={articleWords.listFailed}>
      {items?.length === 0 ? <PaneMessage {...articleWords.empty[status]} /> : undefined}
      <ul className="escalation-list">
        {items?.map((item) => (
          <ArticleRow key={item.id} item={item} now={now} selected={item.id === selected} onSelect={onSelect} />
        ))}
      </ul>
    </PagedList>
  );
};

const ArticleRow = ({
  item,
  now,
  selected,
  onSelect,
}: {
  readonly item: ArticleWire;
  readonly now: Date;
  readonly selected: boolean;
  readonly onSelect: (id: string) => void;
}) => (
  <ListRow selected={selected} onSelect={() => onSelect(item.id)}>
    <span className="escalation-row__head">
      <span className="escalation-row__who">{articleWords.fromCase(item.escalation.code)}</span>
      <span className="escalation-row__since">{formatSince(new Date(item.decidedAt ?? item.createdAt), now)}</span>
    </span>
    <span className="escalation-row__question">{item.question}</span>
    <span className="escalation-row__facts">
      {item.kind === 'update' ? <span className="article-kind">{articleWords.update}</span> : undefined}
      <span>{visibilityInWords(item.visibility, 'short')}</span>
      {item.replacedBy === undefined ? undefined : <span>{articleWords.replaced}</span>}
    </span>
  </ListRow>
);
