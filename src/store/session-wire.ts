import { z } from 'zod';
import type { ConversationId, MessageId } from '#core/message.ts';
import type { Session } from '#core/session.ts';

const attachment = z.object({ name: z.string(), mime: z.string(), bytes: z.number(), ref: z.string() });

const citation = z.object({
  n: z.number(),
  documentId: z.string(),
  title: z.string(),
  url: z.string().exactOptional(),
  text: z.string(),
});

const date = z.iso.datetime().transform((text) => new Date(text));

const memory = z.object({
  kind: z.string(),
  text: z.string(),
  importance: z.number(),
  expiresAt: date.exactOptional(),
});

const message = z.object({
  id: z.custom<MessageId>((value) => typeof value === 'string'),
  conversationId: z.custom<ConversationId>((value) => typeof value === 'string'),
  author: z.object({
    role: z.enum(['customer', 'bot', 'human']),
    externalId: z.string(),
    name: z.string().exactOptional(),
  }),
  visibility: z.enum(['customer', 'internal']),
  content: z.object({ markdown: z.string(), attachments: z.array(attachment) }),
  meta: z.object({
    kind: z.enum(['answer', 'ask-back', 'escalate', 'notice']).exactOptional(),
    citations: z.array(citation).exactOptional(),
    confidence: z.number().exactOptional(),
    actions: z.array(z.object({ id: z.string(), label: z.string() })).exactOptional(),
    noReply: z.string().exactOptional(),
    relays: z.string().exactOptional(),
    asks: z.literal('satisfaction').exactOptional(),
    corrects: z.custom<MessageId>((value) => typeof value === 'string').exactOptional(),
    // Cards and receipts are the desk's: no customer's window holds them.
    card: z.never().exactOptional(),
    receipt: z.never().exactOptional(),
  }),
  at: date,
});

/**
 * A session as JSON in Redis. Whatever does not fit this shape was written by another version of the program or by somebody
 * else: it is a miss, and the next save replaces it.
 */
const sessionWire = z.object({
  version: z.int().nonnegative(),
  window: z.array(message),
  summary: z.string().exactOptional(),
  memories: z.array(memory),
  personId: z.string().exactOptional(),
  language: z.string().exactOptional(),
  escalated: z.boolean(),
  turnsLeft: z.number(),
});

export const encodeSession = (session: Session): string => JSON.stringify(session);

/** The session, or `undefined` when the text is not one. */
export const decodeSession = (text: string): Session | undefined => {
  try {
    return sessionWire.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
};

/** Every field of the core's type has to be named above: one that is missing there would be lost in Redis. */
type Named<T> = { readonly [K in keyof Required<T>]: unknown };
sessionWire.shape satisfies Named<Session>;
memory.shape satisfies Named<Session['memories'][number]>;
message.shape satisfies Named<Session['window'][number]>;
message.shape.meta.shape satisfies Named<Session['window'][number]['meta']>;
