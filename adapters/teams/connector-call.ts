import { z } from 'zod';
import { aborted, type CallResult, foreignHost, type Refusal, refused, unknownOutcome, unreachable } from './errors.ts';
import type { ServiceUrlPolicy } from './service-url.ts';
import type { TokenSource } from './token.ts';

export interface CallDeps {
  readonly token: TokenSource;
  /** Asked right before each request: our token goes to no other host. */
  readonly policy: Pick<ServiceUrlPolicy, 'allows'>;
  readonly now: () => Date;
  readonly fetch?: typeof globalThis.fetch;
  /** One call may take this long, in milliseconds. */
  readonly timeoutMs?: number;
  /** Adds up to a quarter to the waits that Teams asks for, so that many rows do not come back together. */
  readonly random?: () => number;
}

/** One call of the connector. `what` names it in messages about it. */
export interface Call {
  readonly what: string;
  readonly serviceUrl: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Below `v3/`, each part as it is: ids are encoded here. */
  readonly path: readonly string[];
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: object;
}

type Raw = { readonly status: number; readonly body: unknown; readonly retryAfterMs?: number };

const refusal = z.object({
  error: z.union([
    z.object({ code: z.string().optional().catch(undefined), message: z.string().optional().catch(undefined) }),
    z.string().transform((code) => ({ code, message: undefined })),
  ]),
});

const notConnected =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EAI_FAIL|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|EPROTO|ERR_(SSL|TLS)_.*|CERT_.*|.*_(SELF_SIGNED_CERT|LEAF_SIGNATURE|ISSUER_CERT_LOCALLY)|SELF_SIGNED_CERT_IN_CHAIN)$/;

/** The code of the system or of the HTTP client under an error. */
export const networkCode = (thrown: unknown): string | undefined => {
  for (let error = thrown; error instanceof Error; error = error.cause)
    if ('code' in error && typeof error.code === 'string') return error.code;
  return undefined;
};

/** Whether a request that failed cannot have reached anybody. */
export const neverConnected = (thrown: unknown): boolean => notConnected.test(networkCode(thrown) ?? '');

const longestWaitMs = 3_600_000;

/** Seconds or an HTTP date (RFC 9110, 10.2.3). */
const retryAfter = (header: string | null, now: Date): number | undefined => {
  if (header === null) return undefined;
  const seconds = /^\d+(\.\d+)?$/.test(header.trim()) ? Number(header) * 1_000 : Date.parse(header) - now.getTime();
  return Number.isNaN(seconds) ? undefined : Math.min(longestWaitMs, Math.max(0, seconds));
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** The address of a call; `undefined` when an id would lead out of its path. */
const addressOf = ({ serviceUrl, path, query = {} }: Call): string | undefined => {
  // No parser leaves these where they stand, encoded or not.
  if (path.some((part) => /^\.{0,2}$/.test(part))) return undefined;
  const search = new URLSearchParams(query).toString();
  const below = `v3/${path.map(encodeURIComponent).join('/')}${search === '' ? '' : `?${search}`}`;
  return `${serviceUrl}${serviceUrl.endsWith('/') ? '' : '/'}${below}`;
};

/**
 * Calls of the connector (https://learn.microsoft.com/en-us/azure/bot-service/rest-api/bot-framework-rest-connector-api-reference),
 * without the SDK's client: it repeats a POST after a 503 or a broken connection (`noRetryPolicy` is not heeded), follows
 * redirects, token and all, and keeps three fields of an entity only, so that AI labels, citations and stream ids would be lost.
 */
export const createCall = ({
  token,
  policy,
  now,
  fetch = globalThis.fetch,
  timeoutMs = 15_000,
  random = Math.random,
}: CallDeps) => {
  const once = async (
    { what, method, body }: Call,
    url: string,
    bearer: string,
    signal: AbortSignal,
  ): Promise<CallResult<Raw>> => {
    try {
      const response = await fetch(url, {
        method,
        headers: {
          authorization: `Bearer ${bearer}`,
          accept: 'application/json',
          ...(body === undefined ? {} : { 'content-type': 'application/json; charset=utf-8' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        redirect: 'manual',
        signal,
      });
      const wait = retryAfter(response.headers.get('retry-after'), now());
      const raw = { status: response.status, body: parsed(await response.text()) };
      return { ok: true, data: wait === undefined ? raw : { ...raw, retryAfterMs: wait * (1 + random() / 4) } };
    } catch (thrown) {
      const why = networkCode(thrown) ?? (signal.aborted ? 'no answer in time' : 'connection broken');
      return neverConnected(thrown) ? unreachable(what, why) : unknownOutcome(what, why);
    }
  };

  /** The parsed body of the answer. Failures are values, see `refused`; a token that is not accepted is replaced once. */
  return async (call: Call, signal: AbortSignal): Promise<CallResult<unknown>> => {
    const { what, serviceUrl } = call;
    const url = addressOf(call);
    if (url === undefined || !policy.allows(serviceUrl) || !policy.allows(url)) return foreignHost(what);
    const limited = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
    for (let isRepeat = false; ; isRepeat = true) {
      if (limited.aborted) return aborted(what);
      const bearer = await token.get(limited);
      if (!bearer.ok) return bearer;
      const result = await once(call, url, bearer.data, limited);
      if (!result.ok) return result;
      const { status, body, retryAfterMs } = result.data;
      if (status >= 200 && status < 300) return { ok: true, data: body };
      if (status === 401) {
        token.forget(bearer.data);
        // A refused token means that nothing was done.
        if (!isRepeat) continue;
      }
      const { code, message } = refusal.safeParse(body).data?.error ?? {};
      const said: Refusal = {
        status,
        ...(code === undefined ? {} : { code }),
        ...(message === undefined ? {} : { message }),
        ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
      };
      return refused(what, said);
    }
  };
};
