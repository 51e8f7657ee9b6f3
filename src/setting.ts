/** What settings are made of: how one is named and explained, and the kinds of values there are. */
import { z } from 'zod';
import { errorMessage } from '#core/errors.ts';

/** How one setting is found and explained. `env` and/or a place in the YAML file (its part and its key). */
export interface SettingMeta {
  readonly env?: string;
  readonly secret?: true;
  readonly about: string;
}

const registry = z.registry<SettingMeta>();

/** A schema with its name and what it is for. */
export const setting = <S extends z.ZodType>(schema: S, meta: SettingMeta): S => {
  // The registry knows schemas by identity: one object for two settings would give both the name of the second.
  if (registry.has(schema))
    throw new Error(`The schema of ${meta.env ?? meta.about} already describes another setting.`);
  registry.add(schema, meta as never);
  return schema;
};

/** Where a setting is found and what it is for. */
export const metaOf = (schema: z.ZodType): SettingMeta => registry.get(schema) as SettingMeta;

/** Numbers come as text from the environment. Nothing else is one: coercing would make 1 of `true` and 0 of an empty list. */
export const fromText = <S extends z.ZodType>(number: S) =>
  z.preprocess((value) => (typeof value === 'string' ? Number(value) : value), number);

/** A whole number within bounds, also as text. */
export const int = (min: number, max: number) =>
  fromText(
    z
      .number(`write a whole number from ${min} to ${max}`)
      .int(`write a whole number from ${min} to ${max}`)
      .min(min)
      .max(max),
  );

/** Yes or no, also as text. */
export const flag = z.union([z.boolean(), z.stringbool()], 'write true or false');

/** Several of a kind; as text, comma separated. */
export const list = <S extends z.ZodType>(item: S) =>
  z.preprocess(
    (value) =>
      typeof value === 'string'
        ? value
            .split(',')
            .map((entry) => entry.trim())
            .filter((entry) => entry !== '')
        : value,
    z.array(item),
  );

/** A key, token or password that need not be there. */
export const secret = () => z.string().min(1).optional();

/** A regular expression, read without regard to case. */
export const pattern = z.string().transform((source, context) => {
  try {
    return new RegExp(source, 'iu');
  } catch (error) {
    context.addIssue({ code: 'custom', message: `not a regular expression: ${errorMessage(error)}` });
    return z.NEVER;
  }
});
