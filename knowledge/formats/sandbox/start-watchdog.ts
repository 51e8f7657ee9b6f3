import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

/** Bounds the memory of this process from now on: see `watchdog.ts`. It does not keep the process alive. */
export const startWatchdog = async (mostBytes: number): Promise<void> => {
  const watchdog = new Worker(new URL('./watchdog.ts', import.meta.url), { workerData: { mostBytes } });
  watchdog.unref();
  await once(watchdog, 'online');
};
