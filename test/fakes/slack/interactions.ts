import { findUser } from './access.ts';
import { isRecord } from './args.ts';
import { findChoice } from './choices.ts';
import { channelNamed, installationFor, installationOf, type Payload, teamOf } from './events.ts';
import { messageJson } from './message-json.ts';
import { viewJson } from './methods/views.ts';
import type { State } from './state.ts';
import type { Message, OpenView, Token, User } from './types.ts';

/** A person by id; a test that names an unknown one has a mistake. */
export const personNamed = (state: State, id: string): User => {
  const user = findUser(state, id);
  if (user === undefined)
    throw new Error(`No user ${id}. There are: ${state.workspaces.users.map((one) => one.id).join(', ')}.`);
  return user;
};

/** A trigger id that opens a form for a short while. */
const newTrigger = (state: State, user: User, team: string): string => {
  const id = `${Date.now()}.${state.nextId('')}.${state.nextId('').toLowerCase()}`;
  state.triggers.set(id, { user: user.id, team, at: Date.now(), used: false });
  return id;
};

/** An address that the app may answer to, five times. */
const newResponseUrl = (state: State, user: User, channel: string, ts?: string): string => {
  const id = state.nextId('R');
  state.responseUrls.set(id, { user: user.id, channel, uses: 0, ...(ts !== undefined && { ts }) });
  return `${state.url}/response/${id}`;
};

const userJson = (user: User) => ({ id: user.id, username: user.name, name: user.name, team_id: user.team });

const teamJson = (state: State, id: string) => {
  const team = state.workspaces.teams.find((one) => one.id === id);
  const { enterprise } = team ?? {};
  return {
    team: {
      id,
      domain: team?.domain ?? '',
      ...(enterprise && { enterprise_id: enterprise.id, enterprise_name: enterprise.name }),
    },
    enterprise: enterprise ?? null,
  };
};

const base = (state: State, token: Token) => ({
  api_app_id: state.appId,
  token: 'verification',
  is_enterprise_install: token.team === undefined,
});

/** What somebody presses: by action id, by the words on it, by its value; what is given must fit one element alone. */
export interface Press {
  readonly user: string;
  readonly actionId?: string;
  readonly label?: string;
  readonly value?: string;
}

/** `block_actions` for something pressed in a message. */
export const pressPayload = (state: State, message: Message, press: Press): Payload => {
  const user = personNamed(state, press.user);
  const channel = channelNamed(state, message.channel);
  const token = installationFor(state, channel);
  if (token === undefined) throw new Error(`The app is not in ${channel.id}.`);
  const team = teamOf(state, token, channel);
  const { action } = findChoice(message.blocks, press);
  const { ts, thread_ts } = message;
  return {
    type: 'block_actions',
    ...base(state, token),
    user: userJson(user),
    container: {
      type: 'message',
      message_ts: ts,
      channel_id: channel.id,
      is_ephemeral: false,
      ...(thread_ts !== undefined && { thread_ts }),
    },
    trigger_id: newTrigger(state, user, team),
    ...teamJson(state, team),
    channel: { id: channel.id, name: channel.is_im ? 'directmessage' : channel.name },
    message: messageJson(state, message, { metadata: true }),
    state: { values: {} },
    response_url: newResponseUrl(state, user, channel.id, ts),
    actions: [{ ...action, action_ts: state.nextTs() }],
  };
};

/** What a filled-in element reports. */
const filled = (element: Readonly<Record<string, unknown>>, value: string | undefined) => {
  const { type } = element;
  if (type !== 'static_select' && type !== 'radio_buttons')
    return { type, value: value ?? element.initial_value ?? null };
  const options = Array.isArray(element.options) ? element.options.filter(isRecord) : [];
  const chosen = options.find((one) => one.value === value || (isRecord(one.text) && one.text.text === value));
  return { type, selected_option: chosen ?? element.initial_option ?? null };
};

/** `view_submission`; fields are named by action id, block id or label. Throws when a required one stays empty. */
export const submitPayload = (state: State, open: OpenView, values: Readonly<Record<string, string>>): Payload => {
  const user = personNamed(state, open.user);
  const token = installationOf(state, open.team);
  if (token === undefined) throw new Error(`The app is not installed in ${open.team}.`);
  const inputs = open.view.blocks.filter((block) => block.type === 'input');
  const used = new Set<string>();
  const entries = inputs.map((block) => {
    const element = isRecord(block.element) ? block.element : {};
    const label = isRecord(block.label) ? String(block.label.text) : '';
    const name = [String(element.action_id), String(block.block_id), label].find((one) => values[one] !== undefined);
    if (name !== undefined) used.add(name);
    const answer = filled(element, name === undefined ? undefined : values[name]);
    const empty = ('value' in answer ? answer.value : answer.selected_option) ?? '';
    if (empty === '' && block.optional !== true) throw new Error(`"${label}" must be filled in.`);
    return [String(block.block_id), { [String(element.action_id)]: answer }] as const;
  });
  const unknown = Object.keys(values).filter((name) => !used.has(name));
  if (unknown.length > 0) throw new Error(`The form has no ${unknown.join(', ')}.`);
  return {
    type: 'view_submission',
    ...base(state, token),
    // Of somebody from another workspace, `team` is theirs; the view says where the app lives.
    ...teamJson(state, user.team),
    user: userJson(user),
    trigger_id: newTrigger(state, user, open.team),
    view: {
      ...viewJson(state, open),
      team_id: user.team,
      app_installed_team_id: open.team,
      state: { values: Object.fromEntries(entries) },
    },
    response_urls: [],
  };
};

/** The fields of a slash command. */
export const commandPayload = (
  state: State,
  given: { readonly command: string; readonly text: string; readonly user: string; readonly channel: string },
): Payload => {
  const user = personNamed(state, given.user);
  const channel = channelNamed(state, given.channel);
  const team = state.workspaces.teams.find((one) => one.id === user.team);
  return {
    token: 'verification',
    team_id: user.team,
    team_domain: team?.domain ?? '',
    ...(team?.enterprise && { enterprise_id: team.enterprise.id, enterprise_name: team.enterprise.name }),
    channel_id: channel.id,
    channel_name: channel.is_im ? 'directmessage' : channel.name,
    user_id: user.id,
    user_name: user.name,
    command: given.command,
    text: given.text,
    api_app_id: state.appId,
    is_enterprise_install: 'false',
    response_url: newResponseUrl(state, user, channel.id),
    trigger_id: newTrigger(state, user, user.team),
  };
};
