import { z } from 'zod';
import { cleanLine } from '../shared/clean.ts';
import { type Effect, messageId } from './api.ts';
import {
  type Context,
  contextOf,
  elsewhere,
  envelope,
  isDirect,
  isElsewhere,
  nothing,
  roleOf,
  type SlackDecoded,
  type SlackFacts,
  standing,
  unknown,
} from './context.ts';
import { decodeMessage } from './decode-message.ts';
import { dateOf, id, list, maybe, text, timestamp } from './fields.ts';

type Envelope = z.output<typeof envelope>;
type Decoder = (context: Context, body: Envelope) => SlackDecoded;

const through = ({ team, enterprise }: Context) => ({ team, ...(enterprise === undefined ? {} : { enterprise }) });

const reaction = z.object({
  user: id,
  reaction: text,
  item_user: maybe(id),
  item: z.object({ type: maybe(text), channel: id, ts: timestamp }),
  event_ts: maybe(timestamp),
});

// A map, since an emoji of somebody's own may be called `constructor`.
const scores: ReadonlyMap<string, 1 | -1> = new Map([
  ['+1', 1],
  ['thumbsup', 1],
  ['-1', -1],
  ['thumbsdown', -1],
]);

const decodeReaction: Decoder = (context, { event, event_time }) => {
  const { data } = reaction.safeParse(event);
  if (data === undefined) return unknown('a reaction to something else than a message');
  const { user, item } = data;
  if (isElsewhere(context, item.channel)) return elsewhere();
  if (context.us.has(user)) return nothing('a reaction of our own');
  const [name = ''] = data.reaction.split('::');
  const score = scores.get(name);
  if (score === undefined) return nothing('a reaction that says neither yes nor no');
  if (data.item_user !== undefined && context.us.size > 0 && !context.us.has(data.item_user))
    return nothing('a reaction to somebody else’s message');
  const place = { channel: item.channel, thread: item.ts, isDirect: isDirect(item.channel) };
  if (roleOf(context, { user }, place) === 'human') return nothing('a reaction of our own people');
  const when = data.event_ts ?? (event_time === undefined ? undefined : String(event_time));
  return {
    events: [
      {
        dedupeKey: `slack:${context.keyTeam}:${item.channel}:${item.ts}:reaction:${user}:${name}:${when ?? ''}`,
        ...standing(context, { user }, place),
        // The event does not say from which workspace: a vote belongs to the user alone, as the buttons' do.
        author: { role: 'customer', externalId: user },
        at: timestamp.safeParse(when).success ? dateOf(when ?? '') : context.receivedAt,
        body: { kind: 'feedback', score, of: messageId(item.channel, item.ts) },
        attention: 'overheard',
      },
    ],
    effects: [],
  };
};

const home = z.object({ user: id, tab: maybe(text) });

const decodeHome: Decoder = (context, { event }) => {
  const { data } = home.safeParse(event);
  if (data === undefined) return unknown('a home page without its user');
  if (data.tab !== 'home') return nothing('the messages of our app were opened, not its home page');
  if (context.config.customers === false) return elsewhere();
  return nothing('our home page was opened and is drawn', {
    effects: [{ kind: 'show-home', ...through(context), user: data.user }],
  });
};

const assistantThread = z.object({ assistant_thread: z.object({ channel_id: id, thread_ts: timestamp }) });

const decodeAssistant: Decoder = (context, { event }) => {
  const thread = assistantThread.safeParse(event).data?.assistant_thread;
  if (thread === undefined) return unknown('an assistant thread without its place');
  if (isElsewhere(context, thread.channel_id)) return elsewhere();
  return nothing('an assistant thread was opened; questions to start with are suggested', {
    effects: [{ kind: 'suggest-prompts', ...through(context), channel: thread.channel_id, thread: thread.thread_ts }],
  });
};

const ofChannel = z.object({ channel: z.union([id, z.object({ id }).transform((channel) => channel.id)]) });

const forgetting =
  (what: string): Decoder =>
  (_, { event }) => {
    const channel = ofChannel.safeParse(event).data?.channel;
    const effects: readonly Effect[] = channel === undefined ? [] : [{ kind: 'forget-channel', channel }];
    return nothing(`${what}; what we know of the channel is read again`, { effects });
  };

const uninstalled = (context: Context, { authorizations }: Envelope, reason: string): SlackDecoded => {
  const isOrganisation = authorizations?.[0]?.is_enterprise_install === true;
  const key = isOrganisation ? (context.enterprise ?? context.team) : context.team;
  return nothing(`${reason}; nothing is sent there any more`, { effects: [{ kind: 'uninstalled', key, reason }] });
};

const tokens = z.object({ tokens: z.object({ bot: list.min(1) }) });

const decoders: Readonly<Record<string, Decoder>> = {
  message: (context, { event }) => decodeMessage(context, event),
  app_mention: (context, { event }) => decodeMessage(context, event),
  reaction_added: decodeReaction,
  reaction_removed: () => nothing('a reaction was taken back; the vote that it gave stays'),
  app_home_opened: decodeHome,
  assistant_thread_started: decodeAssistant,
  assistant_thread_context_changed: () => nothing('somebody with an open assistant thread looks at another channel'),
  member_joined_channel: forgetting('somebody joined a channel'),
  member_left_channel: forgetting('somebody left a channel'),
  channel_rename: forgetting('a channel has a new name'),
  group_rename: forgetting('a channel has a new name'),
  channel_shared: forgetting('a channel is shared with another company'),
  channel_unshared: forgetting('a channel is no longer shared with another company'),
  app_uninstalled: (context, body) => uninstalled(context, body, 'the app was removed from the workspace'),
  tokens_revoked: (context, body) =>
    tokens.safeParse(body.event).success
      ? uninstalled(context, body, 'the workspace took back the app’s token')
      : nothing('tokens of users were taken back, not ours'),
};

/** One event of the Events API in its envelope (`event_callback`). */
export const decodeEvent = (body: unknown, facts: SlackFacts): SlackDecoded => {
  const parsed = envelope.safeParse(body).data;
  if (parsed === undefined) return unknown('an event_callback without an event');
  const { type } = parsed.event;
  const decoder = Object.hasOwn(decoders, type) ? decoders[type] : undefined;
  if (decoder === undefined) return nothing(`an event that is not read: ${cleanLine(type, 60)}`);
  const context = contextOf(parsed, facts);
  if (context === undefined) return unknown('an event without its workspace (team_id)');
  return { ...decoder(context, parsed), ...through(context) };
};
