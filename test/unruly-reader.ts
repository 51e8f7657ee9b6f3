import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { startWatchdog } from '#knowledge/formats/sandbox/start-watchdog.ts';

/** Stands in for the process that reads documents: does whatever a document's text tells it to. */
process.on('disconnect', () => process.exit());
process.on('message', ({ bytes }: { readonly bytes: Uint8Array }) => {
  const order = Buffer.from(bytes).toString();
  if (order === 'loop') for (;;);
  if (order === 'exit') process.exit(3);
  if (order === 'throw') throw new Error('thrown');
  const hoard: Buffer[] = [];
  while (order === 'hoard') hoard.push(Buffer.alloc(5_000_000, 1));
  process.send?.({
    ok: true,
    document: { text: order === 'powers' ? powers() : order === 'pid' ? String(process.pid) : order },
  });
});
/** What it could get hold of besides the document. */
const powers = (): string => {
  const attempts = [() => readFileSync('/etc/hosts'), () => spawnSync(process.execPath, ['--version'])];
  const codes = attempts.map((attempt) => {
    try {
      attempt();
      return 'allowed';
    } catch (error) {
      return error instanceof Error && 'code' in error ? error.code : 'failed';
    }
  });
  return JSON.stringify([process.env, ...codes]);
};

await startWatchdog(Number(process.argv[2]));
process.send?.('ready');
