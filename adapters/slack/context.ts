import { z } from 'zod';
import type { Decoded, HttpAnswer, StatusQuery } from '#core/channel.ts';
import type { Address, Author, Identity } from '#core/message.ts';
import { cleanLine } from '../shared/clean.ts';
import type { Effect, SlackState } from './api.ts';
import { isDeskChannel, isOurTeam, type SlackConfig } from './config.ts';
import { id, maybe } from './fields.ts';
import { type Ours, withoutMentions } from './mrkdwn.ts';

/** What translation depends on besides the payload. */
export interface SlackFacts {
  /** Settings as far as they are known; without any, everybody in Slack may be a customer. */
  readonly config?: Partial<SlackConfig>;
  /** Our own user in the workspace that the payload came through, when it is known. */
  readonly botUserId?: string;
  /** Stands in where the payload says no time. */
  readonly receivedAt: Date;
}

export interface SlackDecoded extends Decoded {
  /** What is to be done beside storing the events; best effort. */
  readonly effects: readonly Effect[];
  /** What to answer in the same response, where an empty 200 is not enough. */
  readonly response?: HttpAnswer | StatusQuery;
  /** The workspace that the payload came through, and its Grid organisation. */
  readonly team?: string;
  readonly enterprise?: string;
}

/** A payload's surroundings, as every part of the translation asks for them. */
export interface Context {
  readonly config: Partial<SlackConfig>;
  readonly receivedAt: Date;
  /** Our own users; empty when nobody told us. */
  readonly us: Ours;
  /** The workspace that the payload came through. */
  readonly team: string;
  readonly enterprise?: string;
  /** The workspace in dedupe keys: the one that we hear through. What the envelope calls `team_id` may be the author's. */
  readonly keyTeam: string;
  readonly appId?: string;
  /** The channel is shared with another company (Slack Connect). */
  readonly isShared: boolean;
}

/** Nothing that concerns a conversation, and why. */
export const nothing = (unsupported: string, more: Partial<SlackDecoded> = {}): SlackDecoded => ({
  events: [],
  effects: [],
  unsupported,
  ...more,
});

export const unknown = (what: string): SlackDecoded => nothing(`not a Slack payload that we know: ${what}`);

/** Only the desk is in Slack, and this happened elsewhere. */
export const isElsewhere = ({ config }: Context, channel: string | undefined): boolean =>
  config.customers === false && !isDeskChannel(config, channel);
export const elsewhere = (): SlackDecoded =>
  nothing('not for us: customers do not write in Slack here, only the channel of the desk is read');

const authorization = z.object({
  enterprise_id: maybe(id),
  team_id: maybe(id),
  user_id: maybe(id),
  is_bot: maybe(z.boolean()),
  is_enterprise_install: maybe(z.boolean()),
});
/** The envelope of the Events API: https://docs.slack.dev/apis/events-api#the-events-api__receiving-events__callback-field-overview */
export const envelope = z.object({
  team_id: maybe(id),
  enterprise_id: maybe(id),
  context_team_id: maybe(id),
  context_enterprise_id: maybe(id),
  api_app_id: maybe(id),
  event_time: maybe(z.number()),
  is_ext_shared_channel: maybe(z.boolean()),
  authorizations: maybe(z.array(authorization.catch({}))),
  event: z.looseObject({ type: z.string() }),
});

/** Where an event came from. `undefined`: it names no workspace at all. */
export const contextOf = (body: z.output<typeof envelope>, facts: SlackFacts): Context | undefined => {
  const [granted] = body.authorizations ?? [];
  const team = body.context_team_id ?? granted?.team_id ?? body.team_id;
  const enterprise = body.context_enterprise_id ?? granted?.enterprise_id ?? body.enterprise_id;
  const key = team ?? enterprise;
  if (key === undefined) return undefined;
  const bots = (body.authorizations ?? []).flatMap(({ is_bot, user_id }) =>
    is_bot === true && user_id ? [user_id] : [],
  );
  return {
    config: facts.config ?? {},
    receivedAt: facts.receivedAt,
    us: new Set([...(facts.botUserId === undefined ? [] : [facts.botUserId]), ...bots]),
    team: key,
    ...(enterprise === undefined ? {} : { enterprise }),
    keyTeam: key,
    ...(body.api_app_id === undefined ? {} : { appId: body.api_app_id }),
    isShared: body.is_ext_shared_channel === true,
  };
};

/** Somebody who did something; `team` only where the payload says it. */
export interface Person {
  readonly user: string;
  readonly team?: string | undefined;
  readonly name?: string | undefined;
}

/** Where it was done. */
export interface Place {
  readonly channel: string;
  readonly thread: string;
  /** A conversation with one person, or with us alone. */
  readonly isDirect: boolean;
}

export const isDirect = (channel: string, channelType?: string): boolean =>
  channelType === 'im' || channelType === 'app_home' || channel.startsWith('D');

const isHome = ({ config, team, enterprise }: Context, of: string): boolean =>
  isOurTeam(config, of, [team, enterprise]);

/**
 * Our own people: whom the settings name, whoever is at the desk, and colleagues in a channel shared with another company.
 * In a workspace's own channels and in direct messages whoever asks is the customer.
 */
export const roleOf = (context: Context, { user, team }: Person, place: Place): 'human' | 'customer' => {
  if (context.config.staff?.includes(user) || isDeskChannel(context.config, place.channel)) return 'human';
  const isColleague = team !== undefined && isHome(context, team);
  return isColleague && context.isShared && !place.isDirect ? 'human' : 'customer';
};

/** Who and where, in the form that every event has. A Slack user is one person in every workspace: `team:user`. */
export const standing = (
  context: Context,
  person: Person,
  place: Place,
): { readonly author: Author; readonly identity: Identity; readonly address: Address } => {
  const team = person.team ?? context.team;
  const name = withoutMentions(cleanLine(person.name ?? ''));
  const organization =
    context.config.channels?.[place.channel]?.organization ?? (isHome(context, team) ? undefined : team);
  const state: SlackState = {
    team: context.team,
    ...(context.enterprise === undefined ? {} : { enterprise: context.enterprise }),
    user: person.user,
    userTeam: team,
  };
  return {
    author: {
      role: roleOf(context, person, place),
      externalId: `${team}:${person.user}`,
      ...(name === '' ? {} : { name }),
    },
    identity: {
      level: 'verified',
      evidence: `slack workspace ${team}`,
      ...(organization === undefined ? {} : { organization }),
    },
    address: { channel: 'slack', space: place.channel, thread: place.thread, state: { ...state } },
  };
};
