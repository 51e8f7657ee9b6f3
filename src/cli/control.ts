/**
 * The embedded database belongs to one process. While the server runs, other commands ask it over a local socket in
 * FRONTDESK_HOME: one JSON line in, progress and one result back as JSON lines.
 */
import { createHash } from 'node:crypto';
import { chmod, rm } from 'node:fs/promises';
import { createServer, connect as openSocket, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { AppError, type ErrorCode, errorMessage } from '#core/errors.ts';
import type { Operations } from '#src/operations.ts';

type Name = keyof Operations;
type Line =
  | { readonly progress: unknown }
  | { readonly result: unknown }
  | { readonly error: { readonly code: ErrorCode; readonly message: string } };

export const controlPath = (home: string): string => {
  const path = join(home, 'control.sock');
  if (Buffer.byteLength(path) < 100) return path;
  // Sockets have short names (104 bytes on macOS, 108 on Linux): a deep home gets one elsewhere, named after it.
  return join(tmpdir(), `frontdesk-${createHash('sha256').update(path).digest('hex').slice(0, 24)}.sock`);
};

/** Serves the operations of this process to other commands of the same user. */
export const serveControl = async (home: string, operations: Operations): Promise<AsyncDisposable> => {
  const path = controlPath(home);
  await rm(path, { force: true });
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    const say = (line: Line): void => void (socket.writable && socket.write(`${JSON.stringify(line)}\n`));
    createInterface({ input: socket }).once('line', (text) => {
      void answer(operations, text, say).then(() => socket.end());
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });
  await chmod(path, 0o600);
  return {
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
};

const answer = async (operations: Operations, text: string, say: (line: Line) => void): Promise<void> => {
  try {
    const { name, input } = JSON.parse(text) as { readonly name: Name; readonly input: unknown };
    if (!Object.hasOwn(operations, name))
      throw new AppError('bad-request', `The running server does not know "${name}": restart it with this version.`);
    const operation = operations[name] as (input: unknown, onProgress: (progress: unknown) => void) => Promise<unknown>;
    say({ result: await operation(input, (progress) => say({ progress })) });
  } catch (error) {
    say({
      error:
        error instanceof AppError
          ? { code: error.code, message: error.userMessage }
          : { code: 'internal', message: errorMessage(error) },
    });
  }
};

const stopped = 'The server stopped before it had answered. Start it again, or run the command without it.';

/** The operations of the server that runs in this home, or undefined when none does. */
export const connectControl = async (home: string): Promise<Operations | undefined> => {
  const path = controlPath(home);
  if (!(await isListening(path))) return undefined;
  const call = async (name: Name, input: unknown, onProgress?: (progress: never) => void): Promise<never> => {
    const socket = openSocket(path);
    const lines = createInterface({ input: socket });
    socket.write(`${JSON.stringify({ name, input })}\n`);
    try {
      for await (const text of lines) {
        const line = JSON.parse(text) as Line;
        if ('error' in line) throw new AppError(line.error.code, line.error.message);
        if ('result' in line) return line.result as never;
        onProgress?.(line.progress as never);
      }
    } catch (error) {
      if (error instanceof AppError) throw error;
      throw new AppError('unavailable', stopped, { cause: error });
    } finally {
      socket.destroy();
    }
    throw new AppError('unavailable', stopped);
  };
  return {
    ingest: (input, onProgress) => call('ingest', input, onProgress),
    sync: (input, onProgress) => call('sync', input, onProgress),
    search: (input) => call('search', input),
    ask: (input) => call('ask', input),
    evaluate: (input, onProgress) => call('evaluate', input, onProgress),
    gaps: (input) => call('gaps', input),
    preview: (input) => call('preview', input),
    recall: (input) => call('recall', input),
  };
};

const isListening = (path: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = openSocket(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
