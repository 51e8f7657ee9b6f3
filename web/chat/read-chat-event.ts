import type { ChatSocketEvent } from '#src/http/wire.ts';

const types: readonly string[] = [
  'ready',
  'status',
  'partial',
  'message',
  'conversation',
] satisfies ChatSocketEvent['type'][];

/** One event from the socket. A kind that this page does not know (a newer server) is left out. */
export const readChatEvent = (data: string): ChatSocketEvent | undefined => {
  try {
    const event = JSON.parse(data) as { type?: unknown } | null;
    return typeof event?.type === 'string' && types.includes(event.type) ? (event as ChatSocketEvent) : undefined;
  } catch {
    return undefined;
  }
};
