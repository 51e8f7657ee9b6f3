import { type Reading, unreadable } from '../../document.ts';
import type { Format, Hints } from '../format.ts';
import { type ChildLimits, type ReaderChild, startChild } from './start-child.ts';

/** One document to read. */
export interface Task {
  readonly format: Format;
  readonly bytes: Uint8Array;
  readonly charset: string | undefined;
  readonly hints: Hints | undefined;
}

export interface Sandbox extends AsyncDisposable {
  /** Reads one document in another process; whatever becomes of that process, the answer is a value. */
  read(task: Task): Promise<Reading>;
}

export interface SandboxOptions extends Partial<ChildLimits> {
  /** How many processes at most, started as they are needed. */
  readonly children?: number;
  /** After so many documents a process is replaced, for what its parsers leave behind. */
  readonly documentsPerChild?: number;
  /** A process without work for so long is ended; the next document starts another. */
  readonly idleMs?: number;
}

interface Job {
  readonly task: Task;
  readonly settle: (reading: Reading) => void;
}

/** A place for one process, which comes and goes. */
interface Lane {
  isBusy: boolean;
  child?: ReaderChild | undefined;
  documents: number;
  idle?: NodeJS.Timeout | undefined;
}

/** Processes that read documents within limits of time and memory. They never keep this process alive. */
export const createSandbox = ({
  children = 2,
  documentsPerChild = 200,
  idleMs = 30_000,
  deadlineMs = 20_000,
  mostBytes = 1_000_000_000,
  entry = new URL('./child.ts', import.meta.url),
}: SandboxOptions = {}): Sandbox => {
  const queue: Job[] = [];
  const lanes: Lane[] = Array.from({ length: children }, () => ({ isBusy: false, documents: 0 }));
  let closed = false;

  const release = async (lane: Lane): Promise<void> => {
    const { child } = lane;
    clearTimeout(lane.idle);
    lane.child = undefined;
    lane.documents = 0;
    await child?.stop();
  };

  const work = async (lane: Lane): Promise<void> => {
    lane.isBusy = true;
    clearTimeout(lane.idle);
    for (let job = queue.shift(); job; job = queue.shift()) {
      const child = lane.child ?? startChild({ deadlineMs, mostBytes, entry });
      lane.child = child;
      lane.documents += 1;
      const reading = await child.read(job.task);
      job.settle(closed ? stopped : reading);
      if (!child.isUsable() || lane.documents >= documentsPerChild) await release(lane);
    }
    lane.isBusy = false;
    if (lane.child) lane.idle = setTimeout(() => void release(lane), idleMs).unref();
  };

  return {
    read: (task) =>
      new Promise((settle) => {
        if (closed) return settle(stopped);
        queue.push({ task, settle });
        // One that has its process already is quicker.
        const lane = lanes.find(({ isBusy, child }) => !isBusy && child) ?? lanes.find(({ isBusy }) => !isBusy);
        if (lane) void work(lane);
      }),
    async [Symbol.asyncDispose]() {
      closed = true;
      for (const { settle } of queue.splice(0)) settle(stopped);
      await Promise.all(lanes.map(release));
    },
  };
};

const stopped = unreadable('was not read, because reading was stopped; it is tried again next time');
