/** Schemas of the fields that Slack's payloads are made of. */
import { z } from 'zod';

/** A field that may be missing, `null` or of another kind than expected; then it is `undefined` and the rest still counts. */
export const maybe = <S extends z.ZodType>(schema: S) => schema.optional().catch(undefined);

/** An id: `T0HOME`, `C0SUPPORT`, `U0ANN`, `F0FILE`. Bounded, because ids become keys. */
export const id = z.string().regex(/^[A-Za-z0-9._-]{1,64}$/);

/** A message's timestamp, which is also its id within a channel: seconds and a counter, `1712345678.000100`. */
export const timestamp = z.string().regex(/^\d{1,11}(?:\.\d{1,9})?$/);

export const text = z.string();
export const list = z.array(z.unknown());

/** When a message was written. */
export const dateOf = (ts: string): Date => new Date(Math.round(Number(ts) * 1000));
