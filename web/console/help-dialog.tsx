import { Dialog } from '../shared/dialog.tsx';
import { consoleWords } from '../words.ts';
import { sendKey } from './send-key.ts';

/** All keys at a glance. */
export const HelpDialog = ({
  keys = [...consoleWords.keys, [consoleWords.sendKeys(sendKey()), consoleWords.send]],
  onClose,
}: {
  readonly keys?: readonly (readonly [key: string, what: string])[];
  readonly onClose: () => void;
}) => (
  <Dialog title={consoleWords.helpTitle} onClose={onClose}>
    <dl className="keys">
      {keys.map(([key, what]) => (
        <div key={key}>
          <dt>
            <kbd>{key}</kbd>
          </dt>
          <dd>{what}</dd>
        </div>
      ))}
    </dl>
    <div className="dialog__buttons">
      <button type="button" className="button" onClick={onClose}>
        {consoleWords.close}
      </button>
    </div>
  </Dialog>
);
