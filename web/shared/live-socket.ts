import { backoff } from './backoff.ts';

/** `connecting`: the first try, or again after a loss. `failed` counts tries in a row that never opened. */
export type LinkState =
  | { readonly link: 'open' }
  | { readonly link: 'connecting'; readonly failed: number; readonly wasOpen: boolean };

export interface LiveSocketOptions {
  readonly url: () => string;
  readonly onData: (data: string) => void;
  readonly onState: (state: LinkState) => void;
  /** The server said no for good (see `refusals`); nothing is tried again. */
  readonly onRefused?: (code: number) => void;
  readonly open?: (url: string) => WebSocket;
  readonly random?: () => number;
}

export interface LiveSocket {
  /** Connect now: the network is back, or the person asks for it. Also replaces a connection that looks open. */
  retryNow(): void;
  stop(): void;
}

/** Close codes by which the server refuses a session: unauthorized, foreign, unknown. */
export const refusals: readonly number[] = [4401, 4403, 4404];

/** A connection that lived this long was a good one: the next loss starts with short waits again. */
const steadyMs = 5_000;

/**
 * A WebSocket that comes back: after any loss it connects again with growing, jittered waits until it is stopped or
 * refused. Events are only ever delivered from the newest connection. What was missed in between is for the caller to
 * read elsewhere.
 */
export const openLiveSocket = (options: LiveSocketOptions): LiveSocket => {
  const open = options.open ?? ((url: string) => new WebSocket(url));
  let current: WebSocket | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let attempt = 0;
  let failed = 0;
  let wasOpen = false;
  let stopped = false;

  const connect = (): void => {
    clearTimeout(timer);
    const socket = open(options.url());
    current = socket;
    let openedAt: number | undefined;
    options.onState({ link: 'connecting', failed, wasOpen });
    socket.onopen = () => {
      if (socket !== current) return;
      openedAt = Date.now();
      failed = 0;
      wasOpen = true;
      options.onState({ link: 'open' });
    };
    socket.onmessage = (event: MessageEvent) => {
      if (socket === current && typeof event.data === 'string') options.onData(event.data);
    };
    socket.onclose = (event: CloseEvent) => {
      if (socket !== current || stopped) return;
      current = undefined;
      if (refusals.includes(event.code)) {
        stopped = true;
        options.onRefused?.(event.code);
        return;
      }
      if (openedAt === undefined) failed += 1;
      else if (Date.now() - openedAt >= steadyMs) attempt = 0;
      timer = setTimeout(connect, backoff(attempt, options.random));
      attempt += 1;
      options.onState({ link: 'connecting', failed, wasOpen });
    };
  };

  const drop = (): void => {
    clearTimeout(timer);
    const socket = current;
    current = undefined;
    socket?.close(1000);
  };

  connect();
  return {
    retryNow() {
      if (stopped) return;
      drop();
      attempt = 0;
      connect();
    },
    stop() {
      stopped = true;
      drop();
    },
  };
};

/** The address of a path on our own server, for a WebSocket. */
export const socketUrl = (path: string): string => {
  const url = new URL(path, location.href);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  return url.href;
};
