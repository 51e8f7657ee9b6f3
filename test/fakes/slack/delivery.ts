import { setTimeout as delay } from 'node:timers/promises';
import type { Payload } from './events.ts';
import { signature } from './sign.ts';
import type { Sockets } from './socket.ts';
import type { State } from './state.ts';

/** One try to hand something to the app. */
export interface Attempt {
  /** HTTP status; over a socket 200 for an acknowledgement; 0 for no answer at all. */
  readonly status: number;
  /** The body, or the acknowledgement's payload as JSON; why there was none when `status` is 0. */
  readonly body: string;
  /** Until it was answered, in milliseconds. */
  readonly ms: number;
  /** 0 for the first try, then as in `X-Slack-Retry-Num`. */
  readonly retry: number;
}

/** One thing handed to the app, with all its tries; none when the app is not connected. */
export interface Delivered {
  readonly via: 'http' | 'socket' | 'none';
  readonly payload: Payload;
  readonly attempts: readonly Attempt[];
  /** The last try was answered with 2xx. */
  readonly ok: boolean;
}

export interface DeliverOptions {
  /** The same thing so many times (same event id), as after lost acknowledgements. */
  readonly times?: number;
  /** Once for each of these event ids instead of its own. */
  readonly eventIds?: readonly string[];
  /** All at the same moment instead of one after the other. */
  readonly together?: boolean;
  /** Without the signature headers. */
  readonly unsigned?: boolean;
  /** As if signed so many seconds ago. */
  readonly staleBy?: number;
  /** Signed with another secret. */
  readonly badSignature?: boolean;
}

export interface Delivery {
  /** From now on over HTTP to these addresses, in turns; a connected socket goes first. */
  connectHttp(...urls: readonly string[]): void;
  deliver(payload: Payload, options?: DeliverOptions): Promise<readonly Delivered[]>;
  /** Everything delivered so far, oldest first. */
  readonly log: readonly Delivered[];
}

/** How patient Slack is. The real one waits 3 s for an answer and tries again at once, after 1 and after 5 minutes. */
export interface Patience {
  readonly answerMs: number;
  readonly retriesMs: readonly number[];
  /** How long an event waits for a socket to come back. */
  readonly reconnectMs: number;
}

const kindOf = (payload: Payload): 'events_api' | 'slash_commands' | 'interactive' => {
  if (payload.type === 'event_callback' || payload.type === 'url_verification') return 'events_api';
  return payload.command === undefined ? 'interactive' : 'slash_commands';
};

const bodyOf = (payload: Payload): { readonly type: string; readonly body: string } => {
  const kind = kindOf(payload);
  if (kind === 'events_api') return { type: 'application/json', body: JSON.stringify(payload) };
  const fields =
    kind === 'interactive'
      ? { payload: JSON.stringify(payload) }
      : Object.fromEntries(Object.entries(payload).map(([name, value]) => [name, String(value)]));
  return { type: 'application/x-www-form-urlencoded', body: new URLSearchParams(fields).toString() };
};

const isGood = (status: number) => status >= 200 && status < 300;

type Sign = Pick<DeliverOptions, 'unsigned' | 'staleBy' | 'badSignature'>;

/** Hands payloads to the app as Slack does: signed over HTTP or in envelopes over a socket, events again when nobody answers. */
export const createDelivery = (state: State, sockets: Sockets, patience: Patience, signal: AbortSignal): Delivery => {
  let urls: readonly string[] = [];
  let turn = 0;
  const log: Delivered[] = [];

  const overHttp = async (
    payload: Payload,
    retry: number,
    reason: string,
    sign: Sign,
  ): Promise<Omit<Attempt, 'ms' | 'retry'>> => {
    const url = urls[turn++ % urls.length] ?? '';
    const { type, body } = bodyOf(payload);
    const seconds = Math.floor(state.now() / 1_000) - (sign.staleBy ?? 0);
    const secret = sign.badSignature === true ? 'some other secret' : state.signingSecret;
    const signed = {
      'x-slack-request-timestamp': String(seconds),
      'x-slack-signature': signature(secret, seconds, body),
    };
    const again = { 'x-slack-retry-num': String(retry), 'x-slack-retry-reason': reason };
    try {
      const response = await fetch(url, {
        method: 'POST',
        body,
        headers: {
          'content-type': type,
          'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
          ...(sign.unsigned === true ? {} : signed),
          ...(retry > 0 ? again : {}),
        },
        signal: AbortSignal.any([signal, AbortSignal.timeout(patience.answerMs)]),
      });
      return { status: response.status, body: await response.text() };
    } catch (thrown) {
      return {
        status: 0,
        body: thrown instanceof Error && thrown.name === 'TimeoutError' ? 'http_timeout' : 'connection_failed',
      };
    }
  };

  const socketIsBack = async (): Promise<void> => {
    if (sockets.count > 0) return;
    await new Promise<void>((resolve) => {
      const look = () => {
        if (sockets.count > 0 || signal.aborted) end();
      };
      const end = () => {
        clearTimeout(timer);
        stop();
        signal.removeEventListener('abort', end);
        resolve();
      };
      const timer = setTimeout(() => end(), patience.reconnectMs);
      const stop = state.onChange(look);
      signal.addEventListener('abort', end);
      look();
    });
  };

  const overSocket = async (
    payload: Payload,
    retry: number,
    reason: string,
  ): Promise<Omit<Attempt, 'ms' | 'retry'>> => {
    const kind = kindOf(payload);
    await socketIsBack();
    const again = { retry_attempt: retry, retry_reason: retry > 0 ? reason : '' };
    const envelope = {
      type: kind,
      payload,
      accepts_response_payload: kind !== 'events_api',
      ...(kind === 'events_api' && again),
    };
    const result = await sockets.send(envelope, patience.answerMs);
    return result.acked ? { status: 200, body: JSON.stringify(result.payload ?? {}) } : { status: 0, body: result.why };
  };

  const one = async (payload: Payload, sign: Sign, resent: number): Promise<Delivered> => {
    const attempts: Attempt[] = [];
    const socketMode = sockets.count > 0 || (sockets.used && urls.length === 0);
    if (!socketMode && urls.length === 0) return { via: 'none', payload, attempts, ok: false };
    // Slack tries only events again, never presses of buttons or commands; and it forges nothing.
    const forged = sign.unsigned === true || sign.badSignature === true || sign.staleBy !== undefined;
    const waits = payload.type === 'event_callback' && !forged ? patience.retriesMs : [];
    for (let retry = resent; ; retry += 1) {
      const reason =
        attempts.at(-1)?.status === 0 || retry === resent ? (attempts.at(-1)?.body ?? 'http_timeout') : 'http_error';
      const start = performance.now();
      const answer = socketMode
        ? await overSocket(payload, retry, reason)
        : await overHttp(payload, retry, reason, sign);
      attempts.push({ ...answer, ms: performance.now() - start, retry });
      const wait = waits[retry - resent];
      if (isGood(answer.status) || wait === undefined || signal.aborted) break;
      await delay(wait);
    }
    const ok = isGood(attempts.at(-1)?.status ?? 0);
    const delivered: Delivered = { via: socketMode ? 'socket' : 'http', payload, attempts, ok };
    log.push(delivered);
    state.changed();
    return delivered;
  };

  return {
    log,
    connectHttp: (...given) => {
      urls = given;
    },
    deliver: async (payload, options = {}) => {
      const each = options.eventIds?.map((id) => ({ ...payload, event_id: id })) ?? [payload];
      const all = each.flatMap((one) =>
        Array.from({ length: options.times ?? 1 }, (_, n) => ({ payload: one, resent: n })),
      );
      if (options.together === true) return Promise.all(all.map((next) => one(next.payload, options, next.resent)));
      const done: Delivered[] = [];
      for (const next of all) done.push(await one(next.payload, options, next.resent));
      return done;
    },
  };
};
