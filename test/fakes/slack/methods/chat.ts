import { directChannel, findUser, visibleChannel, writableChannel } from '../access.ts';
import { type Args, isRecord, needed, structure, text } from '../args.ts';
import { checkBlocks } from '../check-blocks.ts';
import { messageJson } from '../message-json.ts';
import { addMessage, anyMessage, findMessage, repliesOf, withBlockIds } from '../messages.ts';
import { Refusal } from '../refusal.ts';
import type { Block, Channel, Message, Metadata } from '../types.ts';
import { type Call, method } from './method.ts';

/** Metadata as the app attaches it. Refuses `invalid_metadata_format`; an empty object takes it away (`null`). */
export const metadataOf = (args: Args): Metadata | null | undefined => {
  const value = structure(args, 'metadata');
  if (value === undefined) return undefined;
  if (!isRecord(value)) throw new Refusal('invalid_metadata_format');
  if (Object.keys(value).length === 0) return null;
  const { event_type, event_payload } = value;
  if (typeof event_type !== 'string' || event_type === '' || !isRecord(event_payload))
    throw new Refusal('invalid_metadata_format');
  return { event_type, event_payload };
};

/** Text and blocks of a message, checked. Refuses `no_text`, `msg_too_long`, `markdown_text_conflict` and what blocks can be refused for. */
const contentOf = (call: Call, mostText: number): { readonly text?: string; readonly blocks?: readonly Block[] } => {
  const { args, state } = call;
  const said = text(args, 'text');
  const markdown = text(args, 'markdown_text');
  const given = structure(args, 'blocks');
  const blocks = given === undefined ? undefined : checkBlocks(given, state.limits);
  if (markdown !== undefined) {
    if (said !== undefined || blocks !== undefined) throw new Refusal('markdown_text_conflict');
    if (markdown.length > state.limits.markdown) throw new Refusal('msg_too_long');
    return { text: markdown, blocks: [{ type: 'markdown', text: markdown }] };
  }
  if (said !== undefined && said.length > mostText) throw new Refusal('msg_too_long');
  return { ...(said !== undefined && { text: said }), ...(blocks !== undefined && { blocks }) };
};

/** The thread that a reply goes to: the first message of one. Refuses `thread_not_found`, `cannot_reply_to_message`. */
export const threadOf = (call: Call, channel: Channel): string | undefined => {
  const ts = text(call.args, 'thread_ts');
  if (ts === undefined) return undefined;
  const root = anyMessage(call.state, channel.id, ts);
  if (root === undefined) throw new Refusal('thread_not_found');
  if (root.deleted && repliesOf(call.state, channel.id, ts).length === 0) throw new Refusal('thread_not_found');
  if (root.thread_ts !== undefined && root.thread_ts !== ts) throw new Refusal('cannot_reply_to_message');
  return ts;
};

/** A message of the app itself. Refuses `message_not_found`, or `otherwise` when somebody else wrote it. */
const ownMessage = (call: Call, channel: Channel, otherwise: string): Message => {
  const message = findMessage(call.state, channel.id, needed(call.args, 'ts'));
  if (message === undefined) throw new Refusal('message_not_found');
  if (message.bot_id !== call.caller.token.bot) throw new Refusal(otherwise);
  return message;
};

/** What marks a message as the app's own. */
export const authorship = ({ caller, args }: Call) => {
  const username = text(args, 'username');
  const customised =
    username !== undefined || text(args, 'icon_url') !== undefined || text(args, 'icon_emoji') !== undefined;
  if (customised && !caller.token.scopes.includes('chat:write.customize'))
    throw new Refusal('missing_scope', { needed: 'chat:write.customize', provided: caller.token.scopes.join(',') });
  return {
    user: caller.user.id,
    team: caller.team.id,
    bot_id: caller.token.bot,
    ...(username !== undefined && { username, subtype: 'bot_message' }),
  };
};

const postMessage = method(['chat:write'], (call) => {
  const { state, caller, args, announce } = call;
  const where = needed(args, 'channel', 'channel_not_found');
  const person = findUser(state, where);
  const channel = writableChannel(state, caller, person ? directChannel(state, caller, person).id : where);
  const content = contentOf(call, state.limits.text);
  if (content.text === undefined && (content.blocks ?? []).length === 0) throw new Refusal('no_text');
  const metadata = metadataOf(args);
  const thread = threadOf(call, channel);
  const message = addMessage(state, {
    ...authorship(call),
    ...content,
    channel: channel.id,
    ...(thread !== undefined && { thread_ts: thread }),
    ...(metadata && { metadata }),
  });
  announce('posted', message);
  return { channel: channel.id, ts: message.ts, message: messageJson(state, message, { metadata: true }) };
});

const postEphemeral = method(['chat:write'], (call) => {
  const { state, caller, args } = call;
  const channel = writableChannel(state, caller, needed(args, 'channel', 'channel_not_found'));
  const user = needed(args, 'user', 'user_not_in_channel');
  if (!channel.members.includes(user)) throw new Refusal('user_not_in_channel');
  const content = contentOf(call, state.limits.text);
  if (content.text === undefined && (content.blocks ?? []).length === 0) throw new Refusal('no_text');
  const thread = threadOf(call, channel);
  state.ephemerals.push({
    channel: channel.id,
    user,
    text: content.text ?? '',
    blocks: content.blocks ?? [],
    ...(thread !== undefined && { thread_ts: thread }),
    at: Date.now(),
  });
  return { message_ts: state.nextTs() };
});

const update = method(['chat:write'], (call) => {
  const { state, caller, args, announce } = call;
  const channel = visibleChannel(state, caller, needed(args, 'channel', 'channel_not_found'));
  const message = ownMessage(call, channel, 'cant_update_message');
  if (channel.archived) throw new Refusal('is_inactive');
  if (message.streaming === 'in_progress') throw new Refusal('streaming_state_conflict');
  const content = contentOf(call, state.limits.updateText);
  const metadata = metadataOf(args);
  if (content.text === undefined && content.blocks === undefined && metadata === undefined)
    throw new Refusal('no_text');
  const before = messageJson(state, message);
  // Text without blocks takes the old blocks away; blocks without text leave the old text.
  const blocks = content.blocks ?? (content.text === undefined ? message.blocks : []);
  const said = content.text ?? message.text;
  if (said === '' && blocks.length === 0) throw new Refusal('no_text');
  message.text = said;
  message.blocks = withBlockIds(state, blocks);
  if (metadata === null) delete message.metadata;
  else if (metadata !== undefined) message.metadata = metadata;
  message.edits += 1;
  message.edited = { user: caller.user.id, ts: state.nextTs() };
  if (message.streaming === 'errored') message.streaming = 'completed';
  announce('changed', message, before);
  return { channel: channel.id, ts: message.ts, text: message.text, message: messageJson(state, message) };
});

const remove = method(['chat:write'], (call) => {
  const { state, caller, args, announce } = call;
  const channel = visibleChannel(state, caller, needed(args, 'channel', 'channel_not_found'));
  const message = ownMessage(call, channel, 'cant_delete_message');
  const before = messageJson(state, message);
  message.deleted = true;
  announce('deleted', message, before);
  return { channel: channel.id, ts: message.ts };
});

const getPermalink = method([], ({ state, caller, args }) => {
  const channel = visibleChannel(state, caller, needed(args, 'channel', 'channel_not_found'));
  const message = findMessage(state, channel.id, needed(args, 'message_ts'));
  if (message === undefined) throw new Refusal('message_not_found');
  const thread = message.thread_ts === undefined ? '' : `?thread_ts=${message.thread_ts}&cid=${channel.id}`;
  const path = `/archives/${channel.id}/p${message.ts.replace('.', '')}${thread}`;
  return { channel: channel.id, permalink: `https://${caller.team.domain}.slack.example${path}` };
});

/** Posting, changing and deleting messages. */
export const chatMethods = {
  'chat.postMessage': postMessage,
  'chat.postEphemeral': postEphemeral,
  'chat.update': update,
  'chat.delete': remove,
  'chat.getPermalink': getPermalink,
};
