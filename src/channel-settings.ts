/** What each channel with settings of its own is given, and what is wrong with it, in the names that people set. */
import type { z } from 'zod';
import { metaOf } from './setting.ts';
import { type Parts, parts } from './settings.ts';

/** Channels whose settings are checked by a schema of their own. */
export type ConfiguredChannel = 'email' | 'slack';
/** The schemas, as the adapters bring them. */
export type ChannelSchemas = { readonly [C in ConfiguredChannel]?: z.ZodType };

/** The parts that a channel's settings come from; while they are still being checked, those that are right. */
type Given = { readonly [P in ConfiguredChannel | 'channels']?: Partial<Parts[P]> } & {
  readonly server?: { readonly publicUrl?: string | undefined };
};
type Input = Readonly<Record<string, unknown>>;

/** Channels where people can pick up, beside the console. */
const desks: readonly ConfiguredChannel[] = ['slack'];

/** What the settings say of a channel, in the shape that its schema takes: what is not set is absent. Takes a `Config`. */
export const channelInput = (channel: ConfiguredChannel, given: Given): Input =>
  Object.fromEntries(
    Object.entries({ ...given[channel], ...more[channel](given) }).filter(([, value]) => value !== undefined),
  );

/** What a channel needs to know of the other parts. */
const more: Readonly<Record<ConfiguredChannel, (given: Given) => Input>> = {
  email: () => ({}),
  slack: ({ channels, server }) => ({
    publicUrl: server?.publicUrl,
    customers: channels?.on?.includes('slack'),
    deskChannel: channels?.desk?.channel === 'slack' ? channels.desk.space : undefined,
  }),
};

/** Where the rest of it is set. */
const namesElsewhere: Readonly<Record<string, string>> = { publicUrl: 'PUBLIC_URL', deskChannel: 'DESK' };

/** Why a channel is on, in words; `undefined` when it is off. */
const whyOn = (channel: ConfiguredChannel, { channels }: Given): string | undefined => {
  if (channels?.on?.includes(channel) === true) return `CHANNELS switches ${channel} on`;
  return channels?.desk?.channel === channel && desks.includes(channel) ? `DESK is in ${channel}` : undefined;
};

/** Checks the channels that are switched on, for customers or for the desk alone. Every problem with its name and its fix. */
export const checkChannels = (given: Given, schemas: ChannelSchemas): readonly string[] => {
  const problems: string[] = [];
  if (given.channels?.on?.includes('teams') === true)
    problems.push('CHANNELS: teams is not part of this release yet; take it out.');
  if (!['web', ...desks].includes(given.channels?.desk?.channel ?? 'web'))
    problems.push('DESK: only "web" and "slack:<channel id>" are available in this release.');
  for (const channel of ['email', 'slack'] as const) {
    const why = whyOn(channel, given);
    if (why === undefined) continue;
    const input = channelInput(channel, given);
    for (const issue of schemas[channel]?.safeParse(input).error?.issues ?? [])
      problems.push(inWords(channel, issue, input, why));
  }
  return problems;
};

const inWords = (channel: ConfiguredChannel, issue: z.core.$ZodIssue, input: Input, why: string): string => {
  const [key = '', ...rest] = issue.path.map(String);
  const schema: z.ZodType | undefined = new Map<string, z.ZodType>(Object.entries(parts[channel].shape)).get(key);
  const name = namesElsewhere[key] ?? (schema && metaOf(schema).env) ?? `frontdesk.yaml ${channel}.${key}`;
  const place = [name, ...rest].join('.');
  if (key === '' || input[key] !== undefined) return `${place}: ${issue.message}.`;
  // A channel's own words say how to do without; a schema's say only that nothing is there.
  return issue.code === 'custom' ? `${place}: ${issue.message} (${why}).` : `${place}: is missing; ${why}.`;
};
