import { Dialog } from '../shared/dialog.tsx';
import { consoleWords } from '../words.ts';

/** Asks only when the customer's last message has no answer: then resolving is likely a slip. */
export const ResolveDialog = ({
  customer,
  onConfirm,
  onCancel,
}: {
  readonly customer: string;
  readonly onConfirm: () => void;
  readonly onCancel: () => void;
}) => (
  <Dialog title={consoleWords.resolveTitle} onClose={onCancel}>
    <p>{consoleWords.resolveText(customer)}</p>
    <div className="dialog__buttons">
      <button type="button" className="button" onClick={onCancel}>
        {consoleWords.cancel}
      </button>
      <button type="button" className="button button--danger" onClick={onConfirm}>
        {consoleWords.resolveAnyway}
      </button>
    </div>
  </Dialog>
);
