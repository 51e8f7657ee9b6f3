import type { ConversationId } from '#core/message.ts';
import { chatTopic, type HttpDeps } from './ports.ts';
import { type ChatSocketEvent, chatSocketEvent } from './wire.ts';

/** The newest messages that a socket is told about when it joins a conversation that has just begun. */
const catchUp = 50;

/** What a customer may see of a live event: never a note of the support team, nothing of how it was delivered. */
const forCustomer = (event: unknown): ChatSocketEvent | undefined => {
  const parsed = chatSocketEvent.safeParse(event);
  if (!parsed.success) return undefined;
  if (parsed.data.type !== 'message') return parsed.data;
  const { delivery: _, ...message } = parsed.data.message;
  return message.visibility === 'internal' ? undefined : { type: 'message', message };
};

/**
 * Passes on what happens in a conversation from this moment, without a gap: it subscribes first, then reads the state
 * (and, `fromStart`, the messages so far), and only then lets the live events through. `unreadable` hears of an event
 * that has no meaning here. Returns how to stop; rejects when the rows cannot be read.
 */
export const followConversation = async (
  { chat, fanout }: Pick<HttpDeps, 'chat' | 'fanout'>,
  conversationId: ConversationId,
  options: { readonly fromStart: boolean },
  send: (event: ChatSocketEvent) => void,
): Promise<() => void> => {
  const held: ChatSocketEvent[] = [];
  let pass = (event: ChatSocketEvent): void => void held.push(event);
  const stop = fanout.subscribe(chatTopic(conversationId), (raw) => {
    const event = forCustomer(raw);
    if (event !== undefined) pass(event);
  });
  try {
    const [conversation, past] = await Promise.all([
      chat.state(conversationId),
      options.fromStart ? chat.history(conversationId, { limit: catchUp }) : undefined,
    ]);
    send({ type: options.fromStart ? 'conversation' : 'ready', conversation });
    const sent = new Set<string>();
    for (const message of past?.items ?? []) {
      sent.add(message.id);
      send({ type: 'message', message });
    }
    for (const event of held) if (event.type !== 'message' || !sent.has(event.message.id)) send(event);
    pass = send;
    return stop;
  } catch (error) {
    stop();
    throw error;
  }
};
