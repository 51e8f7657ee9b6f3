import { requestWords } from '../words.ts';

/** Why a request failed, in words for the person who waits for it. */
export interface Failure {
  /** The HTTP status, or 0 when no answer came at all. */
  readonly status: number;
  readonly detail: string;
  /** To quote when asking for help; only where the server itself broke. */
  readonly requestId?: string;
  /** What the server asked for by `Retry-After`. */
  readonly retryAfterMs?: number;
}

export type Result<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: Failure };

/** Failures that may pass by themselves: no network, an overloaded or restarting server. */
export const isTemporary = (failure: Failure): boolean =>
  failure.status === 0 || failure.status === 408 || failure.status === 429 || failure.status >= 500;

/** The session or the sign-in is not valid (any more). */
export const isRefused = (failure: Failure): boolean => failure.status === 401 || failure.status === 403;

/**
 * One request to our own server. Expected failures are values. Bodies of answers are trusted to have the agreed shape
 * (`src/http/wire.ts`): page and server come from the same build.
 */
export const request = async <T>(url: string, init: RequestInit = {}): Promise<Result<T>> => {
  let response: Response;
  try {
    response = await fetch(url, init);
  } catch {
    return { ok: false, failure: noAnswer() };
  }
  const body = await readJson(response);
  if (response.ok) return { ok: true, value: body as T };
  return { ok: false, failure: readFailure(response.status, body, response.headers.get('retry-after')) };
};

/** A JSON body with its headers. */
export const json = (body: unknown, headers: Readonly<Record<string, string>> = {}): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(body),
});

export const noAnswer = (): Failure => ({ status: 0, detail: requestWords.noAnswer });

/** Reads problem details (RFC 9457); anything else (a proxy's page, nothing) becomes a plain sentence. */
export const readFailure = (status: number, body: unknown, retryAfter: string | null): Failure => {
  const problem = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
  const retryAfterMs = readRetryAfter(retryAfter);
  const { detail, requestId } = problem;
  return {
    status,
    detail: typeof detail === 'string' && detail !== '' ? detail : requestWords.status(status),
    ...(typeof requestId === 'string' && status >= 500 ? { requestId } : {}),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
};

/** `Retry-After` in milliseconds: seconds, or a date (RFC 9110, section 10.2.3). */
export const readRetryAfter = (value: string | null, now: number = Date.now()): number | undefined => {
  if (value === null || value.trim() === '') return undefined;
  const seconds = Number(value);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
};

const readJson = async (response: Response): Promise<unknown> => {
  try {
    return await response.json();
  } catch {
    return undefined;
  }
};
