import { z } from 'zod';
import type { InboundEvent } from '#core/message.ts';
import { placeOf, type SlackApi, type Workspaces } from './api.ts';
import { readMrkdwn } from './mrkdwn.ts';
import { workspaceFor } from './reach.ts';

const replies = z.object({
  messages: z.array(
    z
      .object({
        ts: z.string(),
        text: z.string().catch(''),
        bot_id: z.string().optional(),
        subtype: z.string().optional(),
      })
      .nullable()
      .catch(null),
  ),
});

/** Enough to find the question that a mention is about; the rest of a long thread is not for us. */
const mostMessages = 6;
const mostChars = 2_000;

/**
 * What people wrote in a thread before we were asked into it: the question is often there, and the mention says only "can you
 * help?". Nothing for a message that starts its thread. Best effort: a failure of Slack leaves it out.
 */
export const createEarlier =
  ({ api, workspaces }: { readonly api: SlackApi; readonly workspaces: Pick<Workspaces, 'find' | 'ofChannel'> }) =>
  async (
    { address, externalId }: Pick<InboundEvent, 'address' | 'externalId'>,
    signal: AbortSignal,
  ): Promise<string | undefined> => {
    if (externalId === undefined) return undefined;
    const { channel, ts } = placeOf(externalId);
    if (ts === address.thread || channel !== address.space) return undefined;
    const found = await workspaceFor(workspaces, address, signal);
    if (!found.ok) return undefined;
    const args = { channel, ts: address.thread, latest: ts, inclusive: false, limit: 50 };
    const result = await api.call(found.workspace, 'conversations.replies', args, signal);
    const parsed = result.ok ? replies.safeParse(result.data) : undefined;
    if (!parsed?.success) return undefined;
    const us = new Set(found.workspace.botUserId === undefined ? [] : [found.workspace.botUserId]);
    const said = parsed.data.messages
      .flatMap((message) =>
        message === null || message.bot_id !== undefined || Number(message.ts) >= Number(ts)
          ? []
          : [readMrkdwn(message.text, us).markdown.trim()],
      )
      .filter((text) => text !== '');
    // The first message is what the thread is about; of the rest the newest count.
    const [root, ...rest] = said;
    const text = [root, ...rest.slice(1 - mostMessages)].filter((line) => line !== undefined).join('\n');
    return text === '' ? undefined : text.slice(0, mostChars);
  };
