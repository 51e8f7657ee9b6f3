import type { Log } from '#core/channel.ts';
import { errorMessage } from '#core/errors.ts';
import type { Address } from '#core/message.ts';
import type { CallResult } from './api.ts';

/** One call of the Web API in the workspace of an address; nothing when there is none. */
export type CallAt = (
  address: Address,
  method: string,
  args: Readonly<Record<string, unknown>>,
  signal?: AbortSignal,
) => Promise<CallResult<unknown> | undefined>;

export interface StatusLine {
  /** Shows what we are at (`is looking that up…`) in a thread; empty takes it away. Best effort, in the background. */
  show(address: Address, status: string): void;
  /** The answer is there: Slack takes the status away itself, but one that is still on its way would stay. */
  over(address: Address): void;
}

const mostPlaces = 2_000;
/** A channel that refused is not tried again for so long. */
const refusedMs = 600_000;
/** Slack takes a status away with the next message, and after two minutes: the same one may have to be set again. */
const repeatMs = 5_000;

/** Adds as the newest; the oldest go when there are too many. */
const put = <V>(map: Map<string, V>, key: string, value: V): void => {
  map.delete(key);
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > mostPlaces && oldest !== undefined) map.delete(oldest);
};

/** Status lines by assistant.threads.setStatus, not too often, and not where Slack does not take them. */
export const createStatusLine = ({
  call,
  log,
  now,
  intervalMs,
}: {
  readonly call: CallAt;
  readonly log: Log;
  readonly now: () => Date;
  /** Time between two status lines of a thread, in milliseconds. */
  readonly intervalMs: number;
}): StatusLine => {
  const shown = new Map<
    string,
    { readonly status: string; readonly at: number; readonly done: Promise<void>; pending: boolean }
  >();
  const refused = new Map<string, number>();

  const set = async (address: Address, status: string): Promise<void> => {
    const { space: channel, thread } = address;
    const args = { channel_id: channel, thread_ts: thread, status };
    const result = await call(address, 'assistant.threads.setStatus', args);
    if (result === undefined || result.ok || !result.permanent) return;
    put(refused, channel, now().getTime() + refusedMs);
    log.info({ channel, code: result.code }, `no status line there for a while: ${result.message}`);
  };

  return {
    show(address, status) {
      const { space: channel, thread } = address;
      const at = now().getTime();
      if (thread === '' || (refused.get(channel) ?? 0) > at) return;
      const key = `${channel}:${thread}`;
      const last = shown.get(key);
      const age = at - (last?.at ?? 0);
      if (last !== undefined && age < (last.status === status ? repeatMs : status === '' ? 0 : intervalMs)) return;
      // One after the other, so that the newest is what stays.
      const done = (last?.done ?? Promise.resolve())
        .then(() => set(address, status))
        .catch((thrown: unknown) => log.info({ error: errorMessage(thrown) }, 'a status line could not be shown'));
      const entry = { status, at, done, pending: true };
      put(shown, key, entry);
      void done.then(() => {
        entry.pending = false;
      });
    },
    over(address) {
      const last = shown.get(`${address.space}:${address.thread}`);
      if (last?.pending === true && last.status !== '') this.show(address, '');
    },
  };
};
