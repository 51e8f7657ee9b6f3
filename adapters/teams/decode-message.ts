import { createHash } from 'node:crypto';
import type { Attention, Content, InboundEvent } from '#core/message.ts';
import { type Activity, wordOf } from './activity.ts';
import {
  type Context,
  dateOf,
  elsewhere,
  isDesk,
  isElsewhere,
  keyOf,
  nothing,
  notPersonal,
  roleOf,
  standing,
  type TeamsDecoded,
  unknown,
} from './context.ts';
import { decodeSubmit } from './decode-submit.ts';
import { mentionsOf } from './mentions.ts';
import { readFiles } from './read-files.ts';
import { readText } from './read-text.ts';

interface Read {
  readonly content: Content;
  readonly mentionsUs: boolean;
  readonly mentionsOthers: boolean;
  readonly skipped: readonly string[];
}

const read = (context: Context, activity: Activity): Read => {
  const mentions = mentionsOf(activity, context.us);
  const words = readText(activity, mentions);
  const { attachments, links, skipped } = readFiles(activity);
  const { mentionsUs, mentionsOthers } = mentions;
  const markdown = [words, ...links].filter((part) => part !== '').join('\n\n');
  return { content: { markdown, attachments }, mentionsUs, mentionsOthers, skipped };
};

const isEmpty = ({ markdown, attachments }: Content): boolean => markdown === '' && attachments.length === 0;
const listOf = (skipped: readonly string[]): string =>
  skipped.length === 0 ? '' : `: ${[...new Set(skipped)].join(', ')}`;

const leftOut =
  'Teams does not give pictures and files of a channel to this app: those in your message were left out. Send them from the console.';

/** A message that opens a thread of its own; chats have none. */
const isTopLevel = ({ place }: Context, { id }: Activity): boolean => place.type === 'channel' && place.thread === id;

const attentionOf = (context: Context, activity: Activity, mentionsUs: boolean, isCustomer: boolean): Attention => {
  const { config, place } = context;
  if (isDesk(context)) return 'desk';
  if (mentionsUs || place.type === 'personal') return 'addressed';
  const isOpen = isCustomer && isTopLevel(context, activity) && config.supportChannels?.includes(place.space) === true;
  return isOpen ? 'open' : 'overheard';
};

/** What is ours to read of an activity; else why not. */
const refusalOf = (context: Context, activity: Activity): TeamsDecoded | undefined => {
  if (activity.id === undefined) return unknown(`a ${wordOf(activity.type)} without its id`);
  if (isElsewhere(context)) return elsewhere();
  const why = notPersonal(context, activity);
  return why === undefined ? undefined : nothing(why);
};

/**
 * `message` activities: what people write, and what they press in cards that are no `Action.Execute`.
 * https://learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/conversation-messages
 */
export const decodeMessage = (context: Context, activity: Activity): TeamsDecoded => {
  const refused = refusalOf(context, activity);
  if (refused !== undefined) return refused;
  const submitted = decodeSubmit(context, activity);
  if (submitted !== undefined) return submitted;
  const { content, mentionsUs, mentionsOthers, skipped } = read(context, activity);
  if (isDesk(context) && isTopLevel(context, activity))
    return nothing('a new post in the channel of the desk, which is in the thread of no case');
  // At the desk somebody counts on it that what they send is passed on.
  const told = isDesk(context) && skipped.length > 0 ? { refusal: leftOut } : {};
  if (isEmpty(content) && !mentionsUs)
    return nothing(`a message without words or files that can be read${listOf(skipped)}`, told);
  const isAsking = mentionsUs || context.place.type === 'personal';
  const isCustomer = roleOf(context, activity, isAsking) === 'customer';
  const event: InboundEvent = {
    dedupeKey: keyOf(context, activity, 'message'),
    ...standing(context, activity, isAsking),
    at: dateOf(context, activity),
    body: { kind: 'message', content },
    ...(activity.id === undefined ? {} : { externalId: activity.id }),
    attention: attentionOf(context, activity, mentionsUs, isCustomer),
    ...(mentionsOthers && !mentionsUs ? { toOthers: true } : {}),
    ...(isCustomer && isTopLevel(context, activity)
      ? { joinsWithinMs: (context.config.mergeSeconds ?? 60) * 1_000 }
      : {}),
  };
  return {
    events: [event],
    effects: [],
    ...told,
    ...(skipped.length === 0 ? {} : { unsupported: `left out${listOf(skipped)}` }),
  };
};

/** An edit keeps the id of its message; what tells it from the next is when it was made. */
const versionOf = ({ timestamp }: Activity, markdown: string): string =>
  timestamp !== undefined && /^[\d:.TZ+-]{10,40}$/.test(timestamp)
    ? timestamp
    : createHash('sha256').update(markdown).digest('hex').slice(0, 16);

/** `messageUpdate` activities: an edit, or a deletion that was taken back. */
export const decodeEdit = (context: Context, activity: Activity): TeamsDecoded => {
  const refused = refusalOf(context, activity);
  if (refused !== undefined) return refused;
  const { id = '', channelData } = activity;
  const eventType = channelData?.eventType;
  if (eventType === 'softDeleteMessage') return decodeDeletion(context, activity);
  if (eventType !== undefined && eventType !== 'editMessage' && eventType !== 'undeleteMessage')
    return nothing(`a change around a message (${wordOf(eventType)}), not of its text`);
  const { content, mentionsUs, mentionsOthers } = read(context, activity);
  if (isEmpty(content) && !mentionsUs) return nothing('an edit without words or files that can be read');
  return {
    events: [
      {
        dedupeKey: keyOf(context, activity, `messageUpdate:${versionOf(activity, content.markdown)}`),
        ...standing(context, activity, mentionsUs),
        at: dateOf(context, activity),
        body: { kind: 'edit', of: id, content },
        attention: 'overheard',
        ...(mentionsOthers && !mentionsUs ? { toOthers: true } : {}),
      },
    ],
    effects: [],
  };
};

/** `messageDelete` activities. */
export const decodeDeletion = (context: Context, activity: Activity): TeamsDecoded => {
  const refused = refusalOf(context, activity);
  if (refused !== undefined) return refused;
  return {
    events: [
      {
        dedupeKey: keyOf(context, activity, `messageDelete:${versionOf(activity, '')}`),
        ...standing(context, activity, false),
        at: dateOf(context, activity),
        body: { kind: 'delete', of: activity.id ?? '' },
        attention: 'overheard',
      },
    ],
    effects: [],
  };
};
