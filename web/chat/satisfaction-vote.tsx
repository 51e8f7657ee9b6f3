import { useRef } from 'react';
import { chatWords } from '../words.ts';

/** The two answers to "did that solve it?"; after one of them, thanks. */
export const SatisfactionVote = ({
  id,
  vote,
  onVote,
}: {
  readonly id: string;
  readonly vote: -1 | 1 | undefined;
  readonly onVote: (messageId: string, score: -1 | 1) => void;
}) => {
  const thanks = useRef<HTMLParagraphElement>(null);
  const say = (score: -1 | 1) => {
    // The pressed button is about to go: whoever uses the keyboard stays here.
    thanks.current?.focus();
    onVote(id, score);
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would need its legend on the screen
    <div className="satisfaction" role="group" aria-label={chatWords.satisfaction}>
      {vote === undefined ? (
        <div className="message__actions">
          <button type="button" className="button" onClick={() => say(1)}>
            {chatWords.solved}
          </button>
          <button type="button" className="button" onClick={() => say(-1)}>
            {chatWords.notSolved}
          </button>
        </div>
      ) : undefined}
      <p ref={thanks} className="satisfaction__thanks" role="status" tabIndex={-1}>
        {vote === undefined ? '' : vote === 1 ? chatWords.solvedThanks : chatWords.notSolvedThanks}
      </p>
    </div>
  );
};
