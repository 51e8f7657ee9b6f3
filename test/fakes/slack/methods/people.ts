import { type Caller, canSeeUser, findUser, teamsIn } from '../access.ts';
import { needed, text } from '../args.ts';
import { botProfile } from '../message-json.ts';
import { Refusal } from '../refusal.ts';
import type { User } from '../types.ts';
import { type Call, method } from './method.ts';

/** Shows the address only with the scope for it, and only of people whose workspace shares it. */
const profileJson = (caller: Caller, user: User): Readonly<Record<string, unknown>> => ({
  team: user.team,
  real_name: user.real_name,
  real_name_normalized: user.real_name,
  display_name: user.name,
  display_name_normalized: user.name,
  title: '',
  ...(user.email !== undefined && caller.token.scopes.includes('users:read.email') && { email: user.email }),
  ...(user.bot_id !== undefined && { bot_id: user.bot_id }),
});

/** A person that the app can see. Refuses `user_not_found`, `user_not_visible`. */
const personOf = ({ state, caller, args }: Call): User => {
  const user = findUser(state, needed(args, 'user', 'user_not_found'));
  if (user === undefined) throw new Refusal('user_not_found');
  if (!canSeeUser(state, caller, user)) throw new Refusal('user_not_visible');
  return user;
};

const info = method(['users:read'], (call) => {
  const user = personOf(call);
  return {
    user: {
      id: user.id,
      team_id: user.team,
      name: user.name,
      real_name: user.real_name,
      deleted: false,
      is_bot: user.is_bot,
      is_app_user: false,
      is_stranger: user.team !== call.caller.team.id,
      tz: 'Europe/Berlin',
      tz_offset: 3_600,
      profile: profileJson(call.caller, user),
    },
  };
});

const profile = method(['users.profile:read'], (call) => ({ profile: profileJson(call.caller, personOf(call)) }));

const authTest = method([], ({ state, caller }) => ({
  url: `https://${caller.team.domain}.slack.example/`,
  team: caller.team.name,
  team_id: caller.team.id,
  user: caller.user.name,
  user_id: caller.user.id,
  bot_id: caller.token.bot,
  app_id: state.appId,
  is_enterprise_install: caller.token.team === undefined,
  ...(caller.team.enterprise && { enterprise_id: caller.team.enterprise.id }),
}));

const revoke = method([], ({ caller }) => {
  caller.token.state = 'token_revoked';
  return { revoked: true };
});

const team = method(['team:read'], ({ state, caller, args }) => {
  const id = text(args, 'team') ?? caller.team.id;
  const found = state.workspaces.teams.find((one) => one.id === id);
  const shared = state.workspaces.channels.some((one) =>
    [id, caller.team.id].every((each) => teamsIn(one).includes(each)),
  );
  if (found === undefined || !(id === caller.team.id || shared)) throw new Refusal('team_not_found');
  return {
    team: {
      id,
      name: found.name,
      domain: found.domain,
      url: `https://${found.domain}.slack.example/`,
      ...(found.enterprise && { enterprise_id: found.enterprise.id, enterprise_name: found.enterprise.name }),
    },
  };
});

const bot = method(['users:read'], ({ state, args }) => {
  const found = botProfile(state, needed(args, 'bot', 'bot_not_found'));
  if (found === undefined) throw new Refusal('bot_not_found');
  return { bot: found };
});

/** Who people, workspaces and the app itself are. */
export const peopleMethods = {
  'auth.test': authTest,
  'auth.revoke': revoke,
  'bots.info': bot,
  'team.info': team,
  'users.info': info,
  'users.profile.get': profile,
};
