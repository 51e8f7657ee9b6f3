import { findChannel, findUser, teamsIn } from './access.ts';
import { messageJson, tombstoneJson } from './message-json.ts';
import { repliesOf } from './messages.ts';
import type { State } from './state.ts';
import type { Channel, Message, Token } from './types.ts';

/** What Slack sends: an event, an interaction, or the fields of a slash command. */
export type Payload = Readonly<Record<string, unknown>>;

/** `channel_type` of an event. */
export const channelType = (channel: Channel): string =>
  channel.is_im ? 'im' : channel.is_private ? 'group' : 'channel';

const isLive = (token: Token) => token.kind === 'bot' && token.state === 'live';

/** The installation through which the app hears of a channel, if it is in there. */
export const installationFor = (state: State, channel: Channel): Token | undefined =>
  state.workspaces.tokens.find((token) => isLive(token) && channel.members.includes(token.user));

/** The installation in a workspace or its organisation, live or just taken back. */
export const installationOf = (state: State, team: string): Token | undefined => {
  const enterprise = state.workspaces.teams.find((one) => one.id === team)?.enterprise?.id;
  return state.workspaces.tokens.findLast(
    (token) =>
      token.kind === 'bot' && (token.team === team || (enterprise !== undefined && token.enterprise === enterprise)),
  );
};

/** The workspace that a token acts for, in a channel or in general. */
export const teamOf = (state: State, token: Token, channel?: Channel): string =>
  token.team ??
  (channel &&
    teamsIn(channel).find((id) =>
      state.workspaces.teams.some((one) => one.id === id && one.enterprise?.id === token.enterprise),
    )) ??
  findUser(state, token.user)?.team ??
  '';

/**
 * The envelope of the Events API. `team_id` is the workspace where it happened (of a message: the author's), `context_team_id`
 * and `authorizations` the one through which the app hears of it; in Slack Connect channels they differ.
 */
export const envelope = (
  state: State,
  event: Payload,
  about: { readonly token: Token; readonly team: string; readonly channel?: Channel; readonly eventId?: string },
): Payload => {
  const { token, team, channel } = about;
  const context = teamOf(state, token, channel);
  const enterprise = state.workspaces.teams.find((one) => one.id === context)?.enterprise?.id ?? null;
  const hint = { et: event.type, tid: context, aid: state.appId, cid: channel?.id };
  return {
    token: 'verification',
    team_id: team,
    ...(channel && { context_team_id: context, context_enterprise_id: enterprise }),
    api_app_id: state.appId,
    event,
    type: 'event_callback',
    event_id: about.eventId ?? state.nextId('Ev'),
    event_time: Math.floor(state.now() / 1_000),
    authorizations: [
      {
        enterprise_id: enterprise,
        team_id: token.team === undefined ? null : context,
        user_id: token.user,
        is_bot: true,
        is_enterprise_install: token.team === undefined,
      },
    ],
    is_ext_shared_channel: channel?.is_ext_shared ?? false,
    event_context: `4-${Buffer.from(JSON.stringify(hint)).toString('base64url')}`,
  };
};

/** A message as an event shows it: in shared channels with the author's workspace and profile, and without others' files. */
export const messageEvent = (state: State, message: Message, channel: Channel, hideFiles: boolean): Payload => {
  const author = findUser(state, message.user);
  return {
    ...messageJson(state, message, { hideFiles }),
    ...(channel.is_ext_shared && {
      user_team: message.team,
      source_team: message.team,
      user_profile: {
        name: author?.name,
        real_name: author?.real_name,
        display_name: author?.name,
        team: message.team,
      },
    }),
    channel: channel.id,
    event_ts: message.ts,
    channel_type: channelType(channel),
  };
};

/**
 * The event for a change or deletion. A first message that has replies leaves a tombstone, which arrives as a change.
 */
export const changeEvent = (state: State, message: Message, channel: Channel, before: Payload): Payload => {
  const ts = state.nextTs();
  const base = {
    type: 'message',
    hidden: true,
    channel: channel.id,
    ts,
    event_ts: ts,
    channel_type: channelType(channel),
  };
  const shared = channel.is_ext_shared ? { user_team: message.team, source_team: message.team } : {};
  if (!message.deleted) {
    const now = { ...messageJson(state, message), ...shared };
    return { ...base, subtype: 'message_changed', message: now, previous_message: before };
  }
  if (repliesOf(state, channel.id, message.ts).length > 0)
    return { ...base, subtype: 'message_changed', message: tombstoneJson(message), previous_message: before };
  return { ...base, subtype: 'message_deleted', deleted_ts: message.ts, previous_message: before };
};

/** A channel by its id; a test that names an unknown one has a mistake. */
export const channelNamed = (state: State, id: string): Channel => {
  const channel = findChannel(state, id);
  if (channel === undefined)
    throw new Error(`No channel ${id}. There are: ${state.workspaces.channels.map((one) => one.id).join(', ')}.`);
  return channel;
};
