import { citationWords } from '../../words.ts';

/** A small numbered mark in the text; pressing it opens the passage. */
export const CitationMark = ({
  n,
  title,
  open,
  onOpen,
}: {
  readonly n: number;
  readonly title: string;
  readonly open: boolean;
  readonly onOpen: (anchor: HTMLElement) => void;
}) => (
  <button
    type="button"
    className="citation-mark"
    aria-haspopup="dialog"
    aria-expanded={open}
    aria-label={citationWords.mark(n, title)}
    onClick={(event) => onOpen(event.currentTarget)}
  >
    {n}
  </button>
);
