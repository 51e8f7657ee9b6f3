import { z } from 'zod';
import type { TeamsConfig } from './config.ts';

/** An error of Entra's token endpoint: `error_codes` are the numbers that its descriptions begin with (`AADSTS7000222`). */
const refusal = z.object({ error_codes: z.array(z.number()).catch([]) });

/**
 * What is wrong with our credentials, in words, by Entra's own codes
 * (https://learn.microsoft.com/en-us/entra/identity-platform/reference-error-codes). They may
 * change, so they choose words and nothing else. `undefined`: nothing that we know.
 */
export const loginProblem = (
  body: unknown,
  { appId, tenantId }: Pick<TeamsConfig, 'appId' | 'tenantId'>,
): string | undefined => {
  const { error_codes: codes = [] } = refusal.safeParse(body).data ?? {};
  const has = (...wanted: readonly number[]): boolean => codes.some((code) => wanted.includes(code));
  const where = tenantId === undefined ? 'the tenant of the Bot Framework' : `tenant ${tenantId}`;
  const single =
    tenantId === undefined
      ? '; the bot of a single tenant needs TEAMS_TENANT_ID'
      : '; is TEAMS_TENANT_ID the tenant of its registration?';
  if (has(7_000_222))
    return 'TEAMS_APP_PASSWORD has expired: make a new client secret for the app registration in Entra and set its value';
  if (has(7_000_215, 7_000_216, 7_000_218))
    return 'TEAMS_APP_PASSWORD is wrong: set the value of a client secret, not its id';
  if (has(700_016)) return `TEAMS_APP_ID: ${where} does not know the app ${appId}${single}`;
  if (has(7_000_112, 7_000_229))
    return `TEAMS_APP_ID: the app ${appId} may not sign in to ${where}: it is disabled there or has no service principal${single}`;
  if (has(90_002, 900_023))
    return `TEAMS_TENANT_ID: there is no ${where}; it is the directory (tenant) id of the app registration`;
  if (has(70_011, 500_011)) return 'TEAMS_TOKEN_ISSUER: Entra gives no token for it; leave it out for the public cloud';
  return undefined;
};
