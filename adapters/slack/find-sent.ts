import { z } from 'zod';
import type { CallResult, SlackApi } from './api.ts';
import { metadataType } from './encode.ts';
import { unknownOutcome } from './errors.ts';
import type { Target } from './post.ts';

/** A message that we posted, as Slack remembers it. */
export interface OwnMessage {
  readonly ts: string;
  readonly text: string;
  readonly files: readonly { readonly id: string; readonly name: string }[];
  /** The outbox row in its metadata, and which part of it this is (`1`, `2.1`) when it was split. */
  readonly outbox?: string;
  readonly part?: string;
  /** Set on the last part: everything before it was posted, in order. */
  readonly last?: boolean;
}

const page = z.object({
  messages: z.array(
    z
      .object({
        ts: z.string(),
        user: z.string().optional(),
        bot_id: z.string().optional(),
        text: z.string().catch(''),
        files: z.array(z.object({ id: z.string().catch(''), name: z.string().nullish().catch('') })).catch([]),
        metadata: z
          .object({
            event_type: z.string(),
            event_payload: z.object({
              outbox: z.string(),
              piece: z.string().optional().catch(undefined),
              last: z.boolean().optional().catch(undefined),
            }),
          })
          .optional()
          .catch(undefined),
      })
      .nullable()
      .catch(null),
  ),
  response_metadata: z
    .object({ next_cursor: z.string().catch('') })
    .optional()
    .catch(undefined),
});

const pageSize = 200;
const mostPages = 5;
/** Longer than the outbox may be told to keep trying: ten days. */
const lookBackMs = 11 * 86_400_000;

/** Lists what we posted where a message goes. */
export type FindOwn = (target: Target, signal: AbortSignal) => Promise<CallResult<readonly OwnMessage[]>>;

/**
 * Our own messages of the last days in a thread, or at the top of a channel, newest first; a bounded number of pages. Slack
 * serves replies oldest first and history newest first.
 */
export const createFindOwn =
  ({ api, now }: { readonly api: SlackApi; readonly now: () => Date }): FindOwn =>
  async ({ workspace, channel, thread }, signal) => {
    const method = thread === undefined ? 'conversations.history' : 'conversations.replies';
    const oldest = ((now().getTime() - lookBackMs) / 1_000).toFixed(6);
    const found: OwnMessage[] = [];
    let cursor = '';
    for (let count = 0; count < mostPages; count += 1) {
      const args = {
        channel,
        ts: thread,
        oldest,
        inclusive: true,
        limit: pageSize,
        include_all_metadata: true,
        cursor: cursor === '' ? undefined : cursor,
      };
      const result = await api.call(workspace, method, args, signal);
      if (!result.ok) return result;
      const parsed = page.safeParse(result.data);
      if (!parsed.success) return unknownOutcome({ method, workspace: workspace.name }, 'the answer lists no messages');
      for (const message of parsed.data.messages) {
        if (message === null) continue;
        const ours =
          workspace.botUserId === undefined ? message.bot_id !== undefined : message.user === workspace.botUserId;
        if (!ours) continue;
        const mark = message.metadata?.event_type === metadataType ? message.metadata.event_payload : undefined;
        found.push({
          ts: message.ts,
          text: message.text,
          files: message.files.map(({ id, name }) => ({ id, name: name ?? '' })),
          ...(mark === undefined ? {} : { outbox: mark.outbox }),
          ...(mark?.piece === undefined ? {} : { part: mark.piece }),
          ...(mark?.last === undefined ? {} : { last: mark.last }),
        });
      }
      cursor = parsed.data.response_metadata?.next_cursor ?? '';
      if (cursor === '') break;
    }
    return { ok: true, data: found.sort((a, b) => Number(b.ts) - Number(a.ts)) };
  };

/**
 * What an earlier try posted of a message, newest first, also when it opened a thread of its own: its other parts are in there
 * then.
 */
export const findParts = async (
  findOwn: FindOwn,
  target: Target,
  outbox: string,
  signal: AbortSignal,
): Promise<CallResult<readonly OwnMessage[]>> => {
  const mine = async (where: Target) => {
    const own = await findOwn(where, signal);
    return own.ok ? { ...own, data: own.data.filter((message) => message.outbox === outbox) } : own;
  };
  const there = await mine(target);
  const root = there.ok ? there.data.at(-1) : undefined;
  if (!there.ok || target.thread !== undefined || root?.part === undefined || root.last === true) return there;
  return mine({ ...target, thread: root.ts });
};

/** All of a message is there: it was posted whole, or its last part was. */
export const isComplete = (parts: readonly OwnMessage[]): boolean =>
  parts.some(({ part, last }) => part === undefined || last === true);
