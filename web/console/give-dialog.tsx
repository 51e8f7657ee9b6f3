import { useId, useState } from 'react';
import { Dialog } from '../shared/dialog.tsx';
import { consoleWords } from '../words.ts';

/** Asks who is to have the case: a name as that colleague signs in with it. */
export const GiveDialog = ({
  colleagues,
  onConfirm,
  onCancel,
}: {
  /** Names to choose from; any other can be written. */
  readonly colleagues: readonly string[];
  readonly onConfirm: (name: string) => void;
  readonly onCancel: () => void;
}) => {
  const [name, setName] = useState('');
  const ids = { name: useId(), names: useId(), hint: useId() };
  return (
    <Dialog title={consoleWords.giveTitle} onClose={onCancel}>
      <form
        className="give-form"
        onSubmit={(event) => {
          event.preventDefault();
          if (name.trim() !== '') onConfirm(name.trim());
        }}
      >
        <label htmlFor={ids.name}>{consoleWords.colleagueName}</label>
        <input
          id={ids.name}
          className="field"
          list={ids.names}
          aria-describedby={ids.hint}
          autoComplete="off"
          required
          maxLength={80}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <datalist id={ids.names}>
          {colleagues.map((colleague) => (
            <option key={colleague} value={colleague} />
          ))}
        </datalist>
        <p id={ids.hint}>{consoleWords.giveHint}</p>
        <div className="dialog__buttons">
          <button type="button" className="button" onClick={onCancel}>
            {consoleWords.cancel}
          </button>
          <button type="submit" className="button button--primary" disabled={name.trim() === ''}>
            {consoleWords.give}
          </button>
        </div>
      </form>
    </Dialog>
  );
};
