import { z } from 'zod';
import type { TeamsConfig } from './config.ts';
import type { Connector } from './connector.ts';
import type { Reach } from './reach.ts';
import type { TokenSource } from './token.ts';

export interface CheckOptions {
  readonly config: Pick<TeamsConfig, 'openidUrl' | 'issuer' | 'deskChannel' | 'secondLevelChannel'>;
  readonly token: Pick<TokenSource, 'get'>;
  readonly reach: Reach;
  readonly connector: Pick<Connector, 'members'>;
  readonly fetch?: typeof globalThis.fetch;
}

interface Health {
  readonly ok: boolean;
  readonly detail: string;
}

const document = z.object({ issuer: z.string(), jwks_uri: z.string().min(1) });

const checkToken = async ({ token }: CheckOptions, signal: AbortSignal): Promise<Health> => {
  const got = await token.get(signal);
  return got.ok ? { ok: true, detail: 'credentials: ok' } : { ok: false, detail: got.message };
};

/** Without the document that names the signing keys nobody can write to us. */
const checkKeys = async ({ config, fetch = globalThis.fetch }: CheckOptions, signal: AbortSignal): Promise<Health> => {
  const wrong = (what: string): Health => ({ ok: false, detail: `TEAMS_OPENID_URL: ${what}` });
  let data: z.output<typeof document> | undefined;
  try {
    const response = await fetch(config.openidUrl, { headers: { accept: 'application/json' }, signal });
    const body: unknown = response.ok ? await response.json() : undefined;
    data = document.safeParse(body).data;
    if (!response.ok) return wrong(`was answered with ${response.status}; nothing from Teams can be verified`);
  } catch {
    return wrong('could not be reached; nothing from Teams can be verified');
  }
  if (data === undefined) return wrong('is no OpenID document; leave it out for the public cloud');
  return data.issuer === config.issuer
    ? { ok: true, detail: 'signing keys: ok' }
    : wrong(`names the issuer ${data.issuer}, but TEAMS_TOKEN_ISSUER is ${config.issuer}`);
};

const checkDesk = async (space: string, { reach, connector }: CheckOptions, signal: AbortSignal): Promise<Health> => {
  const place = await reach({ channel: 'teams', space, thread: '' });
  const members = place.ok ? await connector.members(place.data, signal) : place;
  if (members.ok) return { ok: true, detail: 'desk channel: ok' };
  return { ok: false, detail: `DESK teams:${space}: ${members.message}` };
};

/** Whether we get a token, can verify what comes in, and reach the desk's channel; says what to fix. Never throws. */
export const checkTeams = async (options: CheckOptions, signal: AbortSignal): Promise<Health> => {
  const { deskChannel, secondLevelChannel } = options.config;
  const [token, keys] = await Promise.all([checkToken(options, signal), checkKeys(options, signal)]);
  // Without a token the desk would only say the same again.
  const desks = token.ok ? [deskChannel, secondLevelChannel].filter((space) => space !== undefined) : [];
  const healths = [token, keys, ...(await Promise.all(desks.map((space) => checkDesk(space, options, signal))))];
  return { ok: healths.every(({ ok }) => ok), detail: healths.map(({ detail }) => detail).join('; ') };
};
