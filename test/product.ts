import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from './servers/free-port.ts';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));

/** A Frontdesk in a process of its own, as a user runs it. */
export interface Product extends AsyncDisposable {
  readonly url: string;
  readonly home: string;
  readonly pid: number;
  /** Everything written to stderr so far. */
  log(): string;
  /** kill -9; resolves once the process is gone. */
  kill(): Promise<void>;
  /** SIGTERM; resolves with the exit code. */
  stop(): Promise<number | null>;
}

/** Starts `serve` and waits until it is ready. `home` may be reused for a restart; a new temporary one is removed at the end. */
export const startProduct = async (
  options: {
    readonly env?: Readonly<Record<string, string>>;
    readonly role?: string;
    readonly home?: string;
    readonly port?: number;
  } = {},
): Promise<Product> => {
  const home = options.home ?? (await mkdtemp(join(tmpdir(), 'frontdesk-')));
  const port = options.port ?? (await freePort());
  const child: ChildProcess = spawn(
    process.execPath,
    [main, 'serve', ...(options.role === undefined ? [] : ['--role', options.role])],
    {
      env: { PATH: process.env.PATH, FRONTDESK_HOME: home, PORT: String(port), LOG_LEVEL: 'info', ...options.env },
      cwd: home,
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  let text = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  const gone = new Promise<number | null>((resolve) => child.once('exit', resolve));
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`Not ready after 60 s:\n${text}`)), 60_000);
    child.stderr?.on('data', () => {
      if (!text.includes('"message":"ready"')) return;
      clearTimeout(timer);
      resolve();
    });
    void gone.then((code) => {
      clearTimeout(timer);
      reject(new Error(`Ended with ${code} before it was ready:\n${text}`));
    });
  });
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    child.kill(signal);
    return gone;
  };
  return {
    url: `http://127.0.0.1:${port}`,
    home,
    pid: child.pid ?? 0,
    log: () => text,
    kill: async () => void (await end('SIGKILL')),
    stop: () => end('SIGTERM'),
    [Symbol.asyncDispose]: async () => {
      await end('SIGKILL');
      if (options.home === undefined) await rm(home, { recursive: true, force: true });
    },
  };
};

export interface ChatMessage {
  readonly id: string;
  readonly author: { readonly role: string; readonly name?: string };
  readonly markdown: string;
  readonly kind: string;
  readonly citations: readonly { readonly n: number; readonly title: string; readonly url?: string }[];
}

/** A customer of the web chat. */
export const openChat = async (url: string) => {
  const created = await fetch(`${url}/api/sessions`, { method: 'POST' });
  if (created.status !== 201) throw new Error(`No session: ${created.status} ${await created.text()}`);
  const { id, token } = (await created.json()) as { id: string; token: string };
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  return {
    id,
    token,
    say: async (
      text: string,
      options: { readonly wait?: number; readonly id?: string; readonly action?: string; readonly at?: string } = {},
    ) => {
      const response = await fetch(`${options.at ?? url}/api/chat/sessions/${id}/messages?wait=${options.wait ?? 30}`, {
        method: 'POST',
        headers,
        body: JSON.stringify({
          text,
          ...(options.id === undefined ? {} : { id: options.id }),
          ...(options.action === undefined ? {} : { action: options.action }),
        }),
      });
      return {
        status: response.status,
        body: (await response.json()) as {
          message: ChatMessage;
          replies: ChatMessage[];
          settled: boolean;
          conversation: { status: string; owner?: string };
        },
      };
    },
    history: async (): Promise<readonly ChatMessage[]> => {
      const response = await fetch(`${url}/api/chat/sessions/${id}/messages?limit=100`, { headers });
      return ((await response.json()) as { items: ChatMessage[] }).items;
    },
  };
};

/** Asks until `ready` is true; fails with `what` after `ms`. */
export const until = async (what: string, ready: () => Promise<boolean> | boolean, ms = 60_000): Promise<void> => {
  const deadline = Date.now() + ms;
  while (!(await ready())) {
    if (Date.now() > deadline) throw new Error(`Not within ${ms} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
};
