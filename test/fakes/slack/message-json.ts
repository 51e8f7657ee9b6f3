import { extname } from 'node:path';
import { anyMessage, repliesOf } from './messages.ts';
import type { State } from './state.ts';
import type { Message, StoredFile } from './types.ts';

/** The profile that Slack puts beside a message of an app. */
export const botProfile = (state: State, botId: string): Readonly<Record<string, unknown>> | undefined => {
  const user = state.workspaces.users.find((one) => one.bot_id === botId);
  return (
    user && {
      id: botId,
      app_id: state.appId,
      user_id: user.id,
      name: user.real_name,
      team_id: user.team,
      deleted: false,
    }
  );
};

/**
 * A file as events and methods show it. With `hidden` it says no more than that files.info knows it: so events show files of
 * other workspaces in Slack Connect channels.
 */
export const fileJson = (state: State, file: StoredFile, hidden = false): Readonly<Record<string, unknown>> => {
  const { id, name, title, mimetype, user, team, created } = file;
  if (hidden)
    return {
      id,
      created,
      timestamp: created,
      mode: 'file_access',
      file_access: 'check_file_info',
      user,
      user_team: team,
    };
  const url = `${state.url}/files-pri/${team}-${id}`;
  return {
    id,
    created,
    timestamp: created,
    name,
    title,
    mimetype,
    filetype: extname(name).slice(1) || 'binary',
    pretty_type: extname(name).slice(1).toUpperCase() || 'Binary',
    user,
    user_team: team,
    editable: false,
    size: file.bytes.length,
    mode: 'hosted',
    is_external: false,
    external_type: '',
    is_public: true,
    public_url_shared: false,
    display_as_bot: false,
    username: '',
    url_private: `${url}/${encodeURIComponent(name)}`,
    url_private_download: `${url}/download/${encodeURIComponent(name)}`,
    permalink: `${url}/view`,
    file_access: 'visible',
  };
};

/** A message as the Web API and events show it. Metadata is shown only on request. */
export const messageJson = (
  state: State,
  message: Message,
  show: { readonly metadata?: boolean; readonly hideFiles?: boolean } = {},
): Readonly<Record<string, unknown>> => {
  const { channel, ts, thread_ts, bot_id, files, blocks, reactions, attachments } = message;
  const root = thread_ts === undefined ? undefined : anyMessage(state, channel, thread_ts);
  const replies = repliesOf(state, channel, ts);
  return {
    type: 'message',
    ...(message.subtype && { subtype: message.subtype }),
    user: message.user,
    text: message.text,
    ts,
    team: message.team,
    ...(message.client_msg_id && { client_msg_id: message.client_msg_id }),
    ...(bot_id && { bot_id, app_id: state.appId, bot_profile: botProfile(state, bot_id) }),
    ...(message.username && { username: message.username }),
    ...(thread_ts && { thread_ts }),
    ...(root && root !== message && { parent_user_id: root.user }),
    ...(blocks.length > 0 && { blocks }),
    ...(attachments.length > 0 && { attachments }),
    ...(files.length > 0 && { files: files.map((file) => fileJson(state, file, show.hideFiles)), upload: false }),
    ...(reactions.length > 0 && { reactions: reactions.map((one) => ({ ...one, count: one.users.length })) }),
    ...(message.edited && { edited: message.edited }),
    ...(message.streaming && { streaming_state: message.streaming }),
    ...(show.metadata && message.metadata && { metadata: message.metadata }),
    ...(replies.length > 0 && {
      thread_ts: ts,
      reply_count: replies.length,
      reply_users: [...new Set(replies.map((reply) => reply.user))],
      latest_reply: replies.at(-1)?.ts,
    }),
  };
};

/** What is left of the first message of a thread after it was deleted. */
export const tombstoneJson = (message: Message): Readonly<Record<string, unknown>> => ({
  type: 'message',
  subtype: 'tombstone',
  user: 'USLACKBOT',
  text: 'This message was deleted.',
  ts: message.ts,
  thread_ts: message.ts,
  hidden: true,
});
