import { Dialog } from '../shared/dialog.tsx';
import { chatWords } from '../words.ts';

/** Asks before the conversation leaves the screen. */
export const NewConversationDialog = ({
  onConfirm,
  onCancel,
}: {
  readonly onConfirm: () => void;
  readonly onCancel: () => void;
}) => (
  <Dialog title={chatWords.newConversationTitle} onClose={onCancel}>
    <p>{chatWords.newConversationText}</p>
    <div className="dialog__buttons">
      <button type="button" className="button" onClick={onCancel}>
        {chatWords.cancel}
      </button>
      <button type="button" className="button button--primary" onClick={onConfirm}>
        {chatWords.newConversation}
      </button>
    </div>
  </Dialog>
);
