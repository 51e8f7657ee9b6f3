import { Icon } from '../shared/icons/icon.tsx';
import { chatWords } from '../words.ts';

/** Thumbs under an answer. Another press changes the mind. */
export const MessageFeedback = ({
  id,
  vote,
  onVote,
}: {
  readonly id: string;
  readonly vote: -1 | 1 | undefined;
  readonly onVote: (messageId: string, score: -1 | 1) => void;
}) => (
  // biome-ignore lint/a11y/useSemanticElements: a fieldset would need its legend on the screen
  <div className="feedback" role="group" aria-label={chatWords.feedback}>
    <button
      type="button"
      className="icon-button icon-button--small"
      aria-label={chatWords.helpful}
      title={chatWords.helpful}
      aria-pressed={vote === 1}
      onClick={() => onVote(id, 1)}
    >
      <Icon name="up" />
    </button>
    <button
      type="button"
      className="icon-button icon-button--small"
      aria-label={chatWords.notHelpful}
      title={chatWords.notHelpful}
      aria-pressed={vote === -1}
      onClick={() => onVote(id, -1)}
    >
      <Icon name="down" />
    </button>
    <span className="feedback__thanks" role="status">
      {vote === undefined ? '' : chatWords.feedbackThanks}
    </span>
  </div>
);
