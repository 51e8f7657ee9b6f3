import { extname } from 'node:path';
import { findChannel, writableChannel } from '../access.ts';
import { isRecord, needed, structure, text } from '../args.ts';
import { checkBlocks } from '../check-blocks.ts';
import { fileJson } from '../message-json.ts';
import { addMessage } from '../messages.ts';
import { Refusal } from '../refusal.ts';
import type { State } from '../state.ts';
import type { StoredFile } from '../types.ts';
import { authorship, threadOf } from './chat.ts';
import { type Call, method } from './method.ts';

const types: Readonly<Record<string, string>> = {
  '.csv': 'text/csv',
  '.html': 'text/html',
  '.jpg': 'image/jpeg',
  '.json': 'application/json',
  '.log': 'text/plain',
  '.md': 'text/markdown',
  '.pdf': 'application/pdf',
  '.png': 'image/png',
  '.txt': 'text/plain',
  '.zip': 'application/zip',
};

/** What Slack makes of a file's name. */
export const mimeOf = (name: string): string => types[extname(name).toLowerCase()] ?? 'application/octet-stream';

/** Makes room for a file; its bytes come later. */
export const addFile = (
  state: State,
  file: Pick<StoredFile, 'name' | 'user' | 'team'> & Partial<StoredFile>,
): StoredFile => {
  const stored: StoredFile = {
    id: state.nextId('F'),
    title: file.name,
    mimetype: mimeOf(file.name),
    created: Math.floor(state.now() / 1_000),
    bytes: Buffer.alloc(0),
    ready: false,
    shares: [],
    ...file,
  };
  state.files.set(stored.id, stored);
  return stored;
};

/** Sizes that were announced, by file: a shorter or longer upload is refused. */
const announced = new WeakMap<StoredFile, number>();

/** Takes the bytes of an upload. `false` when they are not as many as announced. */
export const takeUpload = (file: StoredFile, bytes: Buffer): boolean => {
  if (bytes.length !== announced.get(file)) return false;
  file.bytes = bytes;
  return true;
};

const getUploadUrl = method(['files:write'], ({ state, caller, args }) => {
  const name = needed(args, 'filename');
  const length = Number(needed(args, 'length'));
  if (!Number.isInteger(length) || length <= 0) throw new Refusal('invalid_arguments');
  const file = addFile(state, { name, user: caller.user.id, team: caller.team.id });
  announced.set(file, length);
  return { upload_url: `${state.url}/upload/v1/${file.id}`, file_id: file.id };
});

/** The uploaded files that a call names. Refuses `invalid_arguments`, `file_not_found`. */
const uploadsOf = ({ state, args }: Call): readonly StoredFile[] => {
  const given = structure(args, 'files');
  if (!Array.isArray(given) || given.length === 0) throw new Refusal('invalid_arguments');
  return given.map((one: unknown) => {
    const file = isRecord(one) && typeof one.id === 'string' ? state.files.get(one.id) : undefined;
    if (file === undefined || file.bytes.length === 0 || file.ready) throw new Refusal('file_not_found');
    if (isRecord(one) && typeof one.title === 'string') file.title = one.title;
    return file;
  });
};

const complete = method(['files:write'], (call) => {
  const { state, caller, args, announce } = call;
  const files = uploadsOf(call);
  const where = text(args, 'channel_id') ?? text(args, 'channels');
  const comment = text(args, 'initial_comment');
  const given = comment === undefined ? structure(args, 'blocks') : undefined;
  const blocks = given === undefined ? [] : checkBlocks(given, state.limits);
  // Slack really answers so to a markdown block here, which chat.postMessage takes.
  if (blocks.some(({ type }) => type === 'markdown')) throw new Refusal('internal_error');
  if (where !== undefined) {
    const channel = writableChannel(state, caller, where);
    const thread = threadOf(call, channel);
    const message = addMessage(state, {
      ...authorship(call),
      subtype: 'file_share',
      channel: channel.id,
      text: comment ?? '',
      blocks,
      files,
      ...(thread !== undefined && { thread_ts: thread }),
    });
    announce('posted', message);
  }
  for (const file of files) file.ready = true;
  // Where it was shared is known only a moment later, from files.info.
  return { files: files.map((file) => fileJson(state, file)) };
});

const info = method(['files:read'], ({ state, caller, args }) => {
  const file = state.files.get(needed(args, 'file', 'file_not_found'));
  if (file === undefined || !file.ready) throw new Refusal('file_not_found');
  const shares = file.shares.filter(({ channel }) => findChannel(state, channel)?.members.includes(caller.user.id));
  if (file.team !== caller.team.id && shares.length === 0) throw new Refusal('file_not_found');
  const byChannel = Object.groupBy(shares, ({ channel }) => channel);
  return {
    file: { ...fileJson(state, file), channels: Object.keys(byChannel), shares: { public: byChannel } },
    comments: [],
    response_metadata: { next_cursor: '' },
  };
});

/** Uploads in three steps, and what is known of a file. */
export const fileMethods = {
  'files.getUploadURLExternal': getUploadUrl,
  'files.completeUploadExternal': complete,
  'files.info': info,
};
