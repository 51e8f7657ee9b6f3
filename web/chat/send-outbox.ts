import type { Failure, Result } from '../shared/request.ts';
import type { PostedMessage, StoredSession } from './chat-api.ts';
import { afterFailure, nextToSend, type Outbox, type OutboxEntry, replaceEntry } from './outbox.ts';

export interface SendOutboxOptions {
  readonly outbox: () => Outbox;
  readonly change: (outbox: Outbox) => void;
  readonly session: () => Promise<Result<StoredSession>>;
  readonly post: (session: StoredSession, entry: OutboxEntry) => Promise<Result<PostedMessage>>;
  readonly onSent: (entry: OutboxEntry, posted: PostedMessage) => void;
  /** The session is not valid any more. True: a new one can be had, so the entry is tried again with it. */
  readonly onRefused: (session: StoredSession, failure: Failure) => boolean;
  readonly now: () => number;
  readonly random: () => number;
}

export interface SendOutbox {
  /** Look whether there is something to do. Call after every change of the outbox from outside. */
  wake(): void;
  stop(): void;
}

const mostRefusals = 2;

/** Sends what is in the outbox, one at a time and in order, until it is empty or what remains has failed for good. */
export const sendOutbox = (options: SendOutboxOptions): SendOutbox => {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let stopped = false;

  const settle = (entry: OutboxEntry, next: (current: OutboxEntry) => OutboxEntry) => {
    const current = options.outbox().find(({ id }) => id === entry.id);
    if (current !== undefined) options.change(replaceEntry(options.outbox(), next(current)));
  };

  const sendOne = async (entry: OutboxEntry): Promise<void> => {
    settle(entry, (current) => ({ ...current, state: 'sending' }));
    const session = await options.session();
    const posted = session.ok ? await options.post(session.value, entry) : session;
    if (stopped) return;
    if (posted.ok) return options.onSent(entry, posted.value);
    // Once is an expired session; again with a new one is a fault that more sessions would not mend.
    const refused = session.ok && entry.attempts < mostRefusals && [401, 403, 404].includes(posted.failure.status);
    if (refused && options.onRefused(session.value, posted.failure)) {
      return settle(entry, (current) => ({
        ...current,
        state: 'queued',
        attempts: current.attempts + 1,
        notBefore: 0,
      }));
    }
    settle(entry, (current) => afterFailure(current, posted.failure, options.now(), options.random));
  };

  const wake = (): void => {
    clearTimeout(timer);
    if (stopped) return;
    const next = nextToSend(options.outbox(), options.now());
    if (next === undefined) return;
    if ('waitMs' in next) timer = setTimeout(wake, next.waitMs);
    else void sendOne(next.send).finally(wake);
  };

  return {
    wake,
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
};
