import type { ArticleWire } from '#src/http/wire.ts';
import { articleWords } from '../words.ts';

/** What an article says and what the team answered, side by side. */
export const ArticleDifferences = ({
  updates,
  inPlace,
}: {
  readonly updates: NonNullable<ArticleWire['updates']>;
  /** Publishing replaces the article. */
  readonly inPlace: boolean;
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
    <p className="quiet">{inPlace ? articleWords.inPlace : articleWords.ofSource}</p>
  </section>
);
