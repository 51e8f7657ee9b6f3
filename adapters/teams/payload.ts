import { z } from 'zod';

/** The activities that a recording holds, or why it holds none. */
type ParsedPayload =
  | { readonly ok: true; readonly activities: readonly unknown[] }
  | { readonly ok: false; readonly reason: string };

const parseJson = (text: string): { readonly value: unknown } | undefined => {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
};

const ofRequest = z.object({ body: z.unknown().refine((body) => body !== undefined && body !== null) });
const ofEntry = z.object({ activity: z.looseObject({ type: z.string() }) });
const ofFixture = z.object({ payload: z.looseObject({ type: z.string() }) });
const ofRecord = z.object({ request: ofRequest });

/** The activity in a recorded request `{headers, body}` (the body as JSON or as its text); anything else as it is. */
const unwrap = (value: unknown): unknown => {
  if (typeof value !== 'object' || value === null || 'type' in value) return value;
  const entry = ofEntry.safeParse(value).data?.activity ?? ofFixture.safeParse(value).data?.payload;
  if (entry !== undefined) return entry;
  const request = ofRequest.safeParse(value).data ?? ofRecord.safeParse(value).data?.request;
  if (request === undefined) return value;
  return typeof request.body === 'string' ? parseJson(request.body)?.value : request.body;
};

const maxActivities = 1_000;

/**
 * What a request to `/api/messages` or a recording of some holds: an activity, several in an array or one on each line, each
 * bare or within `{headers, body}`. Never throws.
 */
export const parsePayload = (raw: Uint8Array): ParsedPayload => {
  const text = new TextDecoder().decode(raw).trim();
  if (text === '') return { ok: false, reason: 'not a Teams payload that we know: it is empty' };
  const parsed = parseJson(text);
  if (parsed === undefined) {
    const lines = text.split('\n').filter((line) => line.trim() !== '');
    const values = lines.slice(0, maxActivities).map(parseJson);
    if (values.length < 2 || values.includes(undefined))
      return { ok: false, reason: 'not a Teams payload that we know: it is no JSON' };
    return { ok: true, activities: values.map((line) => unwrap(line?.value)) };
  }
  const whole = unwrap(parsed.value);
  const entries = Array.isArray(whole) ? whole.slice(0, maxActivities) : [whole];
  if (entries.length === 0) return { ok: false, reason: 'not a Teams payload that we know: an empty list' };
  return { ok: true, activities: entries.map(unwrap) };
};
