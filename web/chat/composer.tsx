import { type KeyboardEvent, useRef } from 'react';
import type { AttachmentWire } from '#src/http/wire.ts';
import type { KeyValues } from '../shared/browser-storage.ts';
import { AttachButton } from '../shared/files/attach-button.tsx';
import { pastedFiles } from '../shared/files/pasted-files.ts';
import { UploadList } from '../shared/files/upload-list.tsx';
import type { Uploads } from '../shared/files/use-uploads.ts';
import { Icon } from '../shared/icons/icon.tsx';
import { useAutosize } from '../shared/use-autosize.ts';
import { useDraft } from '../shared/use-draft.ts';
import { chatWords } from '../words.ts';

/** The longest text of one message (`postMessage.text`). */
const longest = 8_000;

/** Where the person writes. Enter sends; on a touch keyboard, which has no Shift + Enter, it begins a new line. */
export const Composer = ({
  storage,
  uploads,
  waiting,
  onSend,
}: {
  readonly storage: KeyValues;
  readonly uploads: Uploads;
  readonly waiting: boolean;
  readonly onSend: (text: string, attachments: readonly AttachmentWire[]) => void;
}) => {
  const field = useRef<HTMLTextAreaElement>(null);
  const [text, setText] = useDraft(storage, 'frontdesk.draft');
  useAutosize(field, text);
  const sendable = !uploads.busy && (text.trim() !== '' || uploads.stored.length > 0);

  const send = () => {
    if (!sendable) return;
    onSend(text.trim(), uploads.stored);
    setText('');
    uploads.clear();
    field.current?.focus();
  };

  const onKeyDown = (event: KeyboardEvent) => {
    // While an input method composes, Enter picks a candidate.
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    if (window.matchMedia('(pointer: coarse)').matches && !event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    send();
  };

  return (
    <footer className="composer">
      <form
        className="composer__box"
        onSubmit={(event) => {
          event.preventDefault();
          send();
        }}
      >
        <UploadList uploads={uploads} />
        <div className="composer__row">
          <AttachButton onFiles={uploads.add} />
          <textarea
            ref={field}
            className="composer__text"
            rows={1}
            maxLength={longest}
            value={text}
            placeholder={waiting ? chatWords.placeholderWaiting : chatWords.placeholder}
            aria-label={chatWords.placeholder}
            onChange={(event) => setText(event.currentTarget.value)}
            onKeyDown={onKeyDown}
            onPaste={(event) => {
              const files = pastedFiles(event.clipboardData);
              if (files.length === 0) return;
              event.preventDefault();
              uploads.add(files);
            }}
          />
          <button
            type="submit"
            className="composer__send"
            aria-label={chatWords.send}
            title={chatWords.send}
            disabled={!sendable}
          >
            <Icon name="send" />
          </button>
        </div>
      </form>
      <p className="composer__hint" aria-hidden="true">
        {chatWords.hint}
      </p>
    </footer>
  );
};
