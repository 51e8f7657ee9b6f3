import { Refusal } from './refusal.ts';
import type { State } from './state.ts';
import type { Channel, Team, Token, User } from './types.ts';

/** Who calls a method: the app in one workspace. */
export interface Caller {
  readonly token: Token;
  readonly team: Team;
  readonly user: User;
}

/** The token of a request, if it is a good one. Refuses `not_authed`, `invalid_auth`, `token_revoked`, `account_inactive`. */
export const tokenOf = (state: State, token: string | undefined): Token => {
  if (token === undefined) throw new Refusal('not_authed');
  const found = state.workspaces.tokens.find((one) => one.token === token);
  if (found === undefined) throw new Refusal('invalid_auth');
  if (found.state !== 'live') throw new Refusal(found.state);
  return found;
};

/** The workspace that a token acts in; an organisation-wide one says which with `team_id`. */
export const callerOf = (state: State, token: Token, teamId: string | undefined): Caller => {
  const { teams, users } = state.workspaces;
  const team = teams.find((one) =>
    token.team === undefined
      ? one.enterprise?.id === token.enterprise && (teamId === undefined || one.id === teamId)
      : one.id === token.team,
  );
  const user = users.find((one) => one.id === token.user);
  if (team === undefined || user === undefined) throw new Refusal('team_not_found');
  return { token, team, user };
};

/** Refuses `missing_scope` unless the token has one of the scopes; an empty list needs none. */
export const checkScopes = (token: Token, anyOf: readonly string[]): void => {
  if (anyOf.length === 0 || anyOf.some((scope) => token.scopes.includes(scope))) return;
  throw new Refusal('missing_scope', { needed: anyOf.join(','), provided: token.scopes.join(',') });
};

export const findUser = (state: State, id: string): User | undefined =>
  state.workspaces.users.find((one) => one.id === id);

export const findChannel = (state: State, id: string): Channel | undefined =>
  state.workspaces.channels.find((one) => one.id === id);

/** Every workspace in a channel, its owner first. */
export const teamsIn = (channel: Channel): readonly string[] => [channel.team, ...channel.connected_team_ids];

/** A channel that the caller's workspace can see. Refuses `channel_not_found`, also for private ones that the app is not in. */
export const visibleChannel = (state: State, caller: Caller, id: string): Channel => {
  const channel = findChannel(state, id);
  const hidden = channel?.is_private === true && !channel.members.includes(caller.user.id);
  if (channel === undefined || hidden || !teamsIn(channel).includes(caller.team.id))
    throw new Refusal('channel_not_found');
  return channel;
};

/** A channel that the app may read. Refuses `channel_not_found`, `not_in_channel`. */
export const readableChannel = (state: State, caller: Caller, id: string): Channel => {
  const channel = visibleChannel(state, caller, id);
  if (!channel.members.includes(caller.user.id)) throw new Refusal('not_in_channel');
  return channel;
};

/** A channel that the app may write to. Refuses `channel_not_found`, `is_archived`, `not_in_channel`. */
export const writableChannel = (state: State, caller: Caller, id: string): Channel => {
  const channel = visibleChannel(state, caller, id);
  if (channel.archived) throw new Refusal('is_archived');
  const invited = channel.members.includes(caller.user.id) || caller.token.scopes.includes('chat:write.public');
  if (!invited) throw new Refusal('not_in_channel');
  return channel;
};

/** People of other workspaces can be seen where a channel is shared with them. */
export const canSeeUser = (state: State, caller: Caller, user: User): boolean =>
  user.team === caller.team.id ||
  state.workspaces.channels.some((one) => one.members.includes(user.id) && teamsIn(one).includes(caller.team.id));

/** The direct-message channel of the app and a person, made when there is none. */
export const directChannel = (state: State, caller: Caller, user: User): Channel => {
  const members = [caller.user.id, user.id];
  const known = state.workspaces.channels.find((one) => one.is_im && members.every((id) => one.members.includes(id)));
  if (known !== undefined) return known;
  const connected = user.team === caller.team.id ? [] : [user.team];
  const channel: Channel = {
    id: state.nextId('D'),
    name: '',
    team: caller.team.id,
    is_im: true,
    is_private: true,
    is_ext_shared: connected.length > 0,
    connected_team_ids: connected,
    members,
    archived: false,
  };
  state.workspaces.channels.push(channel);
  return channel;
};
