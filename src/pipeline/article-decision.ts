/** What a desk turn makes of the article that was drafted from its case. Pure. */
import type { ArticleDecision, ArticleDraft, ArticleStatus } from '#core/article-draft.ts';
import type { Card, DeskEvent } from '#core/escalation.ts';

export const isOfArticle = ({ kind }: DeskEvent): boolean =>
  kind === 'publish' || kind === 'dismiss' || kind === 'restore';

/** What people came to think of the article in the end; undefined when that is what it was before, or when it is withdrawn. */
export const decisionOf = (
  draft: ArticleDraft | undefined,
  status: ArticleStatus | undefined,
  decidedBy: string | undefined,
): ArticleDecision | undefined =>
  draft === undefined || status === undefined || status === draft.status
    ? undefined
    : { draft, status, ...(decidedBy === undefined ? {} : { decidedBy }) };

/** The article as the card shows it from now on; none when it was withdrawn. */
export const articleAfter = (
  draft: ArticleDraft | undefined,
  status: ArticleStatus | undefined,
  decision: ArticleDecision | undefined,
): ArticleDraft | undefined => {
  if (draft === undefined || status === undefined) return undefined;
  if (decision === undefined) return draft;
  const { decidedBy: _before, ...rest } = draft;
  return {
    ...rest,
    status: decision.status,
    ...(decision.decidedBy === undefined ? {} : { decidedBy: decision.decidedBy }),
  };
};

/** Does a card say the same of its article as another, the button to publish it included? */
export const showsSameArticle = (before: Card | undefined, after: Card | undefined): boolean =>
  before?.article?.title === after?.article?.title &&
  before?.article?.text === after?.article?.text &&
  publishLabel(before) === publishLabel(after);

const publishLabel = (card: Card | undefined): string | undefined =>
  card?.actions.find(({ id }) => id === 'publish')?.label;
