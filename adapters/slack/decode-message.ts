import type { Attention, Content, InboundEvent } from '#core/message.ts';
import { cleanLine } from '../shared/clean.ts';
import { messageId } from './api.ts';
import { isDeskChannel } from './config.ts';
import {
  type Context,
  elsewhere,
  isDirect,
  isElsewhere,
  nothing,
  type Person,
  type Place,
  roleOf,
  type SlackDecoded,
  standing,
  unknown,
} from './context.ts';
import { dateOf } from './fields.ts';
import type { Ours } from './mrkdwn.ts';
import { readFiles, readWords, type SlackMessage, saysTheSame, slackMessage } from './read-message.ts';

/** Kinds of messages that people write; every other subtype is a notice. */
const written = new Set([undefined, '', 'file_share', 'thread_broadcast', 'me_message']);

const described: Readonly<Record<string, string>> = {
  message_replied: 'a thread has a reply, which comes as a message of its own',
  assistant_app_thread: 'the opening of an assistant thread, nobody’s words',
};

/** Why a message is not somebody's words to us, or `undefined`. */
const notWritten = (context: Context, message: SlackMessage): string | undefined => {
  const { user, app_id, bot_id, bot_profile, subtype, hidden } = message;
  if (user !== undefined && context.us.has(user)) return 'one of our own messages';
  if (app_id !== undefined && app_id === context.appId) return 'one of our own messages';
  if (bot_id || bot_profile !== undefined || subtype === 'bot_message') return 'a message of a bot';
  if (user === 'USLACKBOT') return 'a message of Slackbot';
  if (!written.has(subtype)) {
    const name = cleanLine(subtype ?? '', 60);
    return (
      (Object.hasOwn(described, name) ? described[name] : undefined) ?? `a notice of Slack (${name}), nobody’s words`
    );
  }
  return hidden === true ? 'a hidden message' : undefined;
};

const personOf = ({ user = '', user_team, team, source_team, user_profile: profile }: SlackMessage): Person => ({
  user,
  team: user_team ?? team ?? source_team ?? profile?.team,
  name: [profile?.real_name, profile?.display_name, profile?.name].find((name) => (name ?? '').trim() !== ''),
});

const keyOf = (context: Context, channel: string, ts: string, suffix = ''): string =>
  `slack:${context.keyTeam}:${channel}:${ts}${suffix}`;

const contentOf = (
  { team, enterprise }: Context,
  message: SlackMessage,
  words: string,
): { content: Content; skipped: readonly string[] } => {
  const { attachments, links, skipped } = readFiles(message, enterprise === undefined ? team : `${team}:${enterprise}`);
  return { content: { markdown: [words, ...links].filter((part) => part !== '').join('\n\n'), attachments }, skipped };
};

/** The first user that an `app_mention` names is us, when nothing else says who we are. */
const usIn = (context: Context, message: SlackMessage): Ours => {
  const first = /<@([UW][A-Z0-9]+)(?:\|[^<>]*)?>/.exec(message.text ?? '')?.[1];
  return context.us.size > 0 || message.type !== 'app_mention' || first === undefined ? context.us : new Set([first]);
};

const attentionOf = (
  context: Context,
  message: SlackMessage,
  about: {
    readonly mentionsUs: boolean;
    readonly place: Place;
    readonly isReply: boolean;
    readonly isCustomer: boolean;
  },
): Attention => {
  const { config, us } = context;
  const { channel } = about.place;
  if (isDeskChannel(config, channel)) {
    const parent = message.parent_user_id;
    const isOurs = parent === undefined || us.size === 0 || us.has(parent);
    return about.isReply && isOurs ? 'desk' : 'overheard';
  }
  if (about.mentionsUs || message.type === 'app_mention' || about.place.isDirect) return 'addressed';
  const isOpen = about.isCustomer && !about.isReply && config.supportChannels?.includes(channel) === true;
  return isOpen ? 'open' : 'overheard';
};

const decodeWritten = (context: Context, message: SlackMessage, channel: string): SlackDecoded => {
  const why = notWritten(context, message);
  if (why !== undefined) return nothing(why);
  const { ts, user } = message;
  if (ts === undefined) return unknown('a message without its ts');
  if (user === undefined) return unknown('a message without its author');
  const us = usIn(context, message);
  const words = readWords(message, us);
  const { content, skipped } = contentOf(context, message, words.markdown);
  const thread = message.thread_ts ?? message.root?.ts ?? ts;
  const isReply = thread !== ts;
  const place: Place = { channel, thread, isDirect: isDirect(channel, message.channel_type) };
  const person = personOf(message);
  const isCustomer = roleOf(context, person, place) === 'customer';
  const attention = attentionOf(context, message, { mentionsUs: words.mentionsUs, place, isReply, isCustomer });
  if (content.markdown === '' && content.attachments.length === 0 && !words.mentionsUs)
    return nothing(`a message without words or files that can be read${listOf(skipped)}`);
  const joins = isCustomer && !isReply;
  const event: InboundEvent = {
    dedupeKey: keyOf(context, channel, ts),
    ...standing(context, person, place),
    at: dateOf(ts),
    body: { kind: 'message', content },
    externalId: messageId(channel, ts),
    attention,
    ...(words.mentionsOthers ? { toOthers: true } : {}),
    ...(joins ? { joinsWithinMs: (context.config.mergeSeconds ?? 60) * 1000 } : {}),
  };
  const left = skipped.length === 0 ? {} : { unsupported: `left out${listOf(skipped)}` };
  return { events: [event], effects: [], ...left };
};

const listOf = (skipped: readonly string[]): string =>
  skipped.length === 0 ? '' : `: ${[...new Set(skipped)].join(', ')}`;

const inner = (value: unknown): SlackMessage | undefined => slackMessage.safeParse(value).data;

const decodeDeletion = (context: Context, event: SlackMessage, channel: string, ts: string): SlackDecoded => {
  const before = inner(event.previous_message);
  if (before?.subtype === 'tombstone') return nothing('what was left of a message that had been deleted before');
  const why = before === undefined ? undefined : notWritten(context, before);
  if (why !== undefined) return nothing(`${why}, deleted`);
  const when = event.event_ts ?? event.ts;
  if (when === undefined) return unknown('a deletion without its time');
  const thread = before?.thread_ts ?? inner(event.message)?.thread_ts ?? ts;
  const place: Place = { channel, thread, isDirect: isDirect(channel, event.channel_type) };
  const known = before?.user === undefined ? undefined : standing(context, personOf(before), place);
  // Slack does not always say whose message it was; the message itself is named either way.
  const author = known ?? {
    author: { role: 'customer' as const, externalId: `${context.team}:unknown` },
    identity: { level: 'anonymous' as const },
    address: { channel: 'slack' as const, space: channel, thread },
  };
  return {
    events: [
      {
        dedupeKey: keyOf(context, channel, ts, `:delete:${when}`),
        ...author,
        at: dateOf(when),
        body: { kind: 'delete', of: messageId(channel, ts) },
        attention: 'overheard',
      },
    ],
    effects: [],
  };
};

const decodeChange = (context: Context, event: SlackMessage, channel: string): SlackDecoded => {
  const after = inner(event.message);
  const before = inner(event.previous_message);
  const ts = after?.ts;
  if (after === undefined || ts === undefined) return unknown('an edit without the message');
  if (after.subtype === 'tombstone') return decodeDeletion(context, event, channel, ts);
  const why = notWritten(context, after);
  if (why !== undefined) return nothing(`${why}, changed`);
  const { user } = after;
  if (user === undefined) return unknown('an edit without its author');
  const isEdited = after.edited !== undefined || before?.edited !== undefined;
  if (!isEdited) return nothing('a change around a message (a preview, a thread), not of its text');
  if (before !== undefined && saysTheSame(before, after, context.us))
    return nothing('an edit that did not change what the message says');
  const when = after.edited?.ts ?? event.event_ts ?? event.ts;
  if (when === undefined) return unknown('an edit without its time');
  const place: Place = { channel, thread: after.thread_ts ?? ts, isDirect: isDirect(channel, event.channel_type) };
  const words = readWords(after, context.us);
  return {
    events: [
      {
        dedupeKey: keyOf(context, channel, ts, `:edit:${when}`),
        ...standing(context, personOf(after), place),
        at: dateOf(when),
        body: { kind: 'edit', of: messageId(channel, ts), content: contentOf(context, after, words.markdown).content },
        attention: 'overheard',
        ...(words.mentionsOthers ? { toOthers: true } : {}),
      },
    ],
    effects: [],
  };
};

/**
 * `message` and `app_mention` events (https://docs.slack.dev/reference/events/message). Both come for one message, with or
 * without subtype, and give the same dedupe key.
 */
export const decodeMessage = (context: Context, raw: unknown): SlackDecoded => {
  const { data: message } = slackMessage.safeParse(raw);
  const channel = message?.channel;
  if (message === undefined || channel === undefined) return unknown('a message without its channel');
  if (isElsewhere(context, channel)) return elsewhere();
  if (message.subtype === 'message_changed') return decodeChange(context, message, channel);
  if (message.subtype !== 'message_deleted') return decodeWritten(context, message, channel);
  const ts = message.deleted_ts ?? inner(message.previous_message)?.ts;
  return ts === undefined ? unknown('a deletion without the message') : decodeDeletion(context, message, channel, ts);
};
