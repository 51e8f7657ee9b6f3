import type { AttachmentWire } from '#src/http/wire.ts';
import { fileWords } from '../../words.ts';
import { AttachmentFile } from './attachment-file.tsx';
import { AttachmentImage } from './attachment-image.tsx';
import type { LoadFile } from './load-file.ts';
import './files.css';

/** Pictures that browsers draw without running anything; SVG is not among them. */
const pictures: readonly string[] = ['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/avif'];

/** The files of a message: pictures as pictures, everything else by name. */
export const AttachmentList = ({
  attachments,
  load,
}: {
  readonly attachments: readonly AttachmentWire[];
  readonly load: LoadFile;
}) =>
  attachments.length === 0 ? undefined : (
    <ul className="attachment-list" aria-label={fileWords.attachments}>
      {attachments.map((attachment) => (
        <li key={`${attachment.ref} ${attachment.name}`}>
          {pictures.includes(attachment.mime) ? (
            <AttachmentImage attachment={attachment} load={load} />
          ) : (
            <AttachmentFile attachment={attachment} load={load} />
          )}
        </li>
      ))}
    </ul>
  );
