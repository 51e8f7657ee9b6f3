import { Icon } from '../shared/icons/icon.tsx';
import type { Failure } from '../shared/request.ts';
import { consoleWords, requestWords } from '../words.ts';

/** Why an action had no effect. `notice`: nothing broke, somebody else was quicker. */
export interface FeedbackNote {
  readonly tone: 'notice' | 'error';
  readonly failure: Failure;
}

export const Feedback = ({
  note,
  onDismiss,
}: {
  readonly note: FeedbackNote | undefined;
  readonly onDismiss: () => void;
}) =>
  note === undefined ? undefined : (
    <div className="desk-feedback" data-tone={note.tone} role="alert">
      <p>
        {note.failure.detail}
        {note.failure.requestId === undefined ? '' : ` ${requestWords.quote(note.failure.requestId)}`}
      </p>
      <button
        type="button"
        className="icon-button icon-button--small"
        aria-label={consoleWords.dismiss}
        onClick={onDismiss}
      >
        <Icon name="close" />
      </button>
    </div>
  );
