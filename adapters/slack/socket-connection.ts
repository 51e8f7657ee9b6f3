import { SocketModeClient } from '@slack/socket-mode';
import { z } from 'zod';
import type { Log } from '#core/channel.ts';
import { errorMessage } from '#core/errors.ts';
import type { Json } from '#core/message.ts';
import { sdkLog } from './sdk-log.ts';

/** One thing that Slack sent over a socket, and how to say that we have it. */
export interface Envelope {
  /** As Slack wrote it: `{envelope_id, type, payload, …}`. */
  readonly payload: unknown;
  readonly acceptsAnswer: boolean;
  /** Rejects when the connection that brought it is gone; Slack delivers it again then. */
  acknowledge(answer?: { readonly [key: string]: Json }): Promise<void>;
}

export interface SocketSettings {
  readonly appToken: string;
  readonly apiUrl: string;
  readonly log: Log;
  /** How long a connection may take to be greeted, in milliseconds. */
  readonly connectMs: number;
  /** How long Slack may take to agree to a goodbye, in milliseconds. */
  readonly closeMs: number;
}

/** A connection that is open until `closed` resolves. */
interface Connection {
  readonly closed: Promise<void>;
  close(): Promise<void>;
}

const slackEvent = z.object({
  ack: z.custom<(answer?: object) => Promise<void>>((value) => typeof value === 'function'),
  envelope_id: z.string(),
  type: z.string(),
  body: z.unknown(),
  retry_num: z.number().optional().catch(undefined),
  retry_reason: z.string().optional().catch(undefined),
  accepts_response_payload: z.boolean().optional().catch(undefined),
});

const envelopeOf = (emitted: unknown): Envelope | undefined => {
  const event = slackEvent.safeParse(emitted);
  if (!event.success) return undefined;
  const { ack, envelope_id, type, body, retry_num, retry_reason, accepts_response_payload } = event.data;
  return {
    payload: {
      envelope_id,
      type,
      payload: body,
      ...(retry_num === undefined ? {} : { retry_attempt: retry_num }),
      ...(retry_reason === undefined ? {} : { retry_reason }),
    },
    acceptsAnswer: accepts_response_payload === true,
    acknowledge: (answer) => ack(answer),
  };
};

const within = async (work: Promise<unknown>, ms: number): Promise<boolean> => {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => resolve(false), ms);
  try {
    return await Promise.race([work.then(() => true), promise]);
  } finally {
    clearTimeout(timer);
  }
};

/** The SDK trips over frames that are JSON but no envelope, in a promise that nobody waits for: that would end the process. */
const guard = (client: SocketModeClient, log: Log): void => {
  const handlers = client.listeners('ws_message');
  client.removeAllListeners('ws_message');
  for (const handle of handlers) {
    client.on('ws_message', (...frame: unknown[]) => {
      Promise.resolve(handle(...frame)).catch((thrown: unknown) =>
        log.warn({ error: errorMessage(thrown) }, 'Slack sent a frame that cannot be understood'),
      );
    });
  }
};

/**
 * Opens one Socket Mode connection and hands on what comes over it. Throws what the SDK throws when it cannot be opened.
 * The SDK's own reconnecting is off: a failure there is a rejection that nobody can catch.
 */
export const openConnection = async (
  { appToken, apiUrl, log, connectMs, closeMs }: SocketSettings,
  take: (envelope: Envelope) => void,
  signal: AbortSignal,
): Promise<Connection> => {
  const client = new SocketModeClient({
    appToken,
    autoReconnectEnabled: false,
    logger: sdkLog(log, 'slack-socket', true),
    clientOptions: {
      slackApiUrl: apiUrl,
      timeout: connectMs,
      retryConfig: { retries: 0 },
      rejectRateLimitedCalls: true,
    },
  });
  guard(client, log);
  const closed = Promise.withResolvers<void>();
  client.on('disconnected', () => closed.resolve());
  client.on('slack_event', (emitted: unknown) => {
    const envelope = envelopeOf(emitted);
    if (envelope === undefined) log.warn({}, 'Slack sent an envelope that cannot be understood');
    else take(envelope);
  });
  const close = async (): Promise<void> => {
    const goodbye = client.disconnect();
    // Asked a second time the SDK does not wait for the other side any more (otherwise half a minute).
    if (!(await within(goodbye, closeMs))) await within(client.disconnect(), closeMs);
    closed.resolve();
  };
  const started = client.start();
  const abandoned = Promise.withResolvers<never>();
  const abandon = (): void => abandoned.reject(new Error('told to stop while connecting'));
  const timer = setTimeout(
    () => abandoned.reject(new Error(`Slack did not greet us within ${connectMs} ms`)),
    connectMs,
  );
  signal.addEventListener('abort', abandon, { once: true });
  try {
    signal.throwIfAborted();
    await Promise.race([started, abandoned.promise]);
    return { closed: closed.promise, close };
  } catch (thrown) {
    // A start that is still under way would open a connection that nobody closes.
    started.then(close, () => undefined);
    client.on('connecting', () => setImmediate(() => void close()));
    void close();
    throw thrown instanceof Error ? thrown : new Error('the connection was closed before Slack greeted us');
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', abandon);
  }
};
