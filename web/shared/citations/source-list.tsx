import type { CitationWire } from '#src/http/wire.ts';
import { citationWords } from '../../words.ts';

/** The sources under an answer, by name. Each opens the same passage as its marks. */
export const SourceList = ({
  citations,
  openAt,
  onOpen,
}: {
  readonly citations: readonly CitationWire[];
  readonly openAt: string | undefined;
  readonly onOpen: (citation: CitationWire, at: string, anchor: HTMLElement) => void;
}) => (
  <ul className="source-list" aria-label={citationWords.sources}>
    {citations.map((citation) => (
      <li key={citation.n}>
        <button
          type="button"
          className="source-list__item"
          aria-haspopup="dialog"
          aria-expanded={openAt === `list ${citation.n}`}
          onClick={(event) => onOpen(citation, `list ${citation.n}`, event.currentTarget)}
        >
          <span className="source-list__n">{citation.n}</span>
          <span className="source-list__title">{citation.title}</span>
        </button>
      </li>
    ))}
  </ul>
);
