import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import { AppError } from '#core/errors.ts';
import type { Closing } from './closing.ts';
import type { HttpDeps, WebSession } from './ports.ts';
import { confirmAttachments } from './uploads.ts';
import type { MessageWire, postedMessage, postMessage } from './wire.ts';

type Input = z.output<typeof postMessage>;
type Posted = z.input<typeof postedMessage>;

/** The most replies one answer carries; more can be read from the history. */
const maxReplies = 100;

/** The cursor from which a message itself comes first: ids are ascending whole numbers. */
const justBefore = (messageId: string): string =>
  /^[1-9]\d*$/.test(messageId) ? String(BigInt(messageId) - 1n) : messageId;

/**
 * Takes a customer's message in and waits up to `waitMs` for what comes of it. A repeat with the same `id` (a phone that
 * lost the answer) finds the same message and its replies. A pressed button may make no message; its replies are then
 * whatever is newer than the newest message before it.
 */
export const createPostMessage = (
  { chat, intake, blobs }: Pick<HttpDeps, 'chat' | 'intake' | 'blobs'>,
  closing: Closing,
) => {
  const newest = async (session: WebSession): Promise<string | undefined> => {
    if (session.conversationId === undefined) return undefined;
    return (await chat.history(session.conversationId, { limit: 1 })).items.at(-1)?.id;
  };

  return async (session: WebSession, input: Input, waitMs: number): Promise<Posted> => {
    const id = input.id ?? randomUUID();
    const attachments = await confirmAttachments(input.attachments, blobs, (ref) => chat.ownsAttachment(session, ref));
    const known = input.action === undefined ? undefined : await newest(session);

    const accepted = await intake.chat(session, {
      id,
      text: input.text,
      attachments,
      ...(input.action === undefined ? {} : { action: input.action }),
    });
    const conversationId = accepted.conversationId ?? session.conversationId;
    if (conversationId === undefined) {
      throw new AppError('conflict', 'This id was already used for something else. Send the message with a new id.');
    }
    const settled = waitMs > 0 && (await closing.orElse(intake.settled(conversationId, accepted.seq, waitMs), false));

    const { messageId } = accepted;
    const after = messageId === undefined ? known : justBefore(messageId);
    const [page, conversation] = await Promise.all([
      chat.history(conversationId, { ...(after === undefined ? {} : { after }), limit: maxReplies }),
      chat.state(conversationId),
    ]);
    const own = page.items.find((message) => message.id === messageId);
    const message: MessageWire = own ?? {
      id: messageId ?? id,
      author: { role: 'customer' },
      markdown: input.text,
      attachments: [...attachments],
      citations: [],
      kind: 'message',
      actions: [],
      at: new Date().toISOString(),
      visibility: 'customer',
    };
    const replies = page.items.filter(({ author }) => author.role !== 'customer');
    return { message, replies, conversation, settled };
  };
};
