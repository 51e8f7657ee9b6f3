/** What each channel with settings of its own is given, and what is wrong with it, in the names that people set. */
import type { z } from 'zod';
import { metaOf } from './setting.ts';
import { type Parts, parts } from './settings.ts';

/** Channels whose settings are checked by a schema of their own. */
export type ConfiguredChannel = 'email' | 'slack' | 'teams';
/** The schemas, as the adapters bring them. */
export type ChannelSchemas = { readonly [C in ConfiguredChannel]?: z.ZodType };

/** The parts that a channel's settings come from; while they are still being checked, those that are right. */
type Given = { readonly [P in ConfiguredChannel | 'channels' | 'desk']?: Partial<Parts[P]> } & {
  readonly server?: { readonly publicUrl?: string | undefined; readonly company?: string };
};
type Input = Readonly<Record<string, unknown>>;

/** What the settings say of a channel, in the shape that its schema takes: what is not set is absent. Takes a `Config`. */
export const channelInput = (channel: ConfiguredChannel, given: Given): Input =>
  Object.fromEntries(
    Object.entries({ ...given[channel], ...more[channel](given) }).filter(([, value]) => value !== undefined),
  );

/** What a channel needs to know of the other parts. */
const more: Readonly<Record<ConfiguredChannel, (given: Given) => Input>> = {
  email: (given) => ({
    customers: given.channels?.on?.includes('email'),
    deskAddress: deskIn('email', given),
    secondLevelAddress: secondLevelIn('email', given),
  }),
  slack: (given) => ({
    publicUrl: given.server?.publicUrl,
    customers: given.channels?.on?.includes('slack'),
    deskChannel: deskIn('slack', given),
    secondLevelChannel: secondLevelIn('slack', given),
  }),
  teams: (given) => ({
    publicUrl: given.server?.publicUrl,
    company: given.server?.company === '' ? undefined : given.server?.company,
    customers: given.channels?.on?.includes('teams'),
    deskChannel: deskIn('teams', given),
    secondLevelChannel: secondLevelIn('teams', given),
  }),
};

const deskIn = (channel: ConfiguredChannel, { channels }: Given): string | undefined =>
  channels?.desk?.channel === channel ? channels.desk.space : undefined;

const secondLevelIn = (channel: ConfiguredChannel, { desk }: Given): string | undefined =>
  desk?.secondLevel?.channel === channel ? desk.secondLevel.space : undefined;

/** Where the rest of it is set. */
const namesElsewhere: Readonly<Record<string, string>> = {
  publicUrl: 'PUBLIC_URL',
  deskChannel: 'DESK',
  deskAddress: 'DESK',
  secondLevelChannel: 'DESK_SECOND_LEVEL',
  secondLevelAddress: 'DESK_SECOND_LEVEL',
};

/** Why a channel is on, in words; `undefined` when it is off. */
const whyOn = (channel: ConfiguredChannel, { channels }: Given): string | undefined => {
  if (channels?.on?.includes(channel) === true) return `CHANNELS switches ${channel} on`;
  return channels?.desk?.channel === channel ? `DESK is in ${channel}` : undefined;
};

/** Checks the channels that are switched on, for customers or for the desk alone. Every problem with its name and its fix. */
export const checkChannels = (given: Given, schemas: ChannelSchemas): readonly string[] => {
  const problems: string[] = [];
  const level = given.desk?.secondLevel;
  const place = given.channels?.desk;
  if (level !== undefined && place !== undefined && (level.channel !== place.channel || level.channel === 'web'))
    problems.push(
      `DESK_SECOND_LEVEL: cases cannot go from ${place.channel} to ${level.channel}; name another place of ${place.channel === 'web' ? 'Slack, Teams or email, and put DESK there too' : place.channel}.`,
    );
  if (level !== undefined && level.channel === place?.channel && level.space === place.space)
    problems.push('DESK_SECOND_LEVEL: is where DESK is already; name another place, or leave it out.');
  for (const channel of ['email', 'slack', 'teams'] as const) {
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
