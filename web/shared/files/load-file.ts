import type { AttachmentWire } from '#src/http/wire.ts';
import type { Result } from '../request.ts';

/** An address (`blob:` or on our own server) under which this page may read the file. */
export type LoadFile = (attachment: AttachmentWire) => Promise<Result<string>>;
