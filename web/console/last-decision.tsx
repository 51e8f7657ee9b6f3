import type { ArticleWire } from '#src/http/wire.ts';
import { articleWords, consoleWords } from '../words.ts';

/** What was decided a moment ago, with a way back: the next draft is on the screen already. */
export const LastDecision = ({
  decided,
  busy,
  onUndo,
}: {
  readonly decided: { readonly article: ArticleWire; readonly to: 'published' | 'dismissed' } | undefined;
  readonly busy: boolean;
  readonly onUndo: () => void;
}) => (
  <div className="last-decision" role="status">
    {decided === undefined ? undefined : (
      <>
        <p>{articleWords.done(decided.to, decided.article.question)}</p>
        <button type="button" className="button button--plain button--small" disabled={busy} onClick={onUndo}>
          {busy ? consoleWords.working : articleWords.undoLast}
        </button>
      </>
    )}
  </div>
);
