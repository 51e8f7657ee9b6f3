import { Markdown } from '../shared/markdown/markdown.tsx';
import type { CitationRendering } from '../shared/markdown/render-hast.tsx';
import { chatWords } from '../words.ts';

/** Sources are known only when the answer is finished; until then a mark is a mark without a passage. */
const pending: CitationRendering = {
  known: (n) => n < 100,
  mark: (n, key) => (
    <span key={key} className="citation-mark citation-mark--pending" aria-hidden="true">
      {n}
    </span>
  ),
};

/** The answer being made: what the bot does, in plain words, and the text so far. Not read aloud until finished. */
export const WorkingMessage = ({ partial, status }: { readonly partial: string; readonly status: string }) => (
  <section className="run" aria-label={chatWords.assistant} aria-busy="true">
    <p className="run__author">
      <b>{chatWords.assistant}</b>
    </p>
    <div className="message">
      {partial === '' ? undefined : (
        <div className="message__text">
          <Markdown text={partial} citations={pending} />
        </div>
      )}
      {partial !== '' && status === '' ? undefined : (
        <p className="working">
          <span className="pulse" aria-hidden="true" />
          {status === '' ? chatWords.working : status}
        </p>
      )}
    </div>
  </section>
);
