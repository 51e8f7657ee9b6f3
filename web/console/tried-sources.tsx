import type { CitationWire } from '#src/http/wire.ts';
import { Markdown } from '../shared/markdown/markdown.tsx';
import { safeHref } from '../shared/markdown/safe-href.ts';
import { citationWords, consoleWords } from '../words.ts';

/** The articles that were consulted; each opens in place. */
export const TriedSources = ({ sources }: { readonly sources: readonly CitationWire[] }) =>
  sources.length === 0 ? (
    <p className="quiet">{consoleWords.triedNone}</p>
  ) : (
    <ul className="tried-sources">
      {sources.map((source) => {
        const href = safeHref(source.url);
        return (
          <li key={source.n}>
            <details>
              <summary>{source.title}</summary>
              <Markdown text={source.text} />
              {href === undefined ? undefined : (
                <a href={href} target="_blank" rel="noopener noreferrer nofollow">
                  {citationWords.openArticle}
                </a>
              )}
            </details>
          </li>
        );
      })}
    </ul>
  );
