import type { ArticleWire } from '#src/http/wire.ts';
import { articleWords } from '../words.ts';

/** What an article says and what the team answered, side by side. */
export const ArticleDifferences = ({
  updates,
  publishing,
}: {
  readonly updates: NonNullable<ArticleWire['updates']>;
  /** What publishing does to the article; nothing once that is decided. */
  readonly publishing: 'replaces' | 'adds' | undefined;
}) => (
  <section className="article-differences" aria-label={articleWords.says(updates.title)}>
    <h3>
      {articleWords.says(updates.title)}
      {updates.url === undefined ? undefined : (
        <a href={updates.url} target="_blank" rel="noreferrer">
          {articleWords.openArticle}
        </a>
      )}
    </h3>
    <table>
      <thead>
        <tr>
          <th scope="col">
            <span className="unseen">{articleWords.update}</span>
          </th>
          <th scope="col">{articleWords.before}</th>
          <th scope="col">{articleWords.after}</th>
        </tr>
      </thead>
      <tbody>
        {updates.differences.map(({ what, article, answer }) => (
          <tr key={`${article}\n${answer}`}>
            <th scope="row">{articleWords.what[what] ?? what}</th>
            <td>{article}</td>
            <td>{answer}</td>
          </tr>
        ))}
      </tbody>
    </table>
    {publishing === undefined ? undefined : (
      <p className="quiet">{publishing === 'replaces' ? articleWords.inPlace : articleWords.ofSource}</p>
    )}
  </section>
);
