import { setTimeout as sleep } from 'node:timers/promises';
import { WebAPIPlatformError, WebAPIRateLimitedError } from '@slack/web-api';
import { z } from 'zod';
import type { Delivery, HttpAnswer } from '#core/channel.ts';
import { errorMessage } from '#core/errors.ts';
import { createEnvelopeQueue, type EnvelopeQueue } from './envelope-queue.ts';
import { withoutSecrets } from './sdk-log.ts';
import { type Envelope, openConnection, type SocketSettings } from './socket-connection.ts';

export interface SocketOptions
  extends Pick<SocketSettings, 'appToken' | 'apiUrl' | 'log'>,
    Partial<Pick<SocketSettings, 'connectMs' | 'closeMs'>> {
  /** Most envelopes that wait for the one being worked on; what comes beyond is not acknowledged and comes again. */
  readonly queueLimit?: number;
  /** Waits between reconnects, in milliseconds: doubled from the first to the last. */
  readonly backoffMs?: readonly [first: number, last: number];
  /** 0…1, spreads reconnects of many processes. */
  readonly random?: () => number;
  /** Why Slack refuses Socket Mode, each time that is known; nothing once a connection stands. */
  readonly onRefusal?: (why: string | undefined) => void;
}

const defaults = {
  connectMs: 15_000,
  closeMs: 1_000,
  queueLimit: 1_000,
  backoffMs: [1_000, 30_000],
  random: Math.random,
} as const;

/** Answers of `apps.connections.open` that no waiting changes (docs.slack.dev/reference/methods/apps.connections.open). */
const refusals: Readonly<Record<string, string>> = {
  invalid_auth: 'SLACK_APP_TOKEN is not known to Slack',
  not_authed: 'SLACK_APP_TOKEN is missing',
  not_allowed_token_type: 'SLACK_APP_TOKEN is not an app-level token',
  token_revoked: 'SLACK_APP_TOKEN was revoked',
  token_expired: 'SLACK_APP_TOKEN has expired',
  missing_scope: 'SLACK_APP_TOKEN lacks the scope connections:write',
  no_permission: 'SLACK_APP_TOKEN lacks the scope connections:write',
  account_inactive: 'the Slack app or its workspace is switched off',
  socket_mode_not_enabled: 'Socket Mode is switched off for this Slack app',
};

const howToFix =
  'under Basic Information, App-Level Tokens of your Slack app make a token (xapp-…) with the scope connections:write, under Socket Mode switch it on';

const refusalOf = (thrown: unknown): string | undefined =>
  thrown instanceof WebAPIPlatformError ? refusals[thrown.data.error] : undefined;

/** Keeps a connection open and fills the queue until `signal` aborts; fails the queue when Slack refuses our token. */
const keepConnected = async (
  settings: SocketSettings & Required<Pick<SocketOptions, 'backoffMs' | 'random'>> & Pick<SocketOptions, 'onRefusal'>,
  queue: EnvelopeQueue<Envelope>,
  signal: AbortSignal,
): Promise<void> => {
  const { log, backoffMs, random } = settings;
  const [first, last] = backoffMs;
  let failures = 0;
  while (!signal.aborted) {
    try {
      const connection = await openConnection(
        settings,
        (envelope) => {
          if (!queue.push(envelope) && !signal.aborted)
            log.warn({}, 'too much waits: an envelope was left to be delivered again');
        },
        signal,
      );
      failures = 0;
      settings.onRefusal?.(undefined);
      log.info({}, 'connected to Slack over a socket');
      const goodbye = (): void => void connection.close();
      signal.addEventListener('abort', goodbye, { once: true });
      if (signal.aborted) goodbye();
      await connection.closed;
      signal.removeEventListener('abort', goodbye);
      // Slack renews its connections every few hours; that is no failure, the next one opens at once.
      if (!signal.aborted) log.info({}, 'the socket to Slack was closed, opening the next');
    } catch (thrown) {
      if (signal.aborted) return;
      const refusal = refusalOf(thrown);
      if (refusal !== undefined) {
        settings.onRefusal?.(refusal);
        log.error({ fix: howToFix }, `Slack refuses Socket Mode: ${refusal}`);
        return queue.fail(new Error(`Slack refuses Socket Mode: ${refusal}; ${howToFix}`));
      }
      const named = thrown instanceof WebAPIRateLimitedError ? thrown.retryAfter * 1_000 : 0;
      const delayMs = Math.max(named, Math.min(last, first * 2 ** failures) * (0.5 + random() / 2));
      failures += 1;
      log.warn(
        { attempt: failures, retryInMs: Math.round(delayMs), error: withoutSecrets(errorMessage(thrown)) },
        'no socket to Slack',
      );
      await sleep(delayMs, undefined, { signal }).catch(() => undefined);
    }
  }
};

const answerFields = z.record(z.string(), z.json());

/** What goes back with an acknowledgement: the JSON of the answer, or its text as a message. */
const payloadOf = (answer: HttpAnswer | undefined): z.output<typeof answerFields> | undefined => {
  if (answer === undefined || answer.status >= 400 || answer.body === '') return undefined;
  try {
    return answerFields.parse(JSON.parse(answer.body));
  } catch {
    return { text: answer.body };
  }
};

/**
 * What Slack sends over Socket Mode, in order, until `signal` aborts. Asking for the next delivery acknowledges the last, with
 * the answer to it where Slack takes one; one that is not acknowledged comes again. Reconnects with back-off; throws when
 * Slack refuses the app token, which only the operator can change.
 */
export const listenSocket = async function* (
  options: SocketOptions,
  signal: AbortSignal,
): AsyncGenerator<Delivery, void, HttpAnswer | undefined> {
  const settings = { ...defaults, ...options };
  const queue = createEnvelopeQueue<Envelope>(settings.queueLimit);
  const ended = new AbortController();
  const until = AbortSignal.any([signal, ended.signal]);
  until.addEventListener('abort', queue.close, { once: true });
  if (until.aborted) return;
  const connected = keepConnected(settings, queue, until);
  try {
    for (let envelope = await queue.next(); envelope !== undefined; envelope = await queue.next()) {
      const answer: HttpAnswer | undefined = yield { kind: 'socket', payload: envelope.payload };
      await envelope.acknowledge(envelope.acceptsAnswer ? payloadOf(answer) : undefined).catch((thrown: unknown) => {
        const error = withoutSecrets(errorMessage(thrown));
        settings.log.info({ error }, 'an envelope could not be acknowledged, Slack delivers it again');
      });
    }
  } finally {
    ended.abort();
    await connected;
  }
};
