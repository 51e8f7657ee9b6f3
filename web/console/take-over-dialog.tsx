import { Dialog } from '../shared/dialog.tsx';
import { consoleWords } from '../words.ts';

/** Asks before a case is taken from a colleague, who may be in the middle of a reply. */
export const TakeOverDialog = ({
  colleague,
  onConfirm,
  onCancel,
}: {
  readonly colleague: string;
  readonly onConfirm: () => void;
  readonly onCancel: () => void;
}) => (
  <Dialog title={consoleWords.takeOverTitle(colleague)} onClose={onCancel}>
    <p>{consoleWords.takeOverText}</p>
    <div className="dialog__buttons">
      <button type="button" className="button" onClick={onCancel}>
        {consoleWords.cancel}
      </button>
      <button type="button" className="button button--primary" onClick={onConfirm}>
        {consoleWords.takeOver}
      </button>
    </div>
  </Dialog>
);
