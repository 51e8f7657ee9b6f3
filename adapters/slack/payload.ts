import { z } from 'zod';

/** A request's body as JSON, or why it is none. */
export type ParsedPayload =
  | { readonly ok: true; readonly body: unknown }
  | { readonly ok: false; readonly reason: string };

const parseJson = (text: string): ParsedPayload => {
  try {
    return { ok: true, body: JSON.parse(text) };
  } catch {
    return { ok: false, reason: 'not a Slack payload that we know: it is no JSON' };
  }
};

const parseForm = (text: string): ParsedPayload => {
  const fields = Object.fromEntries(new URLSearchParams(text));
  return typeof fields.payload === 'string' ? parseJson(fields.payload) : { ok: true, body: fields };
};

const socketEnvelope = z.object({ envelope_id: z.string(), payload: z.record(z.string(), z.unknown()) });

/** What a Socket Mode envelope `{envelope_id, type, payload}` carries; anything else as it is. */
export const unwrap = (body: unknown): unknown => {
  const envelope = socketEnvelope.safeParse(body);
  return envelope.success ? envelope.data.payload : body;
};

/**
 * The body of a request of Slack: JSON (events), a form with `payload` (interactivity) or a plain form (slash commands), as
 * https://docs.slack.dev/apis/events-api and /interactivity describe them; also a recorded Socket Mode envelope. Without a
 * content type the first character decides. Never throws.
 */
export const parsePayload = (raw: Uint8Array, contentType?: string): ParsedPayload => {
  const text = new TextDecoder().decode(raw).trim();
  if (text === '') return { ok: false, reason: 'not a Slack payload that we know: it is empty' };
  const type = contentType?.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  const isJson = /^["[{]/.test(text);
  const isForm = type === 'application/x-www-form-urlencoded' || (type !== 'application/json' && !isJson);
  if (isForm && !/^[\w.[\]%+-]+=/.test(text))
    return { ok: false, reason: 'not a Slack payload that we know: neither JSON nor a form' };
  const parsed = isForm ? parseForm(text) : parseJson(text);
  return parsed.ok ? { ok: true, body: unwrap(parsed.body) } : parsed;
};
