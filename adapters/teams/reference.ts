import { z } from 'zod';
import type { Json } from '#core/message.ts';
import type { Activity } from './activity.ts';

export type ConversationType = 'personal' | 'groupChat' | 'channel';

/**
 * What is needed to write to a place in Teams again, as plain data: it is stored with the address (`Address.state`).
 * `conversationId` is what the connector wants in its URLs: in a channel's thread it ends in `;messageid=<root>`.
 */
export interface TeamsReference {
  /** The connector that serves the place; no token may go there before it is checked against the allow-list. */
  readonly serviceUrl: string;
  readonly conversationId: string;
  readonly type: ConversationType;
  readonly tenantId?: string;
  /** We, as the platform names us: `28:<app id>`. */
  readonly botId?: string;
  /** The team of a channel: `19:…@thread.tacv2`. */
  readonly teamId?: string;
}

const id = z.string().min(1).max(1_000);
const maybeId = id.optional().catch(undefined);

const schema = z.object({
  serviceUrl: z.url({ protocol: /^https?$/ }).max(1_000),
  conversationId: id,
  type: z.enum(['personal', 'groupChat', 'channel']),
  tenantId: maybeId,
  botId: maybeId,
  teamId: maybeId,
});

/** The reference in an address's state, or `undefined` when there is none that can be used. */
export const parseReference = (state: unknown): TeamsReference | undefined => {
  const { data } = schema.safeParse(state);
  if (data === undefined) return undefined;
  const { serviceUrl, conversationId, type, tenantId, botId, teamId } = data;
  return {
    ...{ serviceUrl, conversationId, type },
    ...(tenantId === undefined ? {} : { tenantId }),
    ...(botId === undefined ? {} : { botId }),
    ...(teamId === undefined ? {} : { teamId }),
  };
};

/** The reference as it is stored with an address. */
export const stateOf = (reference: TeamsReference): { readonly [key: string]: Json } => ({ ...reference });

/** A conversation id without and with the thread: `19:…@thread.tacv2` and what follows `;messageid=`. */
export const splitConversationId = (conversationId: string): { readonly space: string; readonly root?: string } => {
  const at = conversationId.toLowerCase().indexOf(';messageid=');
  if (at <= 0) return { space: conversationId };
  const root = conversationId.slice(at + ';messageid='.length).split(';', 1)[0] ?? '';
  return { space: conversationId.slice(0, at), ...(root === '' ? {} : { root }) };
};

/** The conversation id of a thread in a channel. */
export const threadConversationId = (space: string, root: string): string => `${space};messageid=${root}`;

/** What kind of conversation an activity is from; `undefined`: it names none. Not all of them say it themselves. */
export const conversationTypeOf = ({ conversation, channelData }: Activity): ConversationType | undefined => {
  if (conversation === undefined) return undefined;
  const { conversationType, isGroup, id: conversationId } = conversation;
  switch (conversationType?.toLowerCase()) {
    case 'personal':
      return 'personal';
    case 'groupchat':
      return 'groupChat';
    case 'channel':
      return 'channel';
  }
  if (channelData?.channel?.id !== undefined || channelData?.team?.id !== undefined) return 'channel';
  if (/;messageid=/i.test(conversationId) || /@thread\.(?:tacv2|skype)\b/.test(conversationId)) return 'channel';
  return isGroup === true || /@thread\.v2\b/.test(conversationId) ? 'groupChat' : 'personal';
};

/** The tenant that an activity comes from. */
export const tenantOf = ({ conversation, channelData, from }: Activity): string | undefined =>
  channelData?.tenant?.id ?? conversation?.tenantId ?? from?.tenantId;

/** Where something happened, in the terms of an address. */
export interface Place {
  readonly space: string;
  readonly thread: string;
  readonly type: ConversationType;
}

/** A message that names no thread opens one of its own; the ids of other activities (and of pressed buttons, `f:…`) name no message. */
const rootOf = ({ type, conversation, replyToId, id: activityId }: Activity): string | undefined =>
  splitConversationId(conversation?.id ?? '').root ??
  replyToId ??
  (/^message(?:Update|Delete)?$/.test(type) && activityId?.startsWith('f:') !== true ? activityId : undefined);

/** Where an activity happened. `thread`: the root of a channel's thread; everywhere else `chat`, since chats have no threads. */
export const placeOf = (activity: Activity): Place | undefined => {
  const { conversation } = activity;
  const type = conversationTypeOf(activity);
  if (conversation === undefined || type === undefined) return undefined;
  const { space } = splitConversationId(conversation.id);
  return { space, thread: type === 'channel' ? (rootOf(activity) ?? 'channel') : 'chat', type };
};

/** The reference to where an activity happened, or `undefined` when it does not say how to reach it. */
export const referenceOf = (activity: Activity): TeamsReference | undefined => {
  const place = placeOf(activity);
  if (place === undefined) return undefined;
  const { space, type } = place;
  const root = type === 'channel' ? rootOf(activity) : undefined;
  return parseReference({
    serviceUrl: activity.serviceUrl,
    conversationId: root === undefined ? space : threadConversationId(space, root),
    type,
    tenantId: tenantOf(activity),
    botId: activity.recipient?.id,
    teamId: activity.channelData?.team?.id ?? activity.channelData?.teamsTeamId,
  });
};
