import type { AttachmentWire } from '#src/http/wire.ts';
import { noAnswer, type Result, readFailure } from '../request.ts';

export interface UploadOptions {
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** 0…1, as bytes leave. */
  readonly onProgress: (share: number) => void;
}

/** Sends one file as multipart. `fetch` cannot report how far an upload has come; XMLHttpRequest can. */
export const uploadFile = (file: File, options: UploadOptions): Promise<Result<AttachmentWire>> =>
  new Promise((resolve) => {
    const xhr = new XMLHttpRequest();
    const fail = () => resolve({ ok: false, failure: noAnswer() });
    xhr.open('POST', options.url);
    for (const [name, value] of Object.entries(options.headers ?? {})) xhr.setRequestHeader(name, value);
    xhr.upload.onprogress = (event) => {
      if (event.lengthComputable) options.onProgress(event.loaded / event.total);
    };
    xhr.onerror = fail;
    xhr.onabort = fail;
    xhr.onload = () => {
      const body = parse(xhr.responseText);
      const stored = Array.isArray(body) ? (body[0] as AttachmentWire | undefined) : undefined;
      if (xhr.status >= 200 && xhr.status < 300 && stored !== undefined) resolve({ ok: true, value: stored });
      else resolve({ ok: false, failure: readFailure(xhr.status, body, xhr.getResponseHeader('retry-after')) });
    };
    options.signal.addEventListener('abort', () => xhr.abort(), { once: true });
    const form = new FormData();
    form.append('file', file, file.name);
    xhr.send(form);
  });

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
