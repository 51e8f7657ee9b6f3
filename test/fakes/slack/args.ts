import { Refusal } from './refusal.ts';

/** Arguments of one call: strings from a form (structures as JSON text), or values from a JSON body. */
export type Args = Readonly<Record<string, unknown>>;

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A string argument; an empty one counts as missing. */
export const text = (args: Args, name: string): string | undefined => {
  const value = args[name];
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
};

/** A string argument that the call cannot do without. */
export const needed = (args: Args, name: string, error = 'invalid_arguments'): string => {
  const value = text(args, name);
  if (value !== undefined) return value;
  throw new Refusal(error, { response_metadata: { messages: [`[ERROR] missing required field: ${name}`] } });
};

export const flag = (args: Args, name: string): boolean => ['true', '1', true, 1].some((yes) => args[name] === yes);

/** A whole number between 1 and `most`, or `otherwise`. */
export const count = (args: Args, name: string, otherwise: number, most: number): number => {
  const value = Number(args[name]);
  return Number.isInteger(value) && value > 0 ? Math.min(value, most) : otherwise;
};

/** A structure, sent as it is in a JSON body or as JSON text in a form. Broken JSON gives the text back. */
export const structure = (args: Args, name: string): unknown => {
  const value = args[name];
  if (value === '') return undefined;
  if (typeof value !== 'string') return value ?? undefined;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
};

/** Turns the body of a request into arguments. Files and other bytes in a multipart form come as buffers. */
export const parseArgs = async (body: Buffer, contentType: string, query: URLSearchParams): Promise<Args> => {
  const fromUrl = Object.fromEntries(query);
  if (body.length === 0) return fromUrl;
  if (contentType.includes('json')) {
    const parsed: unknown = JSON.parse(body.toString('utf8'));
    return { ...fromUrl, ...(isRecord(parsed) ? parsed : {}) };
  }
  if (!contentType.includes('multipart')) {
    return { ...fromUrl, ...Object.fromEntries(new URLSearchParams(body.toString('utf8'))) };
  }
  const form = await new Response(new Uint8Array(body), { headers: { 'content-type': contentType } }).formData();
  const fields = await Promise.all(
    [...form].map(async ([name, value]) => [
      name,
      typeof value === 'string' ? value : Buffer.from(await value.arrayBuffer()),
    ]),
  );
  return { ...fromUrl, ...Object.fromEntries(fields) };
};
