import { z } from 'zod';
import type { ChannelDeps, Delivery, HttpAnswer, Received, StatusQuery } from '#core/channel.ts';
import { errorMessage } from '#core/errors.ts';
import type { Retry } from './bolt-app.ts';
import type { SlackConfig } from './config.ts';
import type { SlackDecoded } from './context.ts';
import type { RunEffects } from './effects.ts';
import { type Installer, installPath, redirectPath } from './install.ts';
import { parsePayload, unwrap } from './payload.ts';
import { verifyRequest } from './verify.ts';

/** Where Slack sends events, interactions and slash commands. */
export const eventsPath = '/slack/events';

type HttpDelivery = Extract<Delivery, { kind: 'http' }>;

export interface ReceiveOptions {
  readonly config: Pick<SlackConfig, 'signingSecret'>;
  readonly deps: Pick<ChannelDeps, 'log' | 'now'>;
  /** Translates a verified body. */
  readonly read: (body: unknown, retry: Retry) => Promise<SlackDecoded>;
  readonly runEffects: RunEffects;
  /** Only where workspaces install the app themselves. */
  readonly installer?: Installer;
}

const empty: HttpAnswer = { status: 200, body: '' };

/** Answers with nothing in them; Slack need not repeat what will not get better. */
const refusal = (status: number, body = ''): HttpAnswer => ({ status, body, headers: { 'x-slack-no-retry': '1' } });

const withContentType = (answer: HttpAnswer | StatusQuery): HttpAnswer | StatusQuery => {
  if (!('status' in answer) || !/^\s*[[{]/.test(answer.body)) return answer;
  return { ...answer, headers: { 'content-type': 'application/json; charset=utf-8', ...answer.headers } };
};

const socketRetry = z.object({
  retry_attempt: z.number().optional().catch(undefined),
  retry_reason: z.string().optional().catch(undefined),
});

const retryOf = (headers: Readonly<Record<string, string>>): Retry => {
  const number = Number.parseInt(headers['x-slack-retry-num'] ?? '', 10);
  const reason = headers['x-slack-retry-reason'];
  return { ...(Number.isNaN(number) ? {} : { number }), ...(reason === undefined ? {} : { reason }) };
};

/**
 * Takes what Slack sends, over HTTP or a socket. A request is verified over its raw bytes before anything is parsed: 401 with
 * nothing said when that fails, 400 when a signed body cannot be understood. Never throws.
 */
export const createReceive = ({ config, deps, read, runEffects, installer }: ReceiveOptions) => {
  const { log } = deps;

  const translate = async (body: unknown, retry: Retry): Promise<Received> => {
    let decoded: SlackDecoded;
    try {
      decoded = await read(body, retry);
    } catch (thrown) {
      // A bug of ours, met by this one payload: a person looks at it, and Slack need not repeat it.
      const error = errorMessage(thrown);
      log.error({ error }, 'a delivery of Slack could not be decoded');
      return { events: [], quarantine: `the delivery could not be decoded: ${error}`, response: empty };
    }
    const { effects, response = empty, team, enterprise: _enterprise, ...rest } = decoded;
    if (retry.number !== undefined) log.debug({ team, ...retry }, 'Slack delivers again');
    // Started at once, since a trigger lives for three seconds; nobody waits for what a window shows.
    const done = runEffects(effects);
    // A workspace that has taken its access back must not be written to any more.
    if (effects.some(({ kind }) => kind === 'uninstalled')) await done;
    return { ...rest, response: withContentType(response) };
  };

  const events = async ({ headers, body }: HttpDelivery, signingSecret: string): Promise<Received> => {
    const verified = verifyRequest(signingSecret, { headers, body }, deps.now());
    if (!verified.ok) {
      log.warn({ reason: verified.reason }, 'a request to the address of Slack was refused');
      return { events: [], response: refusal(401) };
    }
    const parsed = parsePayload(body, headers['content-type']);
    if (!parsed.ok) return { events: [], unsupported: parsed.reason, response: refusal(400, parsed.reason) };
    return translate(parsed.body, retryOf(headers));
  };

  const http = async (delivery: HttpDelivery): Promise<Received> => {
    const route = `${delivery.method} ${delivery.url.split('?', 1)[0]}`;
    if (route === `POST ${eventsPath}` && config.signingSecret !== undefined) {
      return events(delivery, config.signingSecret);
    }
    if (installer !== undefined && route === `GET ${installPath}`) {
      return { events: [], response: await installer.start(delivery) };
    }
    if (installer !== undefined && route === `GET ${redirectPath}`) {
      return { events: [], response: await installer.finish(delivery) };
    }
    return { events: [], unsupported: `nothing of Slack is at ${route.slice(0, 200)}`, response: refusal(404) };
  };

  return async (delivery: Delivery): Promise<Received> => {
    switch (delivery.kind) {
      case 'http':
        return http(delivery);
      case 'socket': {
        const retry = socketRetry.safeParse(delivery.payload).data;
        return translate(unwrap(delivery.payload), {
          ...(retry?.retry_attempt === undefined ? {} : { number: retry.retry_attempt }),
          ...(retry?.retry_reason === undefined ? {} : { reason: retry.retry_reason }),
        });
      }
      default:
        return {
          events: [],
          unsupported: `slack takes requests and envelopes, not ${delivery.kind}`,
          response: refusal(404),
        };
    }
  };
};
