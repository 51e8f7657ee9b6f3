import type { Decoded } from '#core/channel.ts';
import type { InboundEvent, Json } from '#core/message.ts';
import { type Activity, parseActivity, wordOf } from './activity.ts';
import type { TeamsConfig } from './config.ts';
import { type Context, contextOf, nothing, type TeamsDecoded, type TeamsFacts, unknown } from './context.ts';
import { decodeInvoke } from './decode-invoke.ts';
import { decodeDeletion, decodeEdit, decodeMessage } from './decode-message.ts';
import { decodeConversationUpdate, decodeInstallation } from './decode-update.ts';
import { parsePayload } from './payload.ts';

export type { Effect, FileConsent, TeamsDecoded, TeamsFacts } from './context.ts';

type Decoder = (context: Context, activity: Activity) => TeamsDecoded;

const decoders: ReadonlyMap<string, Decoder> = new Map<string, Decoder>([
  ['message', decodeMessage],
  ['messageUpdate', decodeEdit],
  ['messageDelete', decodeDeletion],
  ['messageReaction', () => nothing('a reaction to a message of ours; only the buttons below an answer are votes')],
  ['invoke', decodeInvoke],
  ['conversationUpdate', decodeConversationUpdate],
  ['installationUpdate', decodeInstallation],
  ['typing', () => nothing('somebody is typing')],
  ['event', (_, { name }) => nothing(`an event that is not read: ${wordOf(name)}`)],
  ['endOfConversation', () => nothing('the platform ended a conversation')],
]);

/** Only Teams proves who writes: other channels of the Bot Framework let their clients say it. */
const isOfTeams = ({ channelId }: Activity): boolean =>
  channelId === undefined || channelId === '' || /^msteams(?:$|:)/i.test(channelId);

/** What `frontdesk inspect` adds to the common fields. */
const inspectOf = ({
  attention,
  toOthers,
  identity,
  body,
  joinsWithinMs,
  unseen,
}: InboundEvent): { readonly [key: string]: Json } => ({
  ...(attention === undefined ? {} : { attention }),
  ...(toOthers === true ? { toOthers } : {}),
  ...(unseen === true ? { unseen } : {}),
  ...(joinsWithinMs === undefined ? {} : { joinsWithinMs }),
  ...(identity?.evidence === undefined ? {} : { identity: identity.evidence }),
  ...(identity?.organization === undefined ? {} : { organization: identity.organization }),
  ...('of' in body && body.of !== undefined ? { of: body.of } : {}),
  ...(body.kind === 'action' ? { action: body.action, value: body.value } : {}),
  ...(body.kind === 'action' && body.person !== undefined ? { person: body.person.externalId } : {}),
  ...(body.kind === 'feedback' ? { score: body.score } : {}),
  ...('internal' in body && body.internal === true ? { internal: true } : {}),
  ...('content' in body && body.content.attachments.length > 0
    ? { attachments: body.content.attachments.map(({ name, mime }) => ({ name, mime })) }
    : {}),
});

/**
 * One activity of Teams as events, and what the adapter itself has to do about it. Pure, and never throws, whatever the value;
 * when nothing comes of it, `unsupported` says why.
 */
export const decodeTeams = (value: unknown, facts: TeamsFacts): TeamsDecoded => {
  const parsed = parseActivity(value);
  if (!parsed.ok) return unknown(parsed.reason);
  const { activity } = parsed;
  if (!isOfTeams(activity))
    return nothing(`an activity of another channel (${wordOf(activity.channelId)}), not of Teams`);
  const decoder = decoders.get(activity.type);
  if (decoder === undefined) return nothing(`an activity that is not read: ${wordOf(activity.type)}`);
  const context = contextOf(activity, facts);
  if (context === undefined) return unknown(`${wordOf(activity.type)} without its conversation`);
  const { tenantId, reference } = context;
  const decoded = decoder(context, activity);
  return {
    ...decoded,
    events: decoded.events.map((event) => ({ ...event, inspect: inspectOf(event) })),
    ...(tenantId === undefined ? {} : { tenantId }),
    ...(reference === undefined ? {} : { reference }),
  };
};

/**
 * Translation alone, for `frontdesk inspect`: the bytes of a request or a recording of several, no signature, whatever of the
 * settings is known.
 */
export const inspectTeams = async (payload: Uint8Array, config?: Partial<TeamsConfig>): Promise<Decoded> => {
  const parsed = parsePayload(payload);
  if (!parsed.ok) return { events: [], unsupported: parsed.reason };
  const facts: TeamsFacts = { receivedAt: new Date(), ...(config === undefined ? {} : { config }) };
  const decoded = parsed.activities.map((activity) => decodeTeams(activity, facts));
  const reasons = new Set(decoded.flatMap(({ unsupported }) => unsupported ?? []));
  return {
    events: decoded.flatMap(({ events }) => events),
    ...(reasons.size === 0 ? {} : { unsupported: [...reasons].join('; ') }),
  };
};
