import type { ArticleWire } from '#src/http/wire.ts';
import { articleWords } from '../words.ts';

/** What customers find already, to compare; without the article that is shown beside the answer. */
export const SimilarArticles = ({ article: { similarTo, updates } }: { readonly article: ArticleWire }) => {
  const others = similarTo.filter(({ documentId }) => documentId !== updates?.documentId);
  if (others.length === 0) return undefined;
  return (
    <section aria-label={articleWords.similar}>
      <h3>{articleWords.similar}</h3>
      <ul className="article__similar">
        {others.map(({ documentId, title, url }) => (
          <li key={documentId}>
            {url === undefined ? (
              title
            ) : (
              <a href={url} target="_blank" rel="noreferrer">
                {title}
              </a>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
};
