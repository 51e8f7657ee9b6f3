import { z } from 'zod';
import type { GoAhead, Log } from '#core/channel.ts';
import { heldBack } from '#core/message.ts';
import type { CallResult, SlackApi, Workspace } from './api.ts';
import type { EncodedMessage } from './encode.ts';
import { isUneditable, unknownOutcome } from './errors.ts';
import type { Pace } from './pace.ts';

/** Where one message goes. */
export interface Target {
  readonly workspace: Workspace;
  readonly channel: string;
  /** The thread's first message; nothing starts a thread of its own. */
  readonly thread?: string;
  /** The timestamp of a message of ours whose place it takes. */
  readonly replacing?: string;
  /** Asked when its turn has come. */
  readonly goAhead?: GoAhead;
}

/** What a message shows. `blocks` may be empty: then `text` is all there is. */
export type Body = Pick<EncodedMessage, 'text' | 'blocks'> & {
  readonly metadata: { readonly event_type: string; readonly event_payload: Readonly<Record<string, unknown>> };
};

/** Puts one message where it belongs and says under which timestamp. */
export type Post = (target: Target, body: Body, signal: AbortSignal) => Promise<CallResult<{ readonly ts: string }>>;

const posted = z.object({ ts: z.string().min(1) });

/** How a channel that Slack limits is held, whichever call it said so to. */
const holding = (pace: Pace, channel: string, result: CallResult<unknown>): void => {
  if (!result.ok && result.retryAfterMs !== undefined) pace.hold(channel, result.retryAfterMs);
};

const tsOf = (
  method: string,
  workspace: Workspace,
  result: CallResult<unknown>,
): CallResult<{ readonly ts: string }> => {
  if (!result.ok) return result;
  const parsed = posted.safeParse(result.data);
  if (parsed.success) return { ok: true, data: parsed.data };
  return unknownOutcome({ method, workspace: workspace.name }, 'the answer names no message');
};

/**
 * Posts, or changes a message in place. A message that cannot be changed any more is taken away as far as possible and posted
 * anew, so that what it says now is there, once. Nothing in it is read as markup for names or links.
 */
export const createPost = ({
  api,
  pace,
  log,
}: {
  readonly api: SlackApi;
  readonly pace: Pace;
  readonly log: Log;
}): Post => {
  const update = async ({ workspace, channel }: Target, ts: string, body: Body, signal: AbortSignal) => {
    const { text, blocks, metadata } = body;
    // Without `blocks` the old ones would stay.
    const args = { channel, ts, text, blocks, metadata, link_names: false, parse: 'none' };
    const result = await api.call(workspace, 'chat.update', args, signal);
    holding(pace, channel, result);
    return tsOf('chat.update', workspace, result);
  };

  const post = async ({ workspace, channel, thread, goAhead }: Target, body: Body, signal: AbortSignal) => {
    const held = await pace.turn(channel, signal);
    if (held !== undefined) return held;
    if ((await goAhead?.()) === false) return heldBack;
    const { text, blocks, metadata } = body;
    const args = {
      channel,
      thread_ts: thread,
      text,
      blocks: blocks.length === 0 ? undefined : blocks,
      metadata,
      unfurl_links: false,
      unfurl_media: false,
      link_names: false,
      parse: 'none',
    };
    const result = await api.call(workspace, 'chat.postMessage', args, signal);
    holding(pace, channel, result);
    return tsOf('chat.postMessage', workspace, result);
  };

  return async (target, body, signal) => {
    const { replacing, workspace, channel } = target;
    if (replacing === undefined) return post(target, body, signal);
    const updated = await update(target, replacing, body, signal);
    if (updated.ok || !isUneditable(updated)) return updated;
    log.info({ channel, code: updated.code }, 'a message could not be changed in place and is posted anew');
    if (updated.code !== 'message_not_found') {
      const deleted = await api.call(workspace, 'chat.delete', { channel, ts: replacing }, signal);
      if (!deleted.ok) log.warn({ channel, code: deleted.code }, 'the message that is replaced could not be deleted');
    }
    return post(target, body, signal);
  };
};
