import { findUser, writableChannel } from '../access.ts';
import { type Args, isRecord, needed, structure, text } from '../args.ts';
import { checkBlocks } from '../check-blocks.ts';
import { messageJson } from '../message-json.ts';
import { addMessage, findMessage, withBlockIds } from '../messages.ts';
import { Refusal } from '../refusal.ts';
import type { State } from '../state.ts';
import type { Block, Channel, Message } from '../types.ts';
import { authorship, metadataOf, threadOf } from './chat.ts';
import { type Call, method } from './method.ts';

/** What one call adds to a stream. */
interface Piece {
  /** A stream takes the form that it was opened with until its end. */
  readonly form?: 'text' | 'chunks';
  readonly text: string;
  readonly blocks: readonly Block[];
}

/** Streams by message: the form they were opened with, and what is in them beside the text. */
const forms = new WeakMap<Message, 'text' | 'chunks'>();

const chunkOf = (chunk: unknown, state: State): Pick<Piece, 'text' | 'blocks'> => {
  if (!isRecord(chunk)) throw new Refusal('invalid_chunks');
  switch (chunk.type) {
    case 'markdown_text':
      if (typeof chunk.text !== 'string') throw new Refusal('invalid_chunks');
      return { text: chunk.text, blocks: [] };
    case 'blocks':
      return { text: '', blocks: checkBlocks(chunk.blocks, state.limits) };
    case 'task_update':
      if (typeof chunk.id !== 'string' || typeof chunk.title !== 'string') throw new Refusal('invalid_chunks');
      return { text: '', blocks: [{ ...chunk, type: 'task_card', task_id: chunk.id }] };
    case 'plan_update':
      return { text: '', blocks: [] };
    default:
      throw new Refusal('invalid_chunks');
  }
};

/** Text or chunks of a call. Refuses both at once, text over the limit, and chunks that are none. */
const pieceOf = (args: Args, state: State): Piece => {
  const markdown = text(args, 'markdown_text');
  const chunks = structure(args, 'chunks');
  if (markdown !== undefined && chunks !== undefined) throw new Refusal('cannot_provide_both_markdown_text_and_chunks');
  if ((markdown ?? '').length > state.limits.markdown) throw new Refusal('msg_too_long');
  if (markdown !== undefined) return { form: 'text', text: markdown, blocks: [] };
  if (chunks === undefined) return { text: '', blocks: [] };
  if (!Array.isArray(chunks)) throw new Refusal('invalid_chunks');
  const pieces = chunks.map((chunk) => chunkOf(chunk, state));
  const said = pieces.map((piece) => piece.text).join('');
  if (said.length > state.limits.markdown) throw new Refusal('msg_too_long');
  return { form: 'chunks', text: said, blocks: pieces.flatMap((piece) => piece.blocks) };
};

/** Adds a piece: text grows, a task's card takes the place of its older version. */
const append = (state: State, message: Message, piece: Piece): void => {
  message.text += piece.text;
  const isNewer = (old: Block) =>
    piece.blocks.some((block) => block.task_id !== undefined && block.task_id === old.task_id);
  const rest = message.blocks.filter((block) => block.type !== 'markdown' && !isNewer(block));
  const said: Block[] = message.text === '' ? [] : [{ type: 'markdown', text: message.text, block_id: 'stream' }];
  message.blocks = [...said, ...rest, ...withBlockIds(state, piece.blocks)];
};

/** Outside direct messages a stream names who reads it. */
const checkRecipient = ({ args, state }: Call, channel: Channel): void => {
  if (channel.is_im) return;
  const user = findUser(state, needed(args, 'recipient_user_id', 'missing_recipient_user_id'));
  const team = needed(args, 'recipient_team_id', 'missing_recipient_team_id');
  if (!state.workspaces.teams.some((one) => one.id === team)) throw new Refusal('team_not_found');
  if (user?.team !== team) throw new Refusal('user_not_found');
};

/** A stream of the app that is still open. Refuses `message_not_found`, `message_not_owned_by_app`, `message_not_in_streaming_state`. */
const openStream = (call: Call): Message => {
  const { state, caller, args } = call;
  const channel = writableChannel(state, caller, needed(args, 'channel', 'channel_not_found'));
  const message = findMessage(state, channel.id, needed(args, 'ts'));
  if (message === undefined) throw new Refusal('message_not_found');
  if (message.bot_id !== caller.token.bot) throw new Refusal('message_not_owned_by_app');
  if (message.streaming === 'in_progress' && Date.now() - message.at > state.limits.streamMs)
    message.streaming = 'errored';
  if (message.streaming !== 'in_progress') throw new Refusal('message_not_in_streaming_state');
  return message;
};

const checkForm = (message: Message, piece: Piece): void => {
  const form = forms.get(message);
  if (form === undefined && piece.form !== undefined) forms.set(message, piece.form);
  else if (piece.form !== undefined && piece.form !== form) throw new Refusal('streaming_mode_mismatch');
};

const startStream = method(['chat:write'], (call) => {
  const { state, caller, args, announce } = call;
  const channel = writableChannel(state, caller, needed(args, 'channel', 'channel_not_found'));
  checkRecipient(call, channel);
  const thread = threadOf(call, channel);
  if (thread === undefined && channel.is_im) throw new Refusal('invalid_arguments');
  const piece = pieceOf(args, state);
  const message = addMessage(state, {
    ...authorship(call),
    channel: channel.id,
    ...(thread !== undefined && { thread_ts: thread }),
    streaming: 'in_progress',
  });
  checkForm(message, piece);
  append(state, message, piece);
  announce('posted', message);
  return { channel: channel.id, ts: message.ts };
});

const appendStream = method(['chat:write'], (call) => {
  const message = openStream(call);
  const piece = pieceOf(call.args, call.state);
  if (piece.form === undefined) throw new Refusal('no_text');
  checkForm(message, piece);
  append(call.state, message, piece);
  return { channel: message.channel, ts: message.ts };
});

const stopStream = method(['chat:write'], (call) => {
  const { state, args, announce } = call;
  const message = openStream(call);
  const before = messageJson(state, message);
  const piece = pieceOf(args, state);
  checkForm(message, piece);
  const given = structure(args, 'blocks');
  if (Array.isArray(given) && given.length > 50) throw new Refusal('msg_blocks_too_many');
  const blocks = given === undefined ? [] : checkBlocks(given, state.limits);
  const metadata = metadataOf(args);
  append(state, message, piece);
  message.blocks = [...message.blocks, ...withBlockIds(state, blocks)];
  if (message.blocks.length === 0) throw new Refusal('no_text');
  if (metadata) message.metadata = metadata;
  message.streaming = 'completed';
  announce('changed', message, before);
  return { channel: message.channel, ts: message.ts, message: messageJson(state, message, { metadata: true }) };
});

/** Messages that grow while people watch. */
export const streamMethods = {
  'chat.startStream': startStream,
  'chat.appendStream': appendStream,
  'chat.stopStream': stopStream,
};
