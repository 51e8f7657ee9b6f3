/**
 * The only reader of `process.env` and `frontdesk.yaml`: read once at start, every problem reported together with its fix,
 * secrets masked. A setting that is no secret may stand in either; the environment wins.
 */
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import { AppError, errorMessage } from '#core/errors.ts';
import { type ChannelSchemas, checkChannels } from './channel-settings.ts';
import { misspeltNames } from './misspelt-names.ts';
import { problemInWords } from './problem-in-words.ts';
import { metaOf } from './setting.ts';
import { describeSettings, type Parts, parts } from './settings.ts';

export interface Config extends Omit<Parts, 'server'> {
  readonly server: Omit<Parts['server'], 'secret' | 'secretPrevious' | 'publicUrl'> & {
    readonly publicUrl: string;
    readonly secrets: readonly [string, ...string[]];
  };
  /** Values that must never be written anywhere. */
  readonly secretValues: readonly string[];
  /** What production would refuse; staging starts and says so. */
  readonly warnings: readonly string[];
  /** Every setting with its value, secrets masked, for `doctor`. */
  readonly safe: readonly { readonly name: string; readonly value: string; readonly about: string }[];
}

export interface ConfigSources {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Text of frontdesk.yaml, when there is one. */
  readonly yaml?: string;
  readonly readFile: (path: string) => string;
  /** The secret of a development installation, made and kept in `FRONTDESK_HOME`. */
  readonly localSecret: (home: string) => string;
  /** Schemas of channels with settings of their own, checked when the channel is switched on. */
  readonly channelSchemas?: ChannelSchemas;
}

/** Read before the settings are. */
const otherNames = ['FRONTDESK_CONFIG'];

/** Reads and checks everything. Throws one `misconfigured` error that lists every problem and what to do about it. */
export const readConfig = (sources: ConfigSources): Config => {
  const problems: string[] = [];
  const file = readYaml(sources.yaml, problems);
  const secretValues: string[] = [];
  const safe: { name: string; value: string; about: string }[] = [];
  const values: Record<string, unknown> = {};
  const right: { [P in keyof Parts]?: Partial<Parts[P]> } & Record<string, object> = {};
  const given: Record<string, Readonly<Record<string, unknown>>> = {};

  for (const [name, part] of Object.entries(parts)) {
    const section = file[name] ?? {};
    for (const key of Object.keys(section))
      if (!(key in part.shape))
        problems.push(
          `frontdesk.yaml ${name}.${key}: no such setting; there are ${Object.keys(part.shape).join(', ')}.`,
        );
    const raw: Record<string, unknown> = {};
    for (const [key, schema] of Object.entries(part.shape)) {
      const meta = metaOf(schema as z.ZodType);
      if (meta.secret === true && section[key] !== undefined)
        problems.push(`frontdesk.yaml ${name}.${key} is a secret: set it as ${meta.env} or ${meta.env}_FILE instead.`);
      raw[key] = fromEnv(meta.env, sources, problems) ?? section[key];
    }
    given[name] = raw;
    const parsed = part.safeParse(raw);
    right[name] = parsed.success ? parsed.data : rightOnes(part.shape, raw);
    if (parsed.success) values[name] = parsed.data;
    else {
      const explained = new Set<string>();
      for (const issue of parsed.error.issues) {
        const key = String(issue.path[0] ?? '');
        const meta = metaOf((part.shape as Record<string, z.ZodType>)[key] as z.ZodType);
        const place = [meta.env ?? `frontdesk.yaml ${name}.${key}`, ...issue.path.slice(1)].join('.');
        // What a setting is for is said once, however much of it is wrong.
        problems.push(`${place}: ${problemInWords(issue)}.${explained.has(key) ? '' : ` ${meta.about}`}`);
        explained.add(key);
      }
    }
    for (const [key, schema] of Object.entries(part.shape)) {
      const meta = metaOf(schema as z.ZodType);
      const value = (parsed.success ? (parsed.data as Record<string, unknown>) : raw)[key];
      if (typeof value === 'string') secretValues.push(...(meta.secret === true ? [value] : []), ...passwordsIn(value));
      safe.push({ name: meta.env ?? `${name}.${key}`, about: meta.about, value: show(value, meta.secret === true) });
    }
  }

  const wrong = new Set(problems.map(nameIn));
  // What could not even be read is missing there too: once is enough.
  for (const problem of checkChannels(right, sources.channelSchemas ?? {}))
    if (!wrong.has(nameIn(problem))) problems.push(problem);
  problems.push(...misspeltNames(sources.env, [...describeSettings().map(({ env }) => env), ...otherNames]));
  const profile = given.server?.profile;
  const risks = profile === 'staging' || profile === 'production' ? unsafe(given) : [];
  if (profile === 'production') problems.push(...risks);
  const all = values as Partial<Parts>;
  if (problems.length > 0 || !isComplete(all)) {
    throw new AppError(
      'misconfigured',
      `Frontdesk cannot start with these settings:\n${problems.map((problem) => `  - ${mask(problem, secretValues)}`).join('\n')}`,
    );
  }

  const { secret, secretPrevious, publicUrl, ...server } = all.server;
  const first = secret ?? sources.localSecret(server.home);
  const secrets: [string, ...string[]] = secretPrevious === undefined ? [first] : [first, secretPrevious];
  return {
    ...all,
    server: {
      ...server,
      home: resolve(server.home),
      publicUrl: (publicUrl ?? `http://localhost:${server.port}`).replace(/\/$/, ''),
      secrets,
    },
    secretValues: [...new Set([...secretValues, ...secrets])],
    warnings: risks,
    safe,
  };
};

const isComplete = (values: Partial<Parts>): values is Parts => Object.keys(parts).every((name) => name in values);

/** Of a part with something wrong in it, what is right: the rest can be checked all the same. */
const rightOnes = (shape: Readonly<Record<string, z.ZodType>>, raw: Readonly<Record<string, unknown>>): object =>
  Object.fromEntries(
    Object.entries(shape).flatMap(([key, schema]) => {
      const { success, data } = schema.safeParse(raw[key]);
      return success ? [[key, data]] : [];
    }),
  );

/** What a problem is about: `SLACK_STAFF` of `SLACK_STAFF.0: not a user id`, and of `SLACK_STAFF_FILE: cannot read`. */
const nameIn = (problem: string): string =>
  (/^(?:frontdesk\.yaml \w+\.\w+|\w+)/.exec(problem)?.[0] ?? '').replace(/_FILE$/, '');

const readYaml = (text: string | undefined, problems: string[]): Record<string, Record<string, unknown>> => {
  if (text === undefined || text.trim() === '') return {};
  try {
    const value: unknown = parseYaml(text, { logLevel: 'error' });
    // A key with nothing after it is `null` in YAML: not set.
    const section = z
      .record(z.string(), z.unknown())
      .nullable()
      .transform((keys) => Object.fromEntries(Object.entries(keys ?? {}).filter(([, entry]) => entry !== null)));
    const file = z.record(z.string(), section).parse(value ?? {});
    for (const name of Object.keys(file))
      if (!(name in parts))
        problems.push(`frontdesk.yaml: no section "${name}"; there are ${Object.keys(parts).join(', ')}.`);
    return file;
  } catch (error) {
    problems.push(
      `frontdesk.yaml cannot be read: ${error instanceof z.ZodError ? 'every top-level key must be a section with settings below it' : firstLine(error)}.`,
    );
    return {};
  }
};

/** The parser goes on to quote the file, where a secret may stand. */
const firstLine = (error: unknown): string => (errorMessage(error).split('\n', 1)[0] ?? '').replace(/:$/, '');

const fromEnv = (
  name: string | undefined,
  { env, readFile }: ConfigSources,
  problems: string[],
): string | undefined => {
  if (name === undefined) return undefined;
  const value = env[name]?.trim();
  const path = env[`${name}_FILE`]?.trim();
  if (path === undefined || path === '') return value === '' ? undefined : value;
  if (value !== undefined && value !== '') problems.push(`${name} and ${name}_FILE are both set: keep one.`);
  try {
    return readFile(path).trim();
  } catch {
    problems.push(`${name}_FILE: cannot read ${path}.`);
    return undefined;
  }
};

/** What production refuses, of the settings as they were given: some other of them may be wrong as well. */
const unsafe = (given: Readonly<Record<string, Readonly<Record<string, unknown>>>>): readonly string[] => {
  const problems: string[] = [];
  const text = (part: string, key: string): string => String(given[part]?.[key] ?? '');
  if (text('server', 'secret').length < 32)
    problems.push(
      'FRONTDESK_SECRET: production needs one of at least 32 characters, for example from "openssl rand -hex 32".',
    );
  if (text('server', 'consoleToken').length < 16)
    problems.push(
      'CONSOLE_TOKEN: production needs one of at least 16 characters; the console shows customers’ messages.',
    );
  if (text('database', 'url') === '')
    problems.push(
      'DATABASE_URL: production needs PostgreSQL; the embedded database promises nothing after a power loss.',
    );
  if (!text('server', 'publicUrl').startsWith('https://'))
    problems.push('PUBLIC_URL: production needs an https:// address.');
  for (const [part, key, name] of [
    ['slack', 'apiUrl', 'SLACK_API_URL'],
    ['teams', 'tokenUrl', 'TEAMS_TOKEN_URL'],
    ['teams', 'openidUrl', 'TEAMS_OPENID_URL'],
    ['teams', 'serviceUrls', 'TEAMS_SERVICE_URLS'],
  ] as const)
    if (/(?:^|,)\s*http:/i.test(text(part, key)))
      problems.push(
        `${name}: production needs an https:// address; ${key === 'openidUrl' ? 'keys come from' : 'tokens are sent'} there.`,
      );
  return problems;
};

const show = (value: unknown, isSecret: boolean): string => {
  if (value === undefined || (Array.isArray(value) && value.length === 0)) return '';
  if (isSecret) return typeof value === 'string' && /^\w+:\/\//.test(value) ? maskUrl(value) : '••••••';
  if (typeof value === 'string' && passwordsIn(value).length > 0) return maskUrl(value);
  if (value instanceof RegExp) return value.source;
  return typeof value === 'object'
    ? JSON.stringify(value, (_key, entry: unknown) => (entry instanceof RegExp ? entry.source : entry))
    : String(value);
};

const maskUrl = (value: string): string => {
  const url = URL.parse(value);
  if (url === null) return '••••••';
  return `${url.protocol}//${url.username === '' ? '' : `${url.username}:••••••@`}${url.host}${url.pathname}`;
};

const passwordsIn = (value: string): readonly string[] => {
  const password = URL.parse(value)?.password ?? '';
  return password === '' ? [] : [...new Set([password, decoded(password)])];
};

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

const mask = (text: string, secrets: readonly string[]): string =>
  secrets.filter((entry) => entry.length > 3).reduce((masked, entry) => masked.replaceAll(entry, '••••••'), text);

/** Sources of a real process: its environment and the `frontdesk.yaml` of its working directory (or FRONTDESK_CONFIG). */
export const processSources = (): Pick<ConfigSources, 'env' | 'yaml' | 'readFile'> => {
  const named = process.env.FRONTDESK_CONFIG;
  const path = named ?? 'frontdesk.yaml';
  const readFile = (file: string): string => readFileSync(file, 'utf8');
  if (named === undefined && !existsSync(path)) return { env: process.env, readFile };
  try {
    return { env: process.env, readFile, yaml: readFile(path) };
  } catch (error) {
    const name = named === undefined ? '' : 'FRONTDESK_CONFIG: ';
    throw new AppError('misconfigured', `${name}cannot read ${resolve(path)}.`, { cause: error });
  }
};
