import { useEffect, useState } from 'react';
import type { AttachmentWire } from '#src/http/wire.ts';
import { AttachmentFile } from './attachment-file.tsx';
import type { LoadFile } from './load-file.ts';

/** A picture in a frame of fixed height, so that nothing moves when it arrives. Falls back to its name. */
export const AttachmentImage = ({
  attachment,
  load,
}: {
  readonly attachment: AttachmentWire;
  readonly load: LoadFile;
}) => {
  const [url, setUrl] = useState<string>();
  const [broken, setBroken] = useState(false);
  useEffect(() => {
    let wanted = true;
    load(attachment).then((result) => {
      if (!wanted) return;
      if (result.ok) setUrl(result.value);
      else setBroken(true);
    });
    return () => {
      wanted = false;
    };
  }, [attachment, load]);

  if (broken) return <AttachmentFile attachment={attachment} load={load} />;
  return (
    <a className="attachment-image" href={url} target="_blank" rel="noopener" title={attachment.name}>
      {url === undefined ? undefined : <img src={url} alt={attachment.name} onError={() => setBroken(true)} />}
    </a>
  );
};
