import type { Fanout, Log } from '#core/channel.ts';
import { createListeners } from './listeners.ts';

export { createNotifyFanout } from './notify-fanout.ts';
export { createRedisFanout } from './redis-fanout.ts';

/** A fan-out that reaches other processes; disposing stops listening there. */
export type SharedFanout = Fanout & AsyncDisposable;

/** Live events within one process: every listener hears at once, in the order of publishing. */
export const createLocalFanout = (log: Pick<Log, 'warn'> = warnProcess): Fanout => {
  const listeners = createListeners<unknown>(log);
  return { publish: listeners.deliver, subscribe: listeners.add };
};

const warnProcess: Pick<Log, 'warn'> = {
  warn: (fields, message) => process.emitWarning(`${message}: ${JSON.stringify(fields)}`),
};
