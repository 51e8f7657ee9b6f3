import { z } from 'zod';
import type { Address } from '#core/message.ts';
import { messageId, type SlackApi, type Workspaces } from './api.ts';
import { metadataType } from './encode.ts';
import { stateOf } from './reach.ts';

const replies = z.object({
  has_more: z.boolean().optional().catch(undefined),
  messages: z.array(
    z
      .object({
        ts: z.string(),
        user: z.string().optional(),
        bot_id: z.string().optional(),
        files: z.array(z.unknown()).optional(),
        metadata: z.object({ event_type: z.string() }).optional().catch(undefined),
      })
      .nullable()
      .catch(null),
  ),
});

/**
 * A partial message of ours that hangs in a thread: the newest message there is ours, and says nothing of an outbox row, as every
 * finished one does. Asked when a turn is taken over whose stream nobody had stored. Best effort.
 */
export const createUnfinished =
  ({ api, workspaces }: { readonly api: SlackApi; readonly workspaces: Pick<Workspaces, 'find'> }) =>
  async (address: Address, signal: AbortSignal): Promise<string | undefined> => {
    const { space: channel, thread } = address;
    const { team, enterprise } = stateOf(address);
    if (team === '' || thread === '') return undefined;
    const found = await workspaces.find(team, enterprise);
    if (!found.ok || found.workspace.botUserId === undefined) return undefined;
    const args = { channel, ts: thread, limit: 200, include_all_metadata: true };
    const result = await api.call(found.workspace, 'conversations.replies', args, signal);
    const page = result.ok ? replies.safeParse(result.data).data : undefined;
    // Replies come oldest first: of a longer thread the newest is not among them.
    const last = page?.has_more === true ? undefined : page?.messages.at(-1);
    const isOurs = last?.user === found.workspace.botUserId && last.bot_id !== undefined;
    if (!last || !isOurs || last.files !== undefined || last.metadata?.event_type === metadataType) return undefined;
    return messageId(channel, last.ts);
  };
