/** The fields that activities are made of. */
import { z } from 'zod';

/** A field that may be missing, `null` or of another kind than expected; then it is `undefined` and the rest still counts. */
export const maybe = <S extends z.ZodType>(schema: S) => schema.optional().catch(undefined);

/** An id or an address: `19:…@thread.tacv2;messageid=…`, `29:…`. Printable ASCII and bounded, because ids become keys. */
export const id = z.string().regex(/^[\x21-\x7e]{1,500}$/);

export const text = z.string();
export const list = z.array(z.unknown());

/** A value that may come as its JSON; what is no JSON is `undefined`. */
export const jsonOf = (value: unknown): unknown => {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
};
