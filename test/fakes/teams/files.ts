import { ok, type Reply } from './reply.ts';
import type { State, Upload } from './state.ts';
import type { StoredFile } from './types.ts';

/** A file as somebody sends it. */
export interface GivenFile {
  readonly name: string;
  readonly bytes: Uint8Array | string;
  readonly mime?: string;
}

const mimes: Readonly<Record<string, string>> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  gif: 'image/gif',
  pdf: 'application/pdf',
  txt: 'text/plain',
  csv: 'text/csv',
  json: 'application/json',
};

export const extensionOf = (name: string): string => name.split('.').at(-1)?.toLowerCase() ?? '';

export const addFile = (state: State, { name, bytes, mime }: GivenFile, open: boolean): StoredFile => {
  const file: StoredFile = {
    id: state.nextId('file-'),
    name,
    mime: mime ?? mimes[extensionOf(name)] ?? 'application/octet-stream',
    bytes: Buffer.from(bytes),
    open,
  };
  state.files.set(file.id, file);
  return file;
};

/** A file of somebody's drive; the address itself is the key to it. */
export const downloadPage = (state: State, id: string, query: URLSearchParams): Reply => {
  const file = state.files.get(id);
  if (file === undefined || !file.open) return ok({ error: { code: 'itemNotFound', message: 'Not found' } }, 404);
  if (query.get('tempauth') !== id) return ok({ error: { code: 'unauthenticated', message: 'Not allowed' } }, 401);
  const disposition = `attachment; filename*=UTF-8''${encodeURIComponent(file.name)}`;
  return {
    status: 200,
    headers: { 'content-type': file.mime, 'content-disposition': disposition },
    body: file.bytes,
  };
};

export const addUpload = (state: State, name: string, place: string): Upload => {
  const upload: Upload = { id: state.nextId('upload-'), name, place, bytes: Buffer.alloc(0), done: false };
  state.uploads.set(upload.id, upload);
  return upload;
};

/** An upload session of OneDrive: ranges in order, `Content-Range: bytes 0-9/10` (Microsoft Learn, "createUploadSession"). */
export const uploadPage = (
  state: State,
  id: string,
  method: string,
  headers: Readonly<Record<string, string>>,
  body: Buffer,
): Reply => {
  const upload = state.uploads.get(id);
  const refuse = (status: number, message: string) => ok({ error: { code: 'invalidRequest', message } }, status);
  if (upload === undefined || upload.done) return refuse(404, 'The upload session was not found');
  if (method !== 'PUT') return refuse(405, 'Method not allowed');
  if (headers.authorization !== undefined) return refuse(401, 'An upload address takes no token');
  const range = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(headers['content-range'] ?? '');
  const [, from, to, total] = (range ?? []).map(Number);
  if (from === undefined || to === undefined || total === undefined) return refuse(400, 'Invalid Content-Range header');
  if (from !== upload.bytes.length || to - from + 1 !== body.length) return refuse(416, 'The range does not fit');
  upload.bytes = Buffer.concat([upload.bytes, body]);
  if (upload.bytes.length < total) return ok({ nextExpectedRanges: [`${upload.bytes.length}-`] }, 202);
  upload.done = true;
  state.changed();
  return ok({ id: upload.id, name: upload.name, size: total }, 201);
};
