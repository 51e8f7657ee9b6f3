import { useCallback, useMemo, useState } from 'react';
import type { CitationWire } from '#src/http/wire.ts';
import { Markdown } from '../markdown/markdown.tsx';
import type { CitationRendering } from '../markdown/render-hast.tsx';
import { CitationMark } from './citation-mark.tsx';
import { PassageCard } from './passage-card.tsx';
import { SourceList } from './source-list.tsx';
import './citations.css';

interface Opened {
  readonly citation: CitationWire;
  /** Which of several marks of one source was pressed. */
  readonly at: string;
  readonly anchor: HTMLElement;
}

/** A text with its sources: marks in the text, names below it, one passage open at a time. */
export const CitedText = ({
  text,
  citations,
}: {
  readonly text: string;
  readonly citations: readonly CitationWire[];
}) => {
  const [opened, setOpened] = useState<Opened>();
  const close = useCallback(() => setOpened(undefined), []);
  const open = useCallback(
    (citation: CitationWire, at: string, anchor: HTMLElement) =>
      setOpened((was) => (was?.at === at ? undefined : { citation, at, anchor })),
    [],
  );
  const rendering = useMemo((): CitationRendering => {
    const byNumber = new Map(citations.map((citation) => [citation.n, citation]));
    return {
      known: (n) => byNumber.has(n),
      mark: (n, key) => {
        const citation = byNumber.get(n);
        return citation === undefined ? undefined : (
          <CitationMark
            key={key}
            n={n}
            title={citation.title}
            open={opened?.at === key}
            onOpen={(anchor) => open(citation, key, anchor)}
          />
        );
      },
    };
  }, [citations, opened, open]);

  return (
    <>
      <Markdown text={text} citations={rendering} />
      {citations.length === 0 ? undefined : <SourceList citations={citations} openAt={opened?.at} onOpen={open} />}
      {opened === undefined ? undefined : (
        <PassageCard key={opened.at} citation={opened.citation} anchor={opened.anchor} onClose={close} />
      )}
    </>
  );
};
