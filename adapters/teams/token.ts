import { z } from 'zod';
import type { TeamsConfig } from './config.ts';
import type { CallResult, Failure } from './errors.ts';
import { loginProblem } from './login-problem.ts';

export interface TokenDeps {
  readonly config: Pick<TeamsConfig, 'appId' | 'appPassword' | 'tenantId' | 'tokenUrl' | 'issuer'>;
  readonly now: () => Date;
  readonly fetch?: typeof globalThis.fetch;
  readonly timeoutMs?: number;
}

/** The token that our calls of connectors carry. */
export interface TokenSource {
  /** The token in use, or a new one. Failures are values and never contain the secret or a token. */
  get(signal: AbortSignal): Promise<CallResult<string>>;
  /** A connector did not accept this token: the next call gets a new one. */
  forget(token: string): void;
}

const early = 300_000;
const answered = z.object({ access_token: z.string().min(1), expires_in: z.coerce.number().positive().catch(3_600) });
const refusedAs = z.object({ error: z.string().regex(/^[\w-]{1,60}$/) });

/** Where tokens come from: https://learn.microsoft.com/en-us/azure/bot-service/rest-api/bot-framework-rest-connector-authentication */
export const tokenEndpoint = ({ tokenUrl, tenantId }: Pick<TeamsConfig, 'tokenUrl' | 'tenantId'>): string => {
  if (tokenUrl === undefined)
    return `https://login.microsoftonline.com/${tenantId ?? 'botframework.com'}/oauth2/v2.0/token`;
  const url = new URL(tokenUrl);
  const path = url.pathname.replace(/\/+$/, '');
  url.pathname = path.endsWith('/token') ? path : `${path}/oauth2/v2.0/token`;
  return url.href;
};

const failure = (code: string, message: string): Failure => ({ ok: false, code, message, permanent: false });

/**
 * Tokens by client credentials, kept until five minutes before they expire; whoever asks while one is being fetched waits for
 * that one. A wrong secret is no permanent failure: messages go out once it is renewed.
 */
export const createTokenSource = ({
  config,
  now,
  fetch = globalThis.fetch,
  timeoutMs = 10_000,
}: TokenDeps): TokenSource => {
  const { appId, appPassword, issuer } = config;
  const url = tokenEndpoint(config);
  let kept: { readonly token: string; readonly until: number } | undefined;
  let flight: Promise<CallResult<string>> | undefined;

  const request = async (): Promise<CallResult<string>> => {
    let response: Response;
    let body: unknown;
    try {
      response = await fetch(url, {
        method: 'POST',
        body: new URLSearchParams({
          grant_type: 'client_credentials',
          client_id: appId,
          client_secret: appPassword,
          scope: `${issuer.replace(/\/+$/, '')}/.default`,
        }),
        headers: { accept: 'application/json' },
        redirect: 'manual',
        signal: AbortSignal.timeout(timeoutMs),
      });
      body = await response.json().catch(() => undefined);
    } catch {
      return failure('no_token', 'no token for Teams: its login could not be reached; check TEAMS_TOKEN_URL');
    }
    if (!response.ok) {
      const said = refusedAs.safeParse(body).data?.error ?? `status ${response.status}`;
      if (response.status === 429 || response.status >= 500)
        return failure('no_token', `no token for Teams: its login has trouble of its own (${said}); we try again`);
      const fix =
        loginProblem(body, config) ??
        'check TEAMS_APP_ID, TEAMS_APP_PASSWORD (it may have expired) and TEAMS_TENANT_ID';
      return failure('bad_credentials', `no token for Teams (${said}): ${fix}`);
    }
    const { data } = answered.safeParse(body);
    if (data === undefined) return failure('no_token', 'no token for Teams: the answer of its login makes no sense');
    const ms = data.expires_in * 1_000;
    kept = { token: data.access_token, until: now().getTime() + Math.max(ms - early, ms / 2) };
    return { ok: true, data: data.access_token };
  };

  return {
    async get(signal) {
      if (signal.aborted) return failure('aborted', 'a token was not waited for');
      if (kept !== undefined && kept.until > now().getTime()) return { ok: true, data: kept.token };
      flight ??= request().finally(() => {
        flight = undefined;
      });
      const { promise, resolve } = Promise.withResolvers<CallResult<string>>();
      const giveUp = () => resolve(failure('aborted', 'a token was not waited for'));
      signal.addEventListener('abort', giveUp, { once: true });
      flight.then(resolve, giveUp);
      return promise.finally(() => signal.removeEventListener('abort', giveUp));
    },
    forget(token) {
      if (kept?.token === token) kept = undefined;
    },
  };
};
