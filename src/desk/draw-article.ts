import type { ArticleDraft } from '#core/article-draft.ts';
import type { Card } from '#core/escalation.ts';
import { plainLine } from '#core/plain-line.ts';

const excerptChars = 600;
const statementChars = 200;

/** What a card says of the article that was drafted from its case. */
export const drawArticle = (draft: ArticleDraft): NonNullable<Card['article']> => {
  const { status, question, updates, decidedBy } = draft;
  const who = decidedBy ?? 'Somebody';
  if (status === 'published') return { title: `${who} has published this answer: ${question}`, text: '' };
  if (status === 'dismissed') return { title: `${who} has dismissed the draft: ${question}`, text: '' };
  const parts = [
    excerpt(draft.answer, excerptChars),
    ...(updates === undefined
      ? []
      : updates.differences
          .slice(0, 2)
          .map(({ article }) => `The article says: “${plainLine(excerpt(article, statementChars))}”`)),
    ...(draft.flags.length === 0
      ? []
      : [`Check first, these may concern one customer alone: ${draft.flags.join(', ')}.`]),
  ];
  return {
    title: updates === undefined ? `Draft article: ${question}` : `Draft update of “${updates.title}”: ${question}`,
    text: parts.join('\n\n'),
  };
};

/** One click publishes with the draft's own visibility, so the button says which that is. */
export const publishLabel = ({ visibility }: ArticleDraft): string =>
  visibility === 'public'
    ? 'Publish for everyone'
    : visibility === 'internal'
      ? 'Publish for the team'
      : "Publish for this customer's organisation";

const excerpt = (text: string, most: number): string =>
  text.length <= most ? text : `${text.slice(0, most - 1).replace(/\p{Surrogate}$/u, '')}…`;
