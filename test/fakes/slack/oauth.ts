import { type Args, needed, text } from './args.ts';
import { Refusal } from './refusal.ts';
import type { State } from './state.ts';
import type { Token, User } from './types.ts';
import { allScopes } from './workspaces.ts';

/** Lets the app into a workspace, or with `enterprise` into a whole organisation: a bot user and a fresh token. */
export const install = (
  state: State,
  where: { readonly team?: string; readonly enterprise?: string },
  scopes: readonly string[] = allScopes,
): Token => {
  const { users, teams, tokens } = state.workspaces;
  const home = where.team ?? teams.find((team) => team.enterprise?.id === where.enterprise)?.id;
  if (home === undefined)
    throw new Error(`No workspace for ${JSON.stringify(where)}; add it to workspaces.teams first.`);
  const known = users.find((user) => user.is_bot && user.team === home);
  const name = home.replace(/^T0?/, '');
  const made: User = {
    id: `U0BOT${name}`,
    team: home,
    name: 'frontdesk',
    real_name: 'Frontdesk',
    is_bot: true,
    bot_id: `B0BOT${name}`,
  };
  if (known === undefined) users.push(made);
  const bot = known ?? made;
  const token: Token = {
    token: `xoxb-${(where.team ?? where.enterprise ?? '').toLowerCase()}-${tokens.length}`,
    kind: 'bot',
    user: bot.id,
    bot: bot.bot_id ?? '',
    scopes: [...scopes],
    state: 'live',
    ...(where.team === undefined ? { enterprise: where.enterprise ?? '' } : { team: where.team }),
  };
  tokens.push(token);
  return token;
};

/** A code as the consent page hands out, to be exchanged once. */
export const grantCode = (
  state: State,
  where: { readonly team?: string; readonly enterprise?: string; readonly user?: string },
): string => {
  const code = state.nextId('code-');
  state.codes.set(code, { user: 'U0ADMIN', ...where });
  return code;
};

/**
 * The consent page: agrees at once and sends the browser back with a code. Which workspace is a matter of the `team` parameter,
 * or else the first one that the app is not in. `deny=1` says no instead.
 */
export const authorizePage = (
  state: State,
  query: URLSearchParams,
): { readonly status: number; readonly location?: string } => {
  const back = query.get('redirect_uri');
  if (query.get('client_id') !== state.clientId || back === null) return { status: 400 };
  const location = new URL(back);
  const { teams, tokens } = state.workspaces;
  const fresh = teams.find((team) => !tokens.some((token) => token.team === team.id && token.state === 'live'));
  if (query.get('deny') === '1') location.searchParams.set('error', 'access_denied');
  else
    location.searchParams.set('code', grantCode(state, { team: query.get('team') ?? (fresh ?? teams[0])?.id ?? '' }));
  location.searchParams.set('state', query.get('state') ?? '');
  return { status: 302, location: location.href };
};

/** `oauth.v2.access`. Refuses `invalid_client_id`, `bad_client_secret`, `invalid_code`. */
export const exchangeCode = (
  state: State,
  args: Args,
  authorization: string | undefined,
): Readonly<Record<string, unknown>> => {
  const basic = Buffer.from(authorization?.replace(/^Basic /, '') ?? '', 'base64')
    .toString()
    .split(':');
  if ((text(args, 'client_id') ?? basic[0]) !== state.clientId) throw new Refusal('invalid_client_id');
  if ((text(args, 'client_secret') ?? basic[1]) !== state.clientSecret) throw new Refusal('bad_client_secret');
  const code = needed(args, 'code', 'invalid_code');
  const grant = state.codes.get(code);
  if (grant === undefined) throw new Refusal('invalid_code');
  state.codes.delete(code);
  const token = install(state, grant);
  const team = state.workspaces.teams.find((one) => one.id === token.team);
  const enterprise =
    team?.enterprise ?? state.workspaces.teams.find((one) => one.enterprise?.id === token.enterprise)?.enterprise;
  return {
    access_token: token.token,
    token_type: 'bot',
    scope: token.scopes.join(','),
    bot_user_id: token.user,
    app_id: state.appId,
    team: team === undefined ? null : { id: team.id, name: team.name },
    enterprise: enterprise ?? null,
    authed_user: { id: grant.user },
    is_enterprise_install: token.team === undefined,
  };
};
