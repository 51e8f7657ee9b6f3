import { type Ref, useImperativeHandle, useRef } from 'react';
import { AttachButton } from '../shared/files/attach-button.tsx';
import { DropHint } from '../shared/files/drop-hint.tsx';
import { pastedFiles } from '../shared/files/pasted-files.ts';
import { UploadList } from '../shared/files/upload-list.tsx';
import { useFileDrop } from '../shared/files/use-file-drop.ts';
import { useUploads } from '../shared/files/use-uploads.ts';
import { newId } from '../shared/new-id.ts';
import { useAutosize } from '../shared/use-autosize.ts';
import { consoleWords } from '../words.ts';
import type { CaseRights } from './case-rights.ts';
import { consoleApi, type DeskCommand } from './console-api.ts';
import { sendKey } from './send-key.ts';

export interface DeskComposerHandle {
  focus(): void;
}

/** The longest text of one action (`deskActionBody.markdown`). */
const longest = 20_000;

/**
 * Where the team writes: a reply that the customer gets, or a note that stays inside. The two never look alike, and
 * each keeps its own draft.
 */
export const DeskComposer = ({
  ref,
  customer,
  mode,
  rights,
  text,
  busy,
  onMode,
  onText,
  onSend,
}: {
  readonly ref: Ref<DeskComposerHandle>;
  readonly customer: string;
  readonly mode: 'reply' | 'note';
  readonly rights: CaseRights;
  readonly text: string;
  readonly busy: boolean;
  readonly onMode: (mode: 'reply' | 'note') => void;
  readonly onText: (text: string) => void;
  readonly onSend: (command: DeskCommand) => Promise<boolean>;
}) => {
  const field = useRef<HTMLTextAreaElement>(null);
  /** Kept until it is done: sending the same text again after a failure cannot double it. */
  const commandId = useRef({ of: '', id: '' });
  const uploads = useUploads(consoleApi.upload);
  const dropping = useFileDrop(uploads.add);
  useAutosize(field, text);
  useImperativeHandle(ref, () => ({
    // At once: what is typed next must not be taken for commands. Both modes use the same field.
    focus: () => field.current?.focus(),
  }));

  const sendable = !busy && !uploads.busy && (text.trim() !== '' || uploads.stored.length > 0);
  const send = async () => {
    if (!sendable) return;
    const of = JSON.stringify([mode, text, uploads.stored]);
    if (commandId.current.of !== of) commandId.current = { of, id: newId() };
    const done = await onSend({ id: commandId.current.id, action: mode, markdown: text, attachments: uploads.stored });
    if (!done) return;
    onText('');
    uploads.clear();
    field.current?.focus();
  };

  return (
    <form
      className="desk-composer"
      data-mode={mode}
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      {rights.why === undefined ? (
        // biome-ignore lint/a11y/useSemanticElements: a fieldset would need its legend on the screen
        <div className="desk-composer__modes" role="group" aria-label={consoleWords.modeLabel}>
          <button type="button" aria-pressed={mode === 'reply'} onClick={() => onMode('reply')}>
            {consoleWords.replyTab}
          </button>
          <button type="button" aria-pressed={mode === 'note'} onClick={() => onMode('note')}>
            {consoleWords.noteTab}
          </button>
        </div>
      ) : (
        <p className="desk-composer__why">{rights.why}</p>
      )}
      <div className="desk-composer__box">
        {mode === 'note' ? <span className="internal-tag">{consoleWords.internal}</span> : undefined}
        <textarea
          ref={field}
          rows={2}
          maxLength={longest}
          value={text}
          placeholder={mode === 'note' ? consoleWords.notePlaceholder : consoleWords.replyTo(customer)}
          aria-label={mode === 'note' ? consoleWords.noteTab : consoleWords.replyTo(customer)}
          onChange={(event) => onText(event.currentTarget.value)}
          onPaste={(event) => {
            const files = pastedFiles(event.clipboardData);
            if (files.length === 0) return;
            event.preventDefault();
            uploads.add(files);
          }}
          onKeyDown={(event) => {
            if (event.key === 'Escape') event.currentTarget.blur();
            else if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && !event.nativeEvent.isComposing)
              void send();
            else return;
            event.preventDefault();
          }}
        />
        <UploadList uploads={uploads} />
        <div className="desk-composer__row">
          <AttachButton onFiles={uploads.add} />
          <span className="key" aria-hidden="true">
            {consoleWords.sendKeys(sendKey())}
          </span>
          <button
            type="submit"
            className={mode === 'note' ? 'button button--note' : 'button button--primary'}
            disabled={!sendable}
          >
            {busy ? consoleWords.working : labelOf(mode, rights)}
          </button>
        </div>
      </div>
      <DropHint shown={dropping} />
    </form>
  );
};

const labelOf = (mode: 'reply' | 'note', rights: CaseRights): string => {
  if (mode === 'note') return consoleWords.saveNote;
  return rights.claim ? consoleWords.claimAndReply : consoleWords.sendReply;
};
