import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { isRecord } from './args.ts';
import type { Payload } from './events.ts';

/** Why Slack ends a connection; `cut` just closes the TCP connection, without a word. */
export type DisconnectReason = 'warning' | 'refresh_requested' | 'link_disabled' | 'cut';

export interface Sockets {
  /** How many connections are open and greeted. */
  readonly count: number;
  /** Whether there ever was one: then the app is in Socket Mode, and comes back. */
  readonly used: boolean;
  /** A fresh address for one connection. */
  open(): string;
  /** Takes an HTTP upgrade over; `false` when it has no valid ticket. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Sends one envelope over the next connection. Gives the acknowledgement's payload, or why there was none. */
  send(
    envelope: Payload,
    timeoutMs: number,
  ): Promise<{ readonly acked: true; readonly payload: unknown } | { readonly acked: false; readonly why: string }>;
  /** Ends all connections, each with the message that Slack sends first. */
  disconnect(reason: DisconnectReason): void;
  close(): void;
}

/** The server side of Socket Mode. Connections take turns; `changed` is called when one comes or goes. */
export const createSockets = (url: string, appId: string, changed: () => void): Sockets => {
  const server = new WebSocketServer({ noServer: true });
  const tickets = new Set<string>();
  const open: WebSocket[] = [];
  let used = false;
  const waiting = new Map<
    string,
    { readonly over: WebSocket; done(payload: unknown): void; lost(why: string): void }
  >();

  const received = (data: unknown): void => {
    let message: unknown;
    try {
      message = JSON.parse(String(data));
    } catch {
      return;
    }
    if (isRecord(message) && typeof message.envelope_id === 'string')
      waiting.get(message.envelope_id)?.done(message.payload);
  };

  const greet = (socket: WebSocket): void => {
    open.push(socket);
    used = true;
    socket.on('message', received);
    socket.on('error', () => socket.terminate());
    socket.on('close', () => {
      const at = open.indexOf(socket);
      if (at >= 0) open.splice(at, 1);
      for (const one of [...waiting.values()]) if (one.over === socket) one.lost('connection_failed');
      changed();
    });
    socket.send(
      JSON.stringify({
        type: 'hello',
        num_connections: open.length,
        connection_info: { app_id: appId },
        debug_info: { host: 'applink-fake', build_number: 1, approximate_connection_time: 18_060 },
      }),
    );
    changed();
  };

  return {
    get count() {
      return open.length;
    },
    get used() {
      return used;
    },
    open: () => {
      const ticket = randomUUID();
      tickets.add(ticket);
      return `${url.replace(/^http/, 'ws')}/link/?ticket=${ticket}&app_id=${appId}`;
    },
    upgrade: (request, socket, head) => {
      const ticket = new URL(request.url ?? '', url).searchParams.get('ticket') ?? '';
      if (!tickets.delete(ticket)) return void socket.end('HTTP/1.1 403 Forbidden\r\nconnection: close\r\n\r\n');
      server.handleUpgrade(request, socket, head, greet);
    },
    send: (envelope, timeoutMs) => {
      const over = open.shift();
      if (over === undefined) return Promise.resolve({ acked: false, why: 'connection_failed' });
      open.push(over);
      const id = randomUUID();
      return new Promise((resolve) => {
        const end = (result: { acked: true; payload: unknown } | { acked: false; why: string }) => {
          clearTimeout(timer);
          waiting.delete(id);
          resolve(result);
        };
        const timer = setTimeout(() => end({ acked: false, why: 'timeout' }), timeoutMs);
        waiting.set(id, {
          over,
          done: (payload) => end({ acked: true, payload }),
          lost: (why) => end({ acked: false, why }),
        });
        over.send(JSON.stringify({ ...envelope, envelope_id: id }));
      });
    },
    disconnect: (reason) => {
      for (const socket of [...open]) {
        // From the moment that the goodbye is sent, new envelopes go elsewhere.
        open.splice(open.indexOf(socket), 1);
        if (reason === 'cut') socket.terminate();
        else socket.send(JSON.stringify({ type: 'disconnect', reason, debug_info: { host: 'applink-fake' } }));
      }
      changed();
    },
    close: () => {
      for (const socket of server.clients) socket.terminate();
      server.close();
    },
  };
};
