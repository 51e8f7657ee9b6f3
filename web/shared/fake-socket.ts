/** A WebSocket for tests: opened, fed and closed by hand. */
export class FakeSocket {
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  closedByPage = false;
  readonly url: string;

  constructor(url: string) {
    this.url = url;
  }

  close(): void {
    this.closedByPage = true;
  }

  accept(): void {
    this.onopen?.();
  }

  say(data: unknown): void {
    this.onmessage?.({ data: typeof data === 'string' ? data : JSON.stringify(data) });
  }

  drop(code = 1006): void {
    this.onclose?.({ code });
  }
}

/** Opens fake sockets and remembers them, oldest first. */
export const fakeSockets = () => {
  const opened: FakeSocket[] = [];
  return {
    opened,
    newest: (): FakeSocket => opened.at(-1) ?? new FakeSocket('none was opened'),
    open: (url: string): WebSocket => {
      const socket = new FakeSocket(url);
      opened.push(socket);
      // Only the handlers and close() are used.
      return socket as unknown as WebSocket;
    },
  };
};
