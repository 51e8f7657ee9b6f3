import { useState } from 'react';
import type { AttachmentWire } from '#src/http/wire.ts';
import { formatBytes } from '../format-bytes.ts';
import { Icon } from '../icons/icon.tsx';
import type { LoadFile } from './load-file.ts';

/** A file by name and size; pressing it saves it. */
export const AttachmentFile = ({
  attachment,
  load,
}: {
  readonly attachment: AttachmentWire;
  readonly load: LoadFile;
}) => {
  const [error, setError] = useState<string>();
  const save = async () => {
    const result = await load(attachment);
    setError(result.ok ? undefined : result.failure.detail);
    if (!result.ok) return;
    const link = document.createElement('a');
    link.href = result.value;
    link.download = attachment.name;
    link.click();
  };
  return (
    <button type="button" className="attachment-file" onClick={() => void save()}>
      <Icon name="file" />
      <span className="attachment-file__name">{attachment.name}</span>
      <span className="attachment-file__size">{formatBytes(attachment.bytes)}</span>
      {error === undefined ? undefined : (
        <span className="attachment-file__error" role="alert">
          {error}
        </span>
      )}
    </button>
  );
};
