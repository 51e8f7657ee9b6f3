import { createHmac, timingSafeEqual } from 'node:crypto';

/** A request older or newer than this is refused, in seconds: Slack's own recommendation against replays. */
const windowSeconds = 5 * 60;

export interface SignedRequest {
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The bytes as they came: parsing and writing them again would change what was signed. */
  readonly body: Uint8Array;
}

/** The signature that Slack puts on a request: `v0=` and the hex HMAC-SHA256 of `v0:<timestamp>:<body>`. */
export const signRequest = (signingSecret: string, timestamp: string, body: Uint8Array): string =>
  `v0=${createHmac('sha256', signingSecret).update(`v0:${timestamp}:`).update(body).digest('hex')}`;

/**
 * Whether a request comes from Slack and is fresh (https://docs.slack.dev/authentication/verifying-requests-from-slack).
 * Takes the same time for every wrong signature. The reason is for the log, never for the answer.
 */
export const verifyRequest = (
  signingSecret: string,
  { headers, body }: SignedRequest,
  now: Date,
): { readonly ok: true } | { readonly ok: false; readonly reason: string } => {
  const timestamp = headers['x-slack-request-timestamp'] ?? '';
  const signature = headers['x-slack-signature'] ?? '';
  if (timestamp === '' || signature === '') return { ok: false, reason: 'the request is not signed' };
  if (!/^\d{1,12}$/.test(timestamp)) return { ok: false, reason: 'the timestamp is not a number' };
  const expected = Buffer.from(signRequest(signingSecret, timestamp, body));
  const given = Buffer.from(signature);
  if (given.byteLength !== expected.byteLength || !timingSafeEqual(given, expected)) {
    return { ok: false, reason: 'the signature does not match: is SLACK_SIGNING_SECRET the one of this app?' };
  }
  const age = now.getTime() / 1_000 - Number(timestamp);
  if (Math.abs(age) > windowSeconds) {
    return { ok: false, reason: `the request is ${Math.round(age)} s old: a replay, or a clock that is wrong` };
  }
  return { ok: true };
};
