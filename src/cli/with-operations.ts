import { setTimeout as pause } from 'node:timers/promises';
import { AppError } from '#core/errors.ts';
import { composeFoundation } from '#src/compose-foundation.ts';
import type { Operations } from '#src/operations.ts';
import { connectControl } from './control.ts';
import { loadSettings } from './settings.ts';

/** How long a command waits for another one that holds the embedded database, in milliseconds. */
const patienceMs = 10_000;

/**
 * Runs `use` with the operations of the running server when it holds the embedded database, else with our own. An empty
 * knowledge base gets the sample articles first, unless the command is about to fill it.
 */
export const withOperations = async <T>(
  use: (operations: Operations) => Promise<T>,
  { needsKnowledge = true }: { readonly needsKnowledge?: boolean } = {},
): Promise<T> => {
  const { config, log } = loadSettings({ defaults: { LOG_LEVEL: 'warn' } });
  const deadline = performance.now() + patienceMs;
  for (;;) {
    if (config.database.url === undefined) {
      const remote = await connectControl(config.server.home);
      if (remote !== undefined) return use(remote);
    }
    await using stack = new AsyncDisposableStack();
    const foundation = await composeFoundation(config, log, stack).catch((error: unknown) => {
      // Another command has the folder: it will be done soon, or turn out to be a server that is still starting.
      const isHeld = error instanceof AppError && error.code === 'conflict';
      if (!isHeld || performance.now() > deadline) throw error;
      return undefined;
    });
    if (foundation !== undefined) {
      if (needsKnowledge) await foundation.ready();
      return await use(foundation.operations);
    }
    await pause(250);
  }
};
