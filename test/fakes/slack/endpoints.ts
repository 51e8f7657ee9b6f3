import { tokenOf } from './access.ts';
import { type Args, flag, structure, text } from './args.ts';
import { checkBlocks } from './check-blocks.ts';
import { addMessage, findMessage, withBlockIds } from './messages.ts';
import { takeUpload } from './methods/files.ts';
import { Refusal } from './refusal.ts';
import type { State } from './state.ts';
import type { Block } from './types.ts';

/** What the addresses beside the Web API answer. */
export interface Page {
  readonly status: number;
  readonly type: string;
  readonly body: string | Buffer;
}

const plain = (status: number, body: string): Page => ({ status, type: 'text/plain', body });

/** The address that files.getUploadURLExternal gave: takes the bytes as they are, or as the one file of a form. */
export const uploadPage = (state: State, id: string, body: Buffer, args: Args): Page => {
  const file = state.files.get(id);
  if (file === undefined || file.ready) return plain(404, 'not found');
  const inForm = Object.values(args).find((value) => Buffer.isBuffer(value));
  const bytes = Buffer.isBuffer(inForm) ? inForm : body;
  return takeUpload(file, bytes) ? plain(200, `OK - ${bytes.length}`) : plain(400, 'the announced length differs');
};

/** What a browser without a session sees; apps that forgot their token get it too, with status 200. */
const loginPage: Page = {
  status: 200,
  type: 'text/html; charset=utf-8',
  body: '<!DOCTYPE html><html lang="en"><head><title>Sign in | Slack</title></head><body><h1>Sign in to your workspace</h1></body></html>',
};

/** `url_private` and `url_private_download` of a file, for bearers of a token that may read files. */
export const downloadPage = (state: State, id: string, authorization: string | undefined): Page => {
  try {
    const token = tokenOf(state, authorization?.replace(/^Bearer /, ''));
    if (!token.scopes.includes('files:read')) return loginPage;
  } catch (thrown) {
    if (thrown instanceof Refusal) return loginPage;
    throw thrown;
  }
  const file = state.files.get(id);
  if (file === undefined || !file.ready) return { status: 404, type: 'text/html', body: '<h1>File not found</h1>' };
  return { status: 200, type: file.mimetype, body: file.bytes };
};

/** A `response_url`: good for five answers, each of which replaces or deletes the message or says something. */
export const responsePage = (state: State, id: string, args: Args): Page => {
  const where = state.responseUrls.get(id);
  if (where === undefined) return plain(404, 'expired_url');
  where.uses += 1;
  if (where.uses > 5) return plain(404, 'used_url');
  const blocks: Block[] = [];
  try {
    const given = structure(args, 'blocks');
    if (given !== undefined) blocks.push(...withBlockIds(state, checkBlocks(given, state.limits)));
  } catch (thrown) {
    if (thrown instanceof Refusal) return plain(400, thrown.error);
    throw thrown;
  }
  const said = text(args, 'text') ?? '';
  const message = where.ts === undefined ? undefined : findMessage(state, where.channel, where.ts);
  if (flag(args, 'delete_original')) {
    if (message !== undefined) message.deleted = true;
  } else if (flag(args, 'replace_original') && message !== undefined) {
    message.text = said;
    message.blocks = blocks;
    message.edits += 1;
  } else {
    say(state, where, {
      text: said,
      blocks,
      thread: text(args, 'thread_ts'),
      inChannel: args.response_type === 'in_channel',
    });
  }
  state.changed();
  return plain(200, 'ok');
};

const say = (
  state: State,
  where: { readonly channel: string; readonly user: string },
  what: {
    readonly text: string;
    readonly blocks: Block[];
    readonly thread: string | undefined;
    readonly inChannel: boolean;
  },
): void => {
  const { channel, user } = where;
  const content = {
    text: what.text,
    blocks: what.blocks,
    ...(what.thread !== undefined && { thread_ts: what.thread }),
  };
  const bot = state.workspaces.tokens.find((token) => token.kind === 'bot');
  if (!what.inChannel || bot === undefined)
    return void state.ephemerals.push({ channel, user, ...content, at: Date.now() });
  addMessage(state, { ...content, channel, user: bot.user, team: bot.team ?? '', bot_id: bot.bot });
};
