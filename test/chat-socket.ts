import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { ChatSocketEvent } from '#src/http/wire.ts';

/** A page of the web chat that is open: every event it was told, in order, since it connected. */
export interface ChatSocket extends Disposable {
  readonly events: readonly ChatSocketEvent[];
}

/** Opens the live socket of a session; resolves with the server's first words (`ready`). */
export const openChatSocket = async (
  url: string,
  session: { readonly id: string; readonly token: string },
): Promise<ChatSocket> => {
  const query = new URLSearchParams({ session_id: session.id, token: session.token });
  const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/ws?${query}`);
  const events: ChatSocketEvent[] = [];
  socket.on('message', (data) => events.push(JSON.parse(String(data)) as ChatSocketEvent));
  // A server that is killed on purpose cuts its sockets; what was heard until then is what counts.
  socket.on('error', () => undefined);
  await once(socket, 'message');
  return { events, [Symbol.dispose]: () => socket.terminate() };
};

/** The messages among `events` that somebody else than the customer wrote. */
export const repliesIn = (events: readonly ChatSocketEvent[]) =>
  events.flatMap((event) =>
    event.type === 'message' && event.message.author.role !== 'customer' ? [event.message] : [],
  );

/** Texts of an answer that was being written, in order. */
export const partialsIn = (events: readonly ChatSocketEvent[]): readonly string[] =>
  events.flatMap((event) => (event.type === 'partial' ? [event.text] : []));
