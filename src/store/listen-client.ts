import type { Log } from '#core/channel.ts';
import { errorMessage } from '#core/errors.ts';
import { withDeadline } from './deadline.ts';
import { createOutage } from './outage.ts';

/** The little of a `pg` `Client` that LISTEN needs; one that is connected fits as it is. */
export interface ListenClient {
  query(sql: string): Promise<unknown>;
  on(event: 'notification', listener: (notification: { readonly payload?: string | undefined }) => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'end', listener: () => void): unknown;
  end(): Promise<void>;
}

/** Opens connections for `createNotifyFanout`, outside the pool: a pooled one would be returned and stop listening. */
export const postgresListenClient = (url: string) => async (): Promise<ListenClient> => {
  const { default: pg } = await import('pg');
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: 5_000,
    keepAlive: true,
    application_name: 'frontdesk-listen',
  });
  // Without a listener a connection lost before it is handed over would end the process.
  client.on('error', () => undefined);
  await client.connect();
  return client;
};

/**
 * Keeps one connection listening on `channel` until disposed: opens another when it is lost, and asks now and then whether it
 * is still there, because a connection that only waits may die in silence. What is sent meanwhile is missed.
 */
export const keepListening = (options: {
  readonly listenClient: () => Promise<ListenClient>;
  readonly channel: string;
  readonly receive: (payload: string) => void;
  readonly log: Log;
  readonly retryMs?: number;
  readonly heartbeatMs?: number;
}): AsyncDisposable => {
  const { listenClient, channel, receive, log, retryMs = 250, heartbeatMs = 30_000 } = options;
  const outage = createOutage({ what: 'LISTEN', consequence: 'live updates of other processes are missed', log });
  const stopped = Promise.withResolvers<void>();
  let stopping = false;
  let pause = retryMs;

  /** Listens until the connection is lost, and resolves with the reason. */
  const listen = async (client: ListenClient): Promise<string> => {
    const lost = Promise.withResolvers<string>();
    client.on('error', (error) => lost.resolve(error.message));
    client.on('end', () => lost.resolve('connection ended'));
    client.on('notification', ({ payload }) => receive(payload ?? ''));
    await withDeadline(client.query(`LISTEN "${channel.replaceAll('"', '""')}"`), 5_000);
    outage.end();
    pause = retryMs;
    const heartbeat = setInterval(() => {
      withDeadline(client.query('SELECT 1'), 5_000).catch((error) => lost.resolve(errorMessage(error)));
    }, heartbeatMs).unref();
    await Promise.race([lost.promise, stopped.promise]);
    clearInterval(heartbeat);
    return stopping ? 'stopped' : lost.promise;
  };
  const listenOnce = async (): Promise<string> => {
    const opening = listenClient();
    // Closes what was opened whenever it comes, also after we stopped waiting for it.
    const close = () => opening.then((client) => withDeadline(client.end(), 1_000)).catch(() => undefined);
    try {
      const client = await Promise.race([withDeadline(opening, 10_000), stopped.promise]);
      return client === undefined ? 'stopped' : await listen(client);
    } catch (error) {
      return errorMessage(error);
    } finally {
      await Promise.race([close(), sleep(1_000)]);
    }
  };
  const run = async (): Promise<void> => {
    while (!stopping) {
      const reason = await listenOnce();
      if (stopping) return;
      outage.begin(reason);
      await Promise.race([sleep(pause), stopped.promise]);
      pause = Math.min(pause * 2, retryMs * 32);
    }
  };
  const running = run();

  return {
    [Symbol.asyncDispose]: async () => {
      stopping = true;
      stopped.resolve();
      await running;
    },
  };
};

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms).unref());
