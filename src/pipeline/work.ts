import type { Log } from '#core/channel.ts';
import { errorMessage } from '#core/errors.ts';
import type { Claim, DeliveryClaim, Ledger } from '#core/ledger.ts';
import type { ConversationId } from '#core/message.ts';
import type { Deliver } from './deliver.ts';
import type { Tracer } from './ports.ts';
import { createSignal, type Signal } from './signal.ts';
import type { TurnResult } from './take-turn.ts';

export interface WorkSettings {
  /** Turns at once in this process; they mostly wait for a model. */
  readonly concurrency: number;
  /** How often to look for due work that no signal announced, in milliseconds. */
  readonly pollMs: number;
  /** How often leases are renewed, in milliseconds; at most a third of the lease. */
  readonly heartbeatMs: number;
  /** How often to look how much is due; once a second when it is not said. */
  readonly depthMs?: number;
  /** A batch that failed this often is handed to a person. */
  readonly maxAttempts: number;
}

export interface Worker {
  /** Wake the reading lane. */
  readonly reading: Signal;
  start(): void;
  /** Only looks how much is due, for a process that takes messages in and leaves the work to others. */
  watch(): void;
  /** Takes nothing new, waits up to `deadlineMs` for running work, then gives the rest back. */
  stop(deadlineMs: number): Promise<void>;
  /** Due conversations as of the last poll. */
  depth(): number;
  /** Conversations being read or delivered right now. */
  busy(): number;
}

interface WorkDeps {
  readonly ledger: Ledger;
  readonly takeTurn: (claim: Claim, signal: AbortSignal) => Promise<TurnResult>;
  /** The last resort for a batch that keeps failing. */
  readonly giveUp: (claim: Claim, signal: AbortSignal) => Promise<TurnResult>;
  readonly deliver: Deliver;
  readonly log: Log;
  readonly tracer: Tracer;
  readonly onDepth: (depth: { readonly reading: number; readonly delivering: number }) => void;
}

/** Runs both lanes: claims what is due, keeps leases alive while working, and aborts work whose lease or version is lost. */
export const createWorker = (deps: WorkDeps, settings: WorkSettings, reading: Signal = createSignal()): Worker => {
  const { ledger, log } = deps;
  const delivering = createSignal();
  /** A turn came to its end, whether or not its answer is still being sent. */
  const freed = createSignal();
  /** Nobody raises it: for pauses that must not use up a wake-up of the lanes. */
  const quiet = createSignal();
  const stopping = new AbortController();
  const turns = new Map<ConversationId, { readonly version: number; readonly abort: AbortController }>();
  const deliveries = new Map<ConversationId, { readonly abort: AbortController; renewedAt: number }>();
  const running = new Set<Promise<void>>();
  /** Sends wait for platforms, not for us, so there may be more of them; a hanging platform still cannot pile them up for ever. */
  const sendLimit = settings.concurrency * 4;
  let depth = 0;

  const track = (work: Promise<void>): void => {
    running.add(work);
    void work.finally(() => running.delete(work));
  };

  const send = async (claim: DeliveryClaim): Promise<void> => {
    const abort = new AbortController();
    const held = { abort, renewedAt: performance.now() };
    deliveries.set(claim.conversationId, held);
    try {
      await deps.deliver(claim, abort.signal);
    } catch (error) {
      // The lease runs out and the row is looked up again: nothing is lost.
      log.error({ conversationId: claim.conversationId, error: errorMessage(error) }, 'could not record a delivery');
    } finally {
      // Meanwhile the next delivery of this conversation may have begun.
      if (deliveries.get(claim.conversationId) === held) deliveries.delete(claim.conversationId);
    }
  };

  const read = async (claim: Claim): Promise<void> => {
    const { id, version } = claim.conversation;
    const abort = new AbortController();
    const held = { version, abort };
    const letGo = (): void => {
      // After the commit the next turn of this conversation may have begun, while we still deliver.
      if (turns.get(id) === held) turns.delete(id);
      freed.raise();
    };
    turns.set(id, held);
    try {
      const take = claim.attempts >= settings.maxAttempts ? deps.giveUp : deps.takeTurn;
      const trace = claim.pending.at(-1)?.trace;
      const result = await deps.tracer.continueFrom(trace, () =>
        deps.tracer.span('turn', { conversationId: id, attempt: claim.attempts }, () => take(claim, abort.signal)),
      );
      if (result.kind === 'committed') {
        letGo();
        await Promise.all(result.deliveries.map(send));
        return;
      }
      await ledger.releaseReading(id, { pauseMs: 0, failed: false });
      reading.raise();
    } catch (error) {
      const pauseMs = Math.min(60_000, 500 * 2 ** claim.attempts);
      log.error(
        {
          conversationId: id,
          attempt: claim.attempts,
          error: errorMessage(error),
          stack: error instanceof Error ? error.stack : undefined,
        },
        'a turn failed, it will be tried again',
      );
      await ledger.releaseReading(id, { pauseMs, failed: true }).catch(() => undefined);
      reading.raise(pauseMs);
    } finally {
      letGo();
    }
  };

  const readingLane = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      // Turns alone count: a platform that hangs must not stop us from reading.
      const free = Math.min(settings.concurrency - turns.size, 16);
      if (free <= 0) {
        await freed.wait(settings.pollMs, stopping.signal);
        continue;
      }
      const claims = await attempt(() => ledger.claimReading(free), []);
      for (const claim of claims) track(read(claim));
      if (claims.length < free) await reading.wait(settings.pollMs, stopping.signal);
    }
  };

  const deliveringLane = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const free = Math.min(sendLimit - deliveries.size, 16);
      const claims = free > 0 ? await attempt(() => ledger.claimDelivering(free), []) : [];
      for (const claim of claims) track(send(claim));
      if (claims.length === 0) await delivering.wait(settings.pollMs, stopping.signal);
    }
  };

  const watchDepth = async (): Promise<void> => {
    const found = await attempt(() => ledger.depth(), undefined);
    if (found === undefined) return;
    depth = found.reading;
    deps.onDepth(found);
  };

  /** A database that does not answer cannot say that another process has the lane by now: sends end before the lease does. */
  const endUnrenewed = (): void => {
    const oldest = performance.now() - 2.5 * settings.heartbeatMs;
    for (const { abort, renewedAt } of deliveries.values())
      if (renewedAt < oldest) abort.abort(new Error('The delivery lease could not be renewed.'));
  };

  let unanswered = 0;
  const heartbeat = async (): Promise<void> => {
    if (unanswered > 0) endUnrenewed();
    unanswered += 1;
    await renew();
    unanswered -= 1;
  };

  const renew = async (): Promise<void> => {
    // What begins while the database is asked is not part of its answer: only what we asked about is judged by it.
    const asked = [...turns];
    if (asked.length > 0) {
      const held = await attempt(() => ledger.renewReading(asked.map(([id]) => id)), undefined);
      for (const [id, { version, abort }] of asked)
        if (held !== undefined && held.get(id) !== version) abort.abort(new Error('The conversation has moved on.'));
    }
    const sending = [...deliveries];
    if (sending.length > 0) {
      const askedAt = performance.now();
      const held = await attempt(() => ledger.renewDelivering(sending.map(([id]) => id)), undefined);
      if (held === undefined) return endUnrenewed();
      for (const [id, delivery] of sending) {
        if (held.has(id)) delivery.renewedAt = askedAt;
        else delivery.abort.abort(new Error('The delivery lease was lost.'));
      }
    }
  };

  /** The database may be away for a while: say so once, go on asking. */
  let failing = false;
  const attempt = async <T, F>(ask: () => Promise<T>, fallback: F): Promise<T | F> => {
    try {
      const answer = await ask();
      if (failing) log.info({}, 'the database answers again');
      failing = false;
      return answer;
    } catch (error) {
      if (!failing) log.error({ error: errorMessage(error) }, 'the database does not answer, work waits');
      failing = true;
      await quiet.wait(settings.pollMs, stopping.signal);
      return fallback;
    }
  };

  const timers: NodeJS.Timeout[] = [];
  const watch = (): void => void timers.push(setInterval(() => void watchDepth(), settings.depthMs ?? 1_000));
  let lanes: Promise<unknown> = Promise.resolve();
  return {
    reading,
    watch,
    start() {
      watch();
      timers.push(setInterval(() => void heartbeat(), settings.heartbeatMs));
      lanes = Promise.all([readingLane(), deliveringLane()]);
    },
    async stop(deadlineMs) {
      stopping.abort();
      await lanes;
      const deadline = new Promise<void>((resolve) => void setTimeout(resolve, deadlineMs).unref());
      await Promise.race([Promise.all(running), deadline]);
      for (const { abort } of turns.values()) abort.abort(new Error('Shutting down.'));
      for (const { abort } of deliveries.values()) abort.abort(new Error('Shutting down.'));
      const last = new Promise<void>((resolve) => void setTimeout(resolve, 2_000).unref());
      await Promise.race([Promise.all(running), last]);
      for (const timer of timers) clearInterval(timer);
    },
    depth: () => depth,
    busy: () => running.size,
  };
};
