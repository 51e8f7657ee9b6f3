import type { Reply } from './reply.ts';
import type { State } from './state.ts';
import type { Token } from './types.ts';

const refuse = (state: State, status: number, error: string, code: number, what: string): Reply => ({
  status,
  headers: {},
  body: {
    error,
    error_description: `AADSTS${code}: ${what}`,
    error_codes: [code],
    timestamp: new Date(state.now()).toISOString(),
    trace_id: state.nextId('trace-'),
    correlation_id: state.nextId('correlation-'),
  },
});

/** Tenants that tokens may come from: our own, and the one of multi-tenant bots. */
const isTokenTenant = (state: State, tenant: string): boolean =>
  tenant === 'botframework.com' || state.world.tenants.some(({ id }) => id === tenant);

/**
 * `POST /<tenant>/oauth2/v2.0/token`: client credentials for calls to the connector. Codes are those of Entra
 * (Microsoft Learn, "Microsoft Entra authentication and authorization error codes").
 */
export const tokenPage = (state: State, tenant: string, form: URLSearchParams): Reply => {
  const given = (name: string) => form.get(name) ?? '';
  if (!isTokenTenant(state, tenant))
    return refuse(state, 400, 'invalid_request', 90002, `Tenant '${tenant}' not found.`);
  if (given('grant_type') === '')
    return refuse(state, 400, 'invalid_request', 900144, "The request body must contain: 'grant_type'.");
  if (given('grant_type') !== 'client_credentials')
    return refuse(state, 400, 'unsupported_grant_type', 70003, 'The grant type is not supported.');
  if (given('client_id') !== state.appId)
    return refuse(state, 400, 'unauthorized_client', 700016, 'Application was not found in the directory.');
  if (given('client_secret') !== state.appPassword)
    return refuse(state, 401, 'invalid_client', 7000215, 'Invalid client secret provided.');
  if (given('scope') !== `${state.issuer}/.default`)
    return refuse(state, 400, 'invalid_scope', 70011, `The scope '${given('scope')}' is not valid.`);
  const token: Token = {
    value: `token-${state.tokens.length + 1}.${state.nextId('')}`,
    issuedAt: state.now(),
    expiresAt: state.now() + state.limits.tokenSeconds * 1_000,
    tenant,
    revoked: false,
  };
  state.tokens.push(token);
  state.changed();
  const seconds = state.limits.tokenSeconds;
  return {
    status: 200,
    headers: { 'cache-control': 'no-store, no-cache' },
    body: { token_type: 'Bearer', expires_in: seconds, ext_expires_in: seconds, access_token: token.value },
  };
};

/** Whether an Authorization header carries a token of ours that is still good. */
export const isAuthorized = (state: State, authorization: string | undefined): boolean =>
  state.tokens.some(
    ({ value, expiresAt, revoked }) => authorization === `Bearer ${value}` && !revoked && expiresAt > state.now(),
  );
