import { createHash } from 'node:crypto';
import type { ChannelAdapter, Delivery, HttpAnswer, Received } from '#core/channel.ts';
import { errorMessage } from '#core/errors.ts';
import type { Accept } from './accept.ts';
import { type Answers, answerDelivery } from './answer-delivery.ts';
import type { PipelineDeps } from './ports.ts';

/** One process at a time listens to a mailbox or socket; the row says who. */
export interface ListenerLeases {
  /** Takes or keeps the lease for `ms`; false while somebody else has it. */
  acquire(name: string, ms: number): Promise<boolean>;
  release(name: string): Promise<void>;
}

export interface ListenSettings {
  /** A lease without heartbeat passes to another process after this, in milliseconds. */
  readonly leaseMs: number;
  /** First pause after a failure, in milliseconds; it doubles up to half a minute. */
  readonly retryMs: number;
}

const nothingFound: Answers = {
  findState: async () => undefined,
  findCard: async () => ({ settled: true }),
};

/** A delivery that its adapter throws at this often goes to quarantine. */
const readTries = 3;

/**
 * Runs a polled or socket channel for as long as we hold its lease: each delivery is accepted before the next is asked for,
 * which acknowledges it. One delivery that fails is retried with a pause; one that can never be read or stored goes to
 * quarantine, so that it neither ends the listener nor holds up the next.
 */
export const listen = async (
  adapter: ChannelAdapter,
  accept: Accept,
  leases: ListenerLeases,
  { log, answers = nothingFound }: Pick<PipelineDeps, 'log'> & { readonly answers?: Answers },
  stop: AbortSignal,
  { leaseMs, retryMs }: ListenSettings = { leaseMs: 15_000, retryMs: 500 },
): Promise<void> => {
  const name = `listen:${adapter.id}`;
  while (!stop.aborted) {
    const held = await leases.acquire(name, leaseMs).catch(() => false);
    if (!held) {
      // Its holder may be dead: ask often enough to take over soon after the lease has run out.
      await pause(Math.min(leaseMs / 3, 1_000), stop);
      continue;
    }
    const lost = new AbortController();
    const until = AbortSignal.any([stop, lost.signal]);
    const heartbeat = setInterval(() => {
      leases.acquire(name, leaseMs).then(
        (kept) => {
          if (!kept) lost.abort();
        },
        () => undefined,
      );
    }, leaseMs / 3);
    const deliveries = adapter.listen?.(until);
    try {
      let answer: HttpAnswer | undefined;
      for (let next = await deliveries?.next(); next?.done === false; next = await deliveries?.next(answer)) {
        const delivery = next.value;
        const received = await read(adapter, delivery, log, retryMs, until);
        const source = delivery.kind === 'mail' ? `${delivery.mailbox}/${delivery.uid}` : adapter.id;
        const taken = await untilAccepted(() => accept(adapter.id, received, source), log, retryMs, until);
        answer = await answerDelivery(adapter, received, taken, answers);
      }
    } catch (error) {
      if (!until.aborted) {
        log.error({ channel: adapter.id, error: errorMessage(error) }, 'listening stopped, it starts again');
      }
    } finally {
      clearInterval(heartbeat);
      await deliveries?.return().catch(() => undefined);
      await leases.release(name).catch(() => undefined);
    }
    // An adapter that ends at once must not keep a processor busy.
    await pause(retryMs * 4, stop);
  }
};

/** What the adapter makes of a delivery. Expected failures are values; what it throws at again and again is a bug of ours. */
const read = async (
  adapter: ChannelAdapter,
  delivery: Delivery,
  log: PipelineDeps['log'],
  retryMs: number,
  stop: AbortSignal,
): Promise<Received> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await adapter.receive(delivery);
    } catch (error) {
      if (stop.aborted) throw error;
      log.warn({ channel: adapter.id, error: errorMessage(error), attempt }, 'could not read a delivery');
      if (attempt === readTries) return unreadable(delivery, errorMessage(error));
      await pause(retryMs * 2 ** attempt, stop);
    }
  }
};

const unreadable = (delivery: Delivery, reason: string): Received => ({
  events: [],
  response: { status: 200, body: '' },
  quarantine: `could not be read: ${reason}`,
  ...(delivery.kind === 'mail'
    ? {
        blobs: [{ ref: `sha256:${createHash('sha256').update(delivery.raw).digest('hex')}`, bytes: delivery.raw }],
      }
    : {}),
});

/** Until it is in the inbox it is not acknowledged: a full queue or an absent database only makes it wait. */
const untilAccepted = async <T>(
  take: () => Promise<T>,
  log: PipelineDeps['log'],
  retryMs: number,
  stop: AbortSignal,
): Promise<T> => {
  for (let attempt = 0; !stop.aborted; attempt += 1) {
    try {
      return await take();
    } catch (error) {
      log.warn({ error: errorMessage(error), attempt }, 'could not take a delivery in yet');
      await pause(Math.min(30_000, retryMs * 2 ** attempt), stop);
    }
  }
  throw new Error('Stopped before the delivery was taken in.');
};

const pause = (ms: number, stop: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (stop.aborted) return resolve();
    const done = (): void => {
      clearTimeout(timer);
      stop.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    stop.addEventListener('abort', done, { once: true });
  });
