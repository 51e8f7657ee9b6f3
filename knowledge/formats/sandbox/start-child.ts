import { type ChildProcess, fork } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Reading, unreadable } from '../../document.ts';
import type { Task } from './sandbox.ts';

export interface ChildLimits {
  /** After so long a document is given up, and the process with it. */
  readonly deadlineMs: number;
  /** Real memory of the process, buffers included, in bytes. */
  readonly mostBytes: number;
  /** What the process runs; for tests. */
  readonly entry: URL;
}

export interface ReaderChild {
  /** One at a time. */
  read(task: Task): Promise<Reading>;
  /** Whether it can be given another document. */
  isUsable(): boolean;
  stop(): Promise<void>;
}

/** Long, because a busy machine starts a process slowly, and that says nothing about the document. */
const startMs = 60_000;
const root = new URL('../../../', import.meta.url);

/** All that the process may read of this machine's files: its own code. */
const readablePaths = ['knowledge/', 'src/core/', 'node_modules/', 'package.json'].map((path) => {
  const absolute = fileURLToPath(new URL(path, root));
  try {
    return realpathSync(absolute);
  } catch {
    return absolute;
  }
});

/**
 * Starts a process that reads documents. It has no environment, hence no secrets; Node's permission model keeps files and
 * other programs from it. It never keeps this process alive, and does not survive it.
 */
export const startChild = ({ deadlineMs, mostBytes, entry }: ChildLimits): ReaderChild => {
  const child = fork(entry, [String(mostBytes)], {
    env: {},
    execArgv: [
      `--max-old-space-size=${Math.ceil((mostBytes * 0.75) / 1_000_000)}`,
      '--permission',
      '--allow-worker',
      ...readablePaths.map((path) => `--allow-fs-read=${path}`),
    ],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  child.unref();
  child.channel?.unref();
  let answered: (message: unknown) => void = () => undefined;
  child.on('message', (message) => answered(message));
  let timedOut = false;
  let over = false;
  const ended = reasonOfEnd(child, () => timedOut, { deadlineMs, mostBytes }).finally(() => {
    over = true;
  });

  /** The next message, or why there is none. */
  const next = async (withinMs: number): Promise<unknown> => {
    const timer = setTimeout(() => {
      timedOut = true;
      child.kill('SIGKILL');
    }, withinMs);
    const message = new Promise<unknown>((resolve) => {
      answered = resolve;
    });
    // Somebody waits: until there is an answer or an end, this process does not just run out of things to do.
    child.ref();
    return Promise.race([message, ended]).finally(() => {
      clearTimeout(timer);
      child.unref();
    });
  };
  const ready = next(startMs);

  return {
    async read(task) {
      const started = await ready;
      if (started !== 'ready') return unreadable(String(started));
      const answer = next(deadlineMs);
      // A process that just ended is told apart by `ended`, not by the failure to write to it.
      child.send(task, () => undefined);
      const reading = await answer;
      return isReading(reading) ? reading : unreadable(String(reading));
    },
    isUsable: () => !over && !timedOut,
    async stop() {
      child.ref();
      child.kill('SIGKILL');
      await ended;
    },
  };
};

const isReading = (value: unknown): value is Reading => typeof value === 'object' && value !== null && 'ok' in value;

const simpler = 'split it, or save it again in a simpler form';

const reasonOfEnd = (
  child: ChildProcess,
  isTimedOut: () => boolean,
  { deadlineMs, mostBytes }: Pick<ChildLimits, 'deadlineMs' | 'mostBytes'>,
): Promise<string> =>
  new Promise((resolve) => {
    child.once('error', (error) => resolve(`the process that reads documents could not be started: ${error.message}`));
    child.once('exit', (code, signal) => {
      if (isTimedOut()) return resolve(`takes longer than ${deadlineMs / 1_000} s to read; ${simpler}`);
      // Killed by its watchdog or by the system; aborted by V8, which has its own share of that memory.
      const isMemory = signal === 'SIGKILL' || signal === 'SIGABRT' || code === 134;
      const need = `takes more than ${mostBytes / 1_000_000} MB of memory to read`;
      return resolve(`${isMemory ? need : 'makes its reader fail'}; ${simpler}`);
    });
  });
