import { z } from 'zod';
import { errorMessage } from '#core/errors.ts';
import type { CallResult, Failure, SlackApi, Workspace } from './api.ts';
import { aborted } from './errors.ts';
import type { Target } from './post.ts';

export interface NamedBytes {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface Uploads {
  /** Shares files in one message, with plain text above them. `ids` are Slack's ids of the files; their message's is not told. */
  share(
    target: Target,
    files: readonly NamedBytes[],
    comment: string,
    signal: AbortSignal,
  ): Promise<CallResult<{ readonly ids: readonly string[] }>>;
}

const place = z.object({ upload_url: z.url({ protocol: /^https?$/ }), file_id: z.string().min(1) });

const notUploaded = (name: string, why: string): Failure => ({
  ok: false,
  code: 'upload-failed',
  message: `the file ${name} could not be handed to Slack (${why}); we try again`,
  permanent: false,
});

/**
 * Files in three steps (files.getUploadURLExternal, their bytes, files.completeUploadExternal): people see nothing before the
 * last one.
 */
export const createUploads = ({
  api,
  fetch = globalThis.fetch,
  timeoutMs = 60_000,
}: {
  readonly api: SlackApi;
  readonly fetch?: typeof globalThis.fetch;
  /** For the bytes of one file. */
  readonly timeoutMs?: number;
}): Uploads => {
  const putBytes = async (url: string, { name, bytes }: NamedBytes, signal: AbortSignal) => {
    try {
      // No token goes along: the address is the permission.
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/octet-stream' },
        body: Uint8Array.from(bytes),
        redirect: 'error',
        signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
      });
      await response.arrayBuffer();
      return response.ok ? undefined : notUploaded(name, `HTTP ${response.status}`);
    } catch (thrown) {
      return signal.aborted ? aborted(`the upload of ${name}`) : notUploaded(name, errorMessage(thrown));
    }
  };

  const upload = async (workspace: Workspace, file: NamedBytes, signal: AbortSignal): Promise<CallResult<string>> => {
    const method = 'files.getUploadURLExternal';
    const args = { filename: file.name, length: file.bytes.byteLength };
    const result = await api.call(workspace, method, args, signal);
    // Asking for a place to upload to shows nothing to anybody: there is no need to look before the next try.
    if (!result.ok) return result.code === 'unknown' ? notUploaded(file.name, result.message) : result;
    const parsed = place.safeParse(result.data);
    if (!parsed.success) return notUploaded(file.name, 'Slack named no place to upload to');
    const failed = await putBytes(parsed.data.upload_url, file, signal);
    return failed ?? { ok: true, data: parsed.data.file_id };
  };

  return {
    async share({ workspace, channel, thread }, files, comment, signal) {
      const ids: string[] = [];
      for (const file of files) {
        const uploaded = await upload(workspace, file, signal);
        if (!uploaded.ok) return uploaded;
        ids.push(uploaded.data);
      }
      const args = {
        files: ids.map((id, index) => ({ id, title: files[index]?.name ?? 'file' })),
        channel_id: channel,
        thread_ts: thread,
        initial_comment: comment === '' ? undefined : comment,
      };
      const completed = await api.call(workspace, 'files.completeUploadExternal', args, signal);
      return completed.ok ? { ok: true, data: { ids } } : completed;
    },
  };
};
