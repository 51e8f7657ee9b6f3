import { workerData } from 'node:worker_threads';

/**
 * Ends the process when it holds more memory than `workerData.mostBytes`, or when its parent is gone. A thread of its own,
 * because a parser that runs away gives the main thread no turn; and a signal, because buffers lie outside of every limit
 * that V8 knows.
 */
const { mostBytes } = workerData as { readonly mostBytes: number };
const parent = process.ppid;

setInterval(() => {
  if (process.memoryUsage.rss() > mostBytes || process.ppid !== parent) process.kill(process.pid, 'SIGKILL');
}, 50);
