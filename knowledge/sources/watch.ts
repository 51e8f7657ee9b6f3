import { basename } from 'node:path';
import { errorMessage } from '#core/errors.ts';

export interface WatchOptions {
  /** A folder counts as changed when nothing more happened in it for so long, in milliseconds. Default: 1,000. */
  readonly settleMs?: number;
  /** What the system says when it cannot watch (any more), such as that there are too many watches. */
  readonly onFailure?: (path: string, reason: string) => void;
}

/** A folder that keeps changing is reported all the same after this many times its settling time. */
const longestWait = 20;

/**
 * Calls `onChange` with a watched path (as it was given) after something in it changed and came to rest. A path may not
 * exist yet, or go and come back; names that start with a dot, and `node_modules`, do not count. Resolves when the watch
 * has begun. While one call is at work, no second one is made for the same path; a change in the meantime is reported after it.
 */
export const watchFolders = async (
  paths: readonly string[],
  onChange: (path: string) => void | Promise<void>,
  { settleMs = 1_000, onFailure = () => {} }: WatchOptions = {},
): Promise<AsyncDisposable> => {
  // Most commands watch nothing, and all of them would pay for it.
  const { watch } = await import('chokidar');
  const watchers = await Promise.all(
    paths.map(async (path) => {
      const calm = settle(settleMs, async () => {
        try {
          await onChange(path);
        } catch (error) {
          onFailure(path, errorMessage(error));
        }
      });
      const watcher = watch(path, {
        ignoreInitial: true,
        followSymlinks: false,
        ignored: (name) => name !== path && (basename(name).startsWith('.') || basename(name) === 'node_modules'),
      });
      watcher.on('all', calm.stir);
      watcher.on('error', (error) => onFailure(path, errorMessage(error)));
      await new Promise<void>((resolve) => watcher.once('ready', resolve));
      return { watcher, calm };
    }),
  );
  return {
    async [Symbol.asyncDispose]() {
      for (const { calm } of watchers) calm.stop();
      await Promise.all(watchers.map(({ watcher }) => watcher.close()));
    },
  };
};

/** Runs `work` when `stir` was not called for `ms`, never twice at a time. */
const settle = (ms: number, work: () => Promise<void>) => {
  let timer: NodeJS.Timeout | undefined;
  let since: number | undefined;
  let isWorking = false;
  let isStopped = false;
  const run = async () => {
    timer = undefined;
    since = undefined;
    isWorking = true;
    await work();
    isWorking = false;
    if (since !== undefined) stir();
  };
  const stir = () => {
    if (isStopped) return;
    since ??= performance.now();
    if (isWorking) return;
    clearTimeout(timer);
    const left = since + longestWait * ms - performance.now();
    timer = setTimeout(() => void run(), Math.max(0, Math.min(ms, left)));
  };
  const stop = () => {
    isStopped = true;
    clearTimeout(timer);
  };
  return { stir, stop };
};
