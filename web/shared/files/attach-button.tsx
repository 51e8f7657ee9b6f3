import { useRef } from 'react';
import { fileWords } from '../../words.ts';
import { Icon } from '../icons/icon.tsx';

/** Opens the platform's file chooser. */
export const AttachButton = ({ onFiles }: { readonly onFiles: (files: Iterable<File>) => void }) => {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        onChange={(event) => {
          onFiles(Array.from(event.currentTarget.files ?? []));
          // The same file may be chosen again after it was removed.
          event.currentTarget.value = '';
        }}
      />
      <button
        type="button"
        className="icon-button"
        aria-label={fileWords.attach}
        title={fileWords.attach}
        onClick={() => input.current?.click()}
      >
        <Icon name="attach" />
      </button>
    </>
  );
};
