import type { State } from './state.ts';
import type { Block, Message } from './types.ts';

type Optional = 'text' | 'blocks' | 'files' | 'attachments';

/** What a new message needs; everything else starts empty. */
export type Draft = Omit<Message, Optional | 'ts' | 'at' | 'reactions' | 'edits' | 'deleted'> &
  Partial<Pick<Message, Optional>> & { readonly ts?: string };

/** Gives every block an id, as Slack does for those that have none. */
export const withBlockIds = (state: State, blocks: readonly Block[]): Block[] =>
  blocks.map((block) => ({ ...block, block_id: block.block_id ?? state.nextId('b') }));

/** Puts a message into its channel. */
export const addMessage = (state: State, draft: Draft): Message => {
  const message: Message = {
    text: '',
    files: [],
    attachments: [],
    ...draft,
    blocks: withBlockIds(state, draft.blocks ?? []),
    ts: draft.ts ?? state.nextTs(),
    reactions: [],
    edits: 0,
    deleted: false,
    at: Date.now(),
  };
  const all = state.messages.get(draft.channel) ?? new Map<string, Message>();
  state.messages.set(draft.channel, all.set(message.ts, message));
  if (message.thread_ts !== undefined && message.thread_ts !== message.ts) {
    const key = `${message.channel}:${message.thread_ts}`;
    state.threads.set(key, [...(state.threads.get(key) ?? []), message]);
  }
  for (const file of message.files) {
    const { channel, ts, thread_ts } = message;
    file.shares.push({ channel, ts, ...(thread_ts === undefined ? {} : { thread_ts }) });
  }
  if (message.bot_id !== undefined && message.thread_ts !== undefined) clearStatus(state, message);
  state.changed();
  return message;
};

/** A status goes away by itself as soon as the app says something in the thread. */
const clearStatus = (state: State, { channel, thread_ts = '' }: Message): void => {
  if (statusOf(state, channel, thread_ts) === '') return;
  state.statuses.push({ channel, thread_ts, status: '', at: Date.now() });
};

/** What the thread shows as the app's status now; empty when nothing. */
export const statusOf = (state: State, channel: string, thread: string): string =>
  state.statuses.findLast((status) => status.channel === channel && status.thread_ts === thread)?.status ?? '';

/** All messages of a channel, also deleted ones, oldest first. */
export const allMessages = (state: State, channel: string): readonly Message[] => [
  ...(state.messages.get(channel)?.values() ?? []),
];

/** A message, also a deleted one. */
export const anyMessage = (state: State, channel: string, ts: string): Message | undefined =>
  state.messages.get(channel)?.get(ts);

/** A message that was not deleted. */
export const findMessage = (state: State, channel: string, ts: string): Message | undefined => {
  const found = anyMessage(state, channel, ts);
  return found?.deleted === true ? undefined : found;
};

/** The replies in a thread that are still there, oldest first, without its first message. */
export const repliesOf = (state: State, channel: string, ts: string): readonly Message[] =>
  (state.threads.get(`${channel}:${ts}`) ?? []).filter((message) => !message.deleted);

/** Every message of every channel. */
export const everyMessage = (state: State): readonly Message[] =>
  [...state.messages.values()].flatMap((messages) => [...messages.values()]);
