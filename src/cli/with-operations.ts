import { composeFoundation } from '#src/compose-foundation.ts';
import type { Operations } from '#src/operations.ts';
import { connectControl } from './control.ts';
import { loadSettings } from './settings.ts';

/** Runs `use` with the operations of the running server when it holds the embedded database, else with our own. */
export const withOperations = async <T>(use: (operations: Operations) => Promise<T>): Promise<T> => {
  const { config, log } = loadSettings({ defaults: { LOG_LEVEL: 'warn' } });
  if (config.database.url === undefined) {
    const remote = await connectControl(config.server.home);
    if (remote !== undefined) return use(remote);
  }
  await using stack = new AsyncDisposableStack();
  const { operations, ready } = await composeFoundation(config, log, stack);
  await ready();
  return await use(operations);
};
