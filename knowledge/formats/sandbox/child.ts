import { readContent } from '../read-content.ts';
import type { Task } from './sandbox.ts';
import { startWatchdog } from './start-watchdog.ts';

/**
 * Entry of the process that reads documents which may be hostile, one at a time, for the process that started it, and ends
 * with it. It needs neither network nor secrets, and is given none.
 */
for (const name of ['fetch', 'WebSocket', 'EventSource']) Reflect.deleteProperty(globalThis, name);
process.on('disconnect', () => process.exit());
process.on('message', async ({ format, bytes, charset, hints }: Task) => {
  process.send?.(await readContent(format, bytes, charset, hints));
});
await startWatchdog(Number(process.argv[2]));
process.send?.('ready');
