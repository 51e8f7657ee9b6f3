import { AsyncLocalStorage } from 'node:async_hooks';
import {
  type FetchFunction,
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebAPIRequestError,
  WebClient,
} from '@slack/web-api';
import { z } from 'zod';
import type { Log } from '#core/channel.ts';
import { errorMessage } from '#core/errors.ts';
import type { CallResult, Failure, SlackApi } from './api.ts';
import { aborted, type CallPlace, platformFailure, rateLimited, unknownOutcome, unreachable } from './errors.ts';
import { sdkLog, withoutSecrets } from './sdk-log.ts';

export interface SlackApiOptions {
  /** Base address with its trailing slash. */
  readonly apiUrl: string;
  readonly log: Log;
  readonly now: () => Date;
  /** One call may take this long, its answer included, in milliseconds. */
  readonly timeoutMs?: number;
  /** Tests replace it. */
  readonly fetch?: FetchFunction;
}

/** What one call carries past the SDK, which has no per-call signal, and what it saw on the way back. */
interface Attempt {
  readonly signal: AbortSignal | undefined;
  status?: number;
}

const mostClients = 1_000;
const defaultRetryMs = 5_000;
const longestRetryMs = 3_600_000;

/** Errors of a connection that never came to be: no byte of the request was written. */
const notConnected =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EAI_FAIL|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|EPROTO|ERR_(SSL|TLS)_.*|CERT_.*|.*_(SELF_SIGNED_CERT|LEAF_SIGNATURE|ISSUER_CERT_LOCALLY)|SELF_SIGNED_CERT_IN_CHAIN)$/;

const systemCode = (thrown: unknown): string | undefined => {
  for (let error = thrown; error instanceof Error; error = error.cause) {
    if ('code' in error && typeof error.code === 'string' && !error.code.startsWith('slack_')) return error.code;
  }
  return undefined;
};

const answer = z.object({
  needed: z.string().optional().catch(undefined),
  response_metadata: z
    .object({
      messages: z.array(z.string()).optional().catch(undefined),
      retryAfter: z.number().optional().catch(undefined),
    })
    .optional()
    .catch(undefined),
});

const retryMs = (seconds: number | undefined): number =>
  seconds === undefined || seconds < 0 ? defaultRetryMs : Math.min(seconds * 1_000, longestRetryMs);

const failureOf = (thrown: unknown, place: CallPlace, attempt: Attempt): Failure => {
  if (thrown instanceof WebAPIRateLimitedError) return rateLimited(place, retryMs(thrown.retryAfter));
  if (attempt.status === 429) return rateLimited(place, retryMs(undefined));
  if (thrown instanceof WebAPIPlatformError) {
    const { error } = thrown.data;
    // The SDK puts a body that is not JSON (a proxy's page) where the error's name belongs.
    if (typeof error !== 'string' || !/^[\w.:-]{1,80}$/.test(error))
      return unknownOutcome(place, 'the answer was not what Slack sends');
    const { needed, response_metadata: metadata } = answer.catch({}).parse(thrown.data);
    if (error === 'ratelimited' || error === 'rate_limited') return rateLimited(place, retryMs(metadata?.retryAfter));
    return platformFailure(error, place, { needed, messages: metadata?.messages });
  }
  if (thrown instanceof WebAPIHTTPError) {
    if (thrown.statusCode >= 500) return unknownOutcome(place, `HTTP ${thrown.statusCode}`);
    return unreachable(place, `HTTP ${thrown.statusCode}`);
  }
  const code = systemCode(thrown);
  if (code !== undefined && notConnected.test(code)) return unreachable(place, code);
  if (attempt.signal?.aborted === true) return unknownOutcome(place, 'interrupted');
  const original = thrown instanceof WebAPIRequestError ? thrown.original : thrown;
  const timedOut = original instanceof Error && original.name === 'TimeoutError';
  return unknownOutcome(place, timedOut ? 'no answer in time' : withoutSecrets(code ?? errorMessage(original)));
};

/**
 * Slack's Web API by token. Nothing is thrown and nothing is retried here; the outbox does that. Codes: Slack's own error
 * names; `rate_limited` with `retryAfterMs`; `unreachable` when Slack certainly did nothing; `unknown` when it may have.
 * Connections are kept and shared by Node's fetch.
 */
export const createSlackApi = ({
  apiUrl,
  log,
  now,
  timeoutMs = 20_000,
  fetch = globalThis.fetch,
}: SlackApiOptions): SlackApi => {
  const attempts = new AsyncLocalStorage<Attempt>();
  const clients = new Map<string, WebClient>();

  const fetchWithSignal: FetchFunction = async (url, init) => {
    const attempt = attempts.getStore();
    const signals = [init?.signal, attempt?.signal].filter((signal) => signal !== undefined);
    const response = await fetch(url, { ...init, signal: AbortSignal.any(signals) });
    if (attempt !== undefined) attempt.status = response.status;
    return response;
  };

  const clientFor = (token: string): WebClient => {
    const known = clients.get(token);
    if (known !== undefined) {
      clients.delete(token);
      clients.set(token, known);
      return known;
    }
    const client = new WebClient(token, {
      slackApiUrl: apiUrl,
      // A queued call would run in the context of the call before it, and under its signal.
      maxRequestConcurrency: Number.POSITIVE_INFINITY,
      retryConfig: { retries: 0 },
      rejectRateLimitedCalls: true,
      allowAbsoluteUrls: false,
      timeout: timeoutMs,
      fetch: fetchWithSignal,
      logger: sdkLog(log, 'slack-web-api', true),
    });
    clients.set(token, client);
    const [oldest] = clients.keys();
    if (clients.size > mostClients && oldest !== undefined) clients.delete(oldest);
    return client;
  };

  return {
    async call<T>(
      workspace: Parameters<SlackApi['call']>[0],
      method: string,
      args: Readonly<Record<string, unknown>>,
      signal?: AbortSignal,
    ): Promise<CallResult<T>> {
      if (signal?.aborted === true) return aborted(method);
      const attempt: Attempt = { signal };
      const started = now().getTime();
      const report = (code: string) =>
        log.debug({ method, workspace: workspace.key, code, ms: now().getTime() - started }, 'called Slack');
      try {
        const data: unknown = await attempts.run(attempt, () =>
          clientFor(workspace.token).apiCall(method, { ...args }),
        );
        report('ok');
        // What a method answers is known to its caller, who checks what it uses.
        return { ok: true, data: data as T };
      } catch (thrown) {
        const failure = failureOf(thrown, { method, workspace: workspace.name }, attempt);
        report(failure.code);
        return failure;
      }
    },
  };
};
