import type { WebSocket } from 'ws';

/**
 * Close codes of our sockets. 4xxx follow the HTTP status they stand for, because a browser cannot read the status of a
 * refused handshake: 4401 no, wrong or expired credentials · 4403 the token belongs to another session · 4404 no such
 * session · 4408 no sign of life · 4429 too many sockets or messages. Standard ones: 1001 the server is going away ·
 * 1009 a message from the client was too big · 1011 our own trouble · 1013 the client reads too slowly. After 1001,
 * 1011, 1013, 4408 and a lost connection: connect again, with growing pauses.
 */
export const closeCodes = {
  goingAway: 1001,
  trouble: 1011,
  tooSlow: 1013,
  unauthorized: 4401,
  forbidden: 4403,
  unknown: 4404,
  idle: 4408,
  tooMany: 4429,
} as const;

/** Above this many unsent bytes, only what must arrive is still queued. */
const busyBytes = 64 * 1024;
/** Above this many the connection is given up; the client reads the rest when it is back. */
const stuckBytes = 4 * 1024 * 1024;
/** Clients have nothing to say over a socket; a little chatter is forgiven, per beat. */
const maxChatter = 60;
/** How long a closing handshake may take, in milliseconds. */
const closePatience = 1_000;

/** A socket with its manners: alive while it answers pings, never a reason to run out of memory. */
export interface LiveSocket {
  /** Sends `event` as JSON. With `droppable`, only if the client keeps up. */
  send(event: object, options?: { readonly droppable?: boolean }): void;
  close(code: number, reason: string): void;
  /** Called once, whoever ends it. */
  onClose(listener: () => void): void;
  /** Called on every beat while the client is alive. */
  onBeat(listener: () => void): void;
}

export interface SocketHub {
  adopt(socket: WebSocket): LiveSocket;
  /** Says goodbye to every socket (1001) and resolves when they are gone. */
  closeAll(): Promise<void>;
}

interface Member {
  readonly socket: WebSocket;
  readonly beats: (() => void)[];
  missed: number;
  chatter: number;
}

/** Keeps all sockets of this process on one heartbeat. `beatMs` is the time between pings. */
export const createSocketHub = ({ beatMs }: { readonly beatMs: number }): SocketHub => {
  const members = new Set<Member>();
  let timer: NodeJS.Timeout | undefined;

  const close = (socket: WebSocket, code: number, reason: string): void => {
    if (socket.readyState !== socket.OPEN) return;
    socket.close(code, reason);
    // A peer that is gone never finishes the closing handshake.
    const cut = setTimeout(() => socket.terminate(), closePatience);
    cut.unref();
    socket.once('close', () => clearTimeout(cut));
  };

  const beat = (): void => {
    for (const member of members) {
      const { socket } = member;
      if (socket.readyState !== socket.OPEN) continue;
      member.chatter = 0;
      if (member.missed >= 2) {
        close(socket, closeCodes.idle, 'no sign of life');
        continue;
      }
      member.missed += 1;
      socket.ping();
      for (const listener of member.beats) listener();
    }
  };

  return {
    adopt(socket) {
      const member: Member = { socket, beats: [], missed: 0, chatter: 0 };
      members.add(member);
      timer ??= setInterval(beat, beatMs).unref();
      socket.on('pong', () => {
        member.missed = 0;
      });
      socket.on('message', () => {
        member.chatter += 1;
        if (member.chatter > maxChatter) close(socket, closeCodes.tooMany, 'too many messages');
      });
      socket.once('close', () => {
        members.delete(member);
        if (members.size > 0) return;
        clearInterval(timer);
        timer = undefined;
      });
      return {
        send(event, options) {
          if (socket.readyState !== socket.OPEN) return;
          if (socket.bufferedAmount > stuckBytes) {
            close(socket, closeCodes.tooSlow, 'reads too slowly');
            return;
          }
          if (options?.droppable === true && socket.bufferedAmount > busyBytes) return;
          socket.send(JSON.stringify(event));
        },
        close: (code, reason) => close(socket, code, reason),
        onClose: (listener) => void socket.once('close', listener),
        onBeat: (listener) => void member.beats.push(listener),
      };
    },

    async closeAll() {
      const gone = [...members].map(
        ({ socket }) =>
          new Promise<void>((resolve) => {
            if (socket.readyState === socket.CLOSED) resolve();
            else socket.once('close', () => resolve());
          }),
      );
      for (const { socket } of members) close(socket, closeCodes.goingAway, 'the server is restarting');
      // Also those whose goodbye was already on its way.
      const cut = setTimeout(() => {
        for (const { socket } of members) socket.terminate();
      }, closePatience);
      await Promise.all(gone);
      clearTimeout(cut);
    },
  };
};
