import type { z } from 'zod';
import type { AttachmentWire, messagePage, postedMessage, sessionCreated, sessionView } from '#src/http/wire.ts';
import { uploadFile } from '../shared/files/upload-file.ts';
import type { SendFile } from '../shared/files/use-uploads.ts';
import { json, noAnswer, type Result, readFailure, request } from '../shared/request.ts';

/** What this browser holds of a conversation: whoever has the token reads and writes in it. */
export type StoredSession = z.infer<typeof sessionCreated>;
export type SessionView = z.infer<typeof sessionView>;
export type MessagePage = z.infer<typeof messagePage>;
export type PostedMessage = z.infer<typeof postedMessage>;

export interface PageQuery {
  readonly before?: string;
  readonly after?: string;
}

/** A message as the outbox sends it; `id` makes repeating harmless. */
export interface NewMessage {
  readonly id: string;
  readonly text: string;
  readonly attachments: readonly AttachmentWire[];
  readonly action?: string;
}

/** The chat's side of the server's REST interface. Expected failures are values. */
export interface ChatApi {
  createSession(): Promise<Result<StoredSession>>;
  view(session: StoredSession): Promise<Result<SessionView>>;
  /** Messages of one page, oldest first. */
  page(session: StoredSession, query: PageQuery): Promise<Result<MessagePage>>;
  /** Stores the message and returns at once; the reply comes over the socket or the history. */
  post(session: StoredSession, message: NewMessage): Promise<Result<PostedMessage>>;
  vote(session: StoredSession, messageId: string, score: -1 | 1): Promise<Result<unknown>>;
  upload(session: StoredSession, ...args: Parameters<SendFile>): ReturnType<SendFile>;
  /** A `blob:` address of the file, for as long as the page is open. */
  download(session: StoredSession, attachment: AttachmentWire): Promise<Result<string>>;
}

/** Messages of one page of the history. */
export const pageSize = 50;

export const createChatApi = (): ChatApi => {
  const blobs = new Map<string, Promise<Result<string>>>();
  return {
    createSession: () => request('/api/sessions', json({})),
    view: (session) => request(`/api/sessions/${session.id}`, { headers: bearer(session) }),
    page: (session, query) =>
      request(`${chat(session)}/messages?${new URLSearchParams({ ...query, limit: `${pageSize}` })}`, {
        headers: bearer(session),
      }),
    post: (session, message) => request(`${chat(session)}/messages?wait=0`, json(message, bearer(session))),
    vote: (session, messageId, score) =>
      request(`${chat(session)}/feedback`, json({ messageId, score }, bearer(session))),
    upload: (session, file, options) =>
      uploadFile(file, { ...options, url: `${chat(session)}/attachments`, headers: bearer(session) }),
    download(session, { ref }) {
      const known = blobs.get(ref);
      if (known !== undefined) return known;
      const loading = fetchBlobUrl(`${chat(session)}/attachments/${ref}`, bearer(session));
      blobs.set(ref, loading);
      // A failure is not kept: the next look may succeed.
      void loading.then((result) => result.ok || blobs.delete(ref));
      return loading;
    },
  };
};

/** Where the server tells this session what happens. The token travels in the address: sockets carry no headers. */
export const chatSocketPath = (session: StoredSession): string =>
  `/ws?${new URLSearchParams({ session_id: session.id, token: session.token })}`;

const chat = (session: StoredSession): string => `/api/chat/sessions/${session.id}`;
const bearer = (session: StoredSession) => ({ authorization: `Bearer ${session.token}` });

const fetchBlobUrl = async (url: string, headers: Record<string, string>): Promise<Result<string>> => {
  try {
    const response = await fetch(url, { headers });
    if (!response.ok) return { ok: false, failure: readFailure(response.status, undefined, null) };
    return { ok: true, value: URL.createObjectURL(await response.blob()) };
  } catch {
    return { ok: false, failure: noAnswer() };
  }
};
