import type { ArticleWire } from '#src/http/wire.ts';
import { articleWords } from '../words.ts';

/** Somebody else was at the same draft: what became of one's own text, which is kept, and a way to let go of it. */
export const KeptChangeNotice = ({
  article: { status, decidedBy },
  onDiscard,
}: {
  readonly article: Pick<ArticleWire, 'status' | 'decidedBy'>;
  readonly onDiscard: () => void;
}) => (
  <div className="desk-feedback" data-tone="notice" role="status">
    <p>
      {status === 'draft'
        ? articleWords.changedMeanwhile
        : articleWords.decidedMeanwhile(status, decidedBy ?? articleWords.aColleague)}
    </p>
    <button type="button" className="button button--plain button--small" onClick={onDiscard}>
      {status === 'draft' ? articleWords.takeTheirs : articleWords.discard}
    </button>
  </div>
);
