import { type Caller, directChannel, findUser, readableChannel, teamsIn, visibleChannel } from '../access.ts';
import { type Args, count, flag, needed, text } from '../args.ts';
import { messageJson, tombstoneJson } from '../message-json.ts';
import { allMessages, anyMessage, repliesOf } from '../messages.ts';
import { Refusal } from '../refusal.ts';
import type { State } from '../state.ts';
import type { Channel, Message } from '../types.ts';
import { type Call, method } from './method.ts';

const reading = ['channels:read', 'groups:read', 'im:read', 'mpim:read'];
const history = ['channels:history', 'groups:history', 'im:history', 'mpim:history'];

/** One page of a list; the cursor is the place to go on from. Refuses `invalid_cursor`. */
const page = <T>(args: Args, items: readonly T[], usual: number) => {
  const cursor = text(args, 'cursor');
  const start = cursor === undefined ? 0 : Number(Buffer.from(cursor, 'base64').toString().replace('from:', ''));
  if (!Number.isInteger(start)) throw new Refusal('invalid_cursor');
  const end = start + count(args, 'limit', usual, 1_000);
  const next = end < items.length ? Buffer.from(`from:${end}`).toString('base64') : '';
  return { items: items.slice(start, end), has_more: next !== '', response_metadata: { next_cursor: next } };
};

/** Between `oldest` and `latest`, which themselves count only with `inclusive`. Timestamps of one length compare as text. */
const inRange = (args: Args) => {
  const oldest = text(args, 'oldest') ?? '0';
  const latest = text(args, 'latest') ?? '9999999999.999999';
  const ends = flag(args, 'inclusive');
  return ({ ts }: Message) => (ts > oldest || (ends && ts === oldest)) && (ts < latest || (ends && ts === latest));
};

/** A channel as one workspace sees it: the connected ones are the others. */
const channelJson = (state: State, caller: Caller, channel: Channel): Readonly<Record<string, unknown>> => {
  const { id, is_im, is_private, is_ext_shared, archived, members } = channel;
  const other = members.find((member) => member !== caller.user.id);
  const shared = {
    is_shared: is_ext_shared,
    is_ext_shared,
    is_org_shared: false,
    context_team_id: caller.team.id,
    conversation_host_id: channel.team,
    shared_team_ids: teamsIn(channel),
    connected_team_ids: teamsIn(channel).filter((team) => team !== caller.team.id),
    internal_team_ids: [caller.team.id],
    pending_connected_team_ids: [],
  };
  const isMember = members.includes(caller.user.id);
  if (is_im) return { id, is_im, user: other, is_archived: archived, is_open: true, created: 1_700_000_000, ...shared };
  return {
    id,
    name: channel.name,
    name_normalized: channel.name,
    is_channel: !is_private,
    is_group: is_private,
    is_im,
    is_mpim: false,
    is_private,
    is_archived: archived,
    is_general: false,
    is_member: isMember,
    created: 1_700_000_000,
    creator: members.find((member) => findUser(state, member)?.is_bot === false),
    topic: { value: '', creator: '', last_set: 0 },
    purpose: { value: '', creator: '', last_set: 0 },
    previous_names: [],
    ...shared,
  };
};

const info = method(reading, ({ state, caller, args }) => {
  const channel = visibleChannel(state, caller, needed(args, 'channel', 'channel_not_found'));
  const json = channelJson(state, caller, channel);
  return { channel: flag(args, 'include_num_members') ? { ...json, num_members: channel.members.length } : json };
});

const list = method(reading, ({ state, caller, args }) => {
  const types = (text(args, 'types') ?? 'public_channel').split(',').map((type) => type.trim());
  const typeOf = (channel: Channel) =>
    channel.is_im ? 'im' : channel.is_private ? 'private_channel' : 'public_channel';
  const seen = state.workspaces.channels.filter(
    (channel) =>
      types.includes(typeOf(channel)) &&
      teamsIn(channel).includes(caller.team.id) &&
      (!channel.is_private || channel.members.includes(caller.user.id)) &&
      !(flag(args, 'exclude_archived') && channel.archived),
  );
  const { items, response_metadata } = page(args, seen, 100);
  return { channels: items.map((channel) => channelJson(state, caller, channel)), response_metadata };
});

const members = method(reading, ({ state, caller, args }) => {
  const channel = visibleChannel(state, caller, needed(args, 'channel', 'channel_not_found'));
  const { items, response_metadata } = page(args, channel.members, 100);
  return { members: items, response_metadata };
});

const shown =
  ({ state, args }: Call) =>
  (message: Message) =>
    messageJson(state, message, { metadata: flag(args, 'include_all_metadata') });

const readHistory = method(history, (call) => {
  const { state, caller, args } = call;
  const channel = readableChannel(state, caller, needed(args, 'channel', 'channel_not_found'));
  const topLevel = allMessages(state, channel.id)
    .filter((message) => !message.deleted && (message.thread_ts === undefined || message.thread_ts === message.ts))
    .filter(inRange(args))
    .toReversed();
  const { items, ...rest } = page(args, topLevel, 100);
  return { messages: items.map(shown(call)), pin_count: 0, ...rest };
});

const replies = method(history, (call) => {
  const { state, caller, args } = call;
  const channel = readableChannel(state, caller, needed(args, 'channel', 'channel_not_found'));
  const ts = needed(args, 'ts', 'thread_not_found');
  const first = anyMessage(state, channel.id, ts);
  const answers = repliesOf(state, channel.id, ts);
  if (first === undefined || (first.deleted && answers.length === 0)) throw new Refusal('thread_not_found');
  // The first message of the thread is always there, whatever the range.
  const { items, ...rest } = page(args, [first, ...answers.filter(inRange(args))], 1_000);
  return {
    messages: items.map((message) => (message.deleted ? tombstoneJson(message) : shown(call)(message))),
    ...rest,
  };
});

const open = method(['im:write', 'mpim:write'], ({ state, caller, args }) => {
  const given = text(args, 'channel');
  if (given !== undefined) {
    const channel = visibleChannel(state, caller, given);
    return { no_op: true, already_open: true, channel: { id: channel.id } };
  }
  const ids = needed(args, 'users', 'users_list_not_supplied').split(',');
  const user = findUser(state, ids[0] ?? '');
  if (user === undefined || ids.length > 1) throw new Refusal('user_not_found');
  return { channel: { id: directChannel(state, caller, user).id } };
});

const join = method(['channels:join'], ({ state, caller, args }) => {
  const channel = visibleChannel(state, caller, needed(args, 'channel', 'channel_not_found'));
  if (channel.archived) throw new Refusal('is_archived');
  if (channel.is_private) throw new Refusal('method_not_supported_for_channel_type');
  if (!channel.members.includes(caller.user.id)) channel.members.push(caller.user.id);
  return { channel: channelJson(state, caller, channel) };
});

/** Channels: what they are, who is in them, what was said. */
export const conversationMethods = {
  'conversations.info': info,
  'conversations.list': list,
  'conversations.members': members,
  'conversations.history': readHistory,
  'conversations.replies': replies,
  'conversations.open': open,
  'conversations.join': join,
};
