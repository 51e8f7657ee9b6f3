import type { Delivered, DeliverOptions, Delivery } from './delivery.ts';
import { baseActivity, type Mentions, membershipEvents, words } from './events.ts';
import { addFile, extensionOf, type GivenFile } from './files.ts';
import { addMessage, changeMessage, findMessage } from './messages.ts';
import { isInstalled, membersOf, personNamed, placeNamed, type State, serviceUrlOf, teamOf } from './state.ts';
import type { Message, Place, Thing } from './types.ts';

/** What somebody writes. */
export interface Saying {
  readonly user: string;
  /** The conversation's id. */
  readonly place: string;
  readonly text: string;
  /** Speaks to the bot by name, or to these people (`bot` among them for the bot). */
  readonly mention?: boolean | Mentions;
  /** In channels: the first message of the thread to answer in. */
  readonly thread?: string;
  readonly files?: readonly GivenFile[];
  /** Formatted text, instead of what Teams would make of the words. */
  readonly html?: string;
  /** Instead of the next id. */
  readonly id?: string;
  /** Fields of the activity on top of, or instead of, what it would have. */
  readonly extra?: Thing;
  readonly delivery?: DeliverOptions;
}

/** What came of it. `events` is what reached the app: none where it cannot hear. */
export interface Said {
  readonly id: string;
  readonly place: string;
  /** The thread of a channel. */
  readonly root?: string;
  readonly events: readonly Delivered[];
}

type At = { readonly place: string; readonly id: string; readonly delivery?: DeliverOptions };

/** What people do in Teams; everything resolves when the app has answered, or given no answer to all tries. */
export interface People {
  /** Writes a message. The app hears it in personal chats, when it is mentioned, and where it was granted to hear everything. */
  say(saying: Saying): Promise<Said>;
  /** Changes the text of a message. */
  edit(change: At & { readonly text: string; readonly mention?: boolean | Mentions }): Promise<Said>;
  /** Deletes a message. */
  remove(at: At): Promise<Said>;
  /** Takes a deletion back. */
  restore(at: At): Promise<Said>;
  react(at: At & { readonly user: string; readonly type: string; readonly remove?: boolean }): Promise<Said>;
  /** Adds the app to a team, a group chat, or for oneself. */
  install(where: { readonly place: string; readonly user: string }): Promise<readonly Delivered[]>;
  uninstall(where: { readonly place: string; readonly user: string }): Promise<readonly Delivered[]>;
  /** Hands anything to the app, as it is. */
  post(activity: Thing, options?: DeliverOptions): Promise<readonly Delivered[]>;
  /** An activity as `say` would send it, without sending it. */
  activity(saying: Saying): Thing;
}

const mentionsOf = (mention: boolean | Mentions | undefined): Mentions => {
  if (mention === undefined || mention === false) return [];
  return mention === true ? ['bot'] : mention;
};

/** Files as an activity has them: in personal chats alone, pictures as the connector keeps them. */
const attachmentsOf = (state: State, place: Place, files: readonly GivenFile[]): readonly Thing[] => {
  if (place.kind !== 'personal') return [];
  return files.map((given) => {
    const file = addFile(state, given, !(given.mime ?? '').startsWith('image/'));
    if (!file.open) {
      const service = serviceUrlOf(state, place.tenant);
      return { contentType: 'image/*', contentUrl: `${service}v3/attachments/${file.id}/views/original` };
    }
    return {
      contentType: 'application/vnd.microsoft.teams.file.download.info',
      contentUrl: `${state.url}/drive/${encodeURIComponent(file.name)}`,
      name: file.name,
      content: {
        downloadUrl: `${state.url}/files/${file.id}?tempauth=${file.id}`,
        uniqueId: file.id,
        fileType: extensionOf(file.name),
      },
    };
  });
};

/** People at work. */
export const createPeople = (state: State, delivery: Delivery): People => {
  const messageAt = ({ place, id }: At): Message => {
    const message = findMessage(state, place, id);
    if (message === undefined) throw new Error(`No message ${id} in ${place}.`);
    return message;
  };

  /** Whether the bot learns of a message there. */
  const hears = (place: Place, mentions: Mentions): boolean =>
    isInstalled(state, place) &&
    (place.kind === 'personal' || mentions.includes('bot') || (teamOf(state, place) ?? place).rsc);

  const authorOf = (message: Message): string => {
    if (message.from === undefined) throw new Error(`${message.id} is the bot's own message.`);
    return message.from;
  };

  const said = (message: Message, events: readonly Delivered[]): Said => ({
    id: message.id,
    place: message.place,
    ...(message.root !== undefined && { root: message.root }),
    events,
  });

  /** The activity of a message, and where it belongs. */
  const written = (saying: Saying, files: boolean) => {
    const place = placeNamed(state, saying.place);
    const { key } = personNamed(state, saying.user);
    const id = saying.id ?? state.nextMessageId();
    const root = place.kind === 'channel' ? (saying.thread ?? id) : undefined;
    if (saying.thread !== undefined && place.kind !== 'channel') throw new Error(`${place.id} has no threads.`);
    const attachments = files ? attachmentsOf(state, place, saying.files ?? []) : [];
    const mentions = mentionsOf(saying.mention);
    const activity: Thing = {
      ...baseActivity(state, { user: key, place, root, id }),
      type: 'message',
      ...words(state, { text: saying.text, mentions, html: saying.html, attachments }),
      ...saying.extra,
    };
    return { place, key, id, root, mentions, activity };
  };

  /** A message changed; `mentions` of the bot make it heard. */
  const changed = async (message: Message, at: At, activity: Thing, mentions: Mentions): Promise<Said> => {
    const place = placeNamed(state, message.place);
    return said(message, hears(place, mentions) ? await delivery.deliver(activity, at.delivery) : []);
  };

  const event = (message: Message, user: string, more: Thing, data: Thing = {}): Thing => ({
    ...baseActivity(state, {
      user,
      place: placeNamed(state, message.place),
      root: message.root,
      id: message.id,
      channelData: data,
    }),
    ...more,
  });

  const wasMentioned = (message: Message): Mentions =>
    [message.activity, ...message.earlier].some(({ entities }) => JSON.stringify(entities ?? []).includes(state.botId))
      ? ['bot']
      : [];

  const membership = async (where: { readonly place: string; readonly user: string }, added: boolean) => {
    const place = placeNamed(state, where.place);
    (teamOf(state, place) ?? place).installed = added;
    state.changed();
    const events = membershipEvents(state, where.place, where.user, added);
    const all: Delivered[] = [];
    for (const one of events) all.push(...(await delivery.deliver(one)));
    return all;
  };

  return {
    say: async (saying) => {
      const { place, key, id, root, mentions, activity } = written(saying, true);
      if (!membersOf(state, place).includes(key)) throw new Error(`${key} is not in ${place.id}.`);
      if (saying.thread !== undefined && findMessage(state, place.id, saying.thread) === undefined)
        throw new Error(`No message ${saying.thread} to answer in ${place.id}.`);
      const message = addMessage(state, place, { activity, from: key, root, id });
      return said(message, hears(place, mentions) ? await delivery.deliver(activity, saying.delivery) : []);
    },

    edit: async (change) => {
      const message = messageAt(change);
      const mentions = change.mention === undefined ? wasMentioned(message) : mentionsOf(change.mention);
      const shown = words(state, { text: change.text, mentions });
      const activity = event(
        message,
        authorOf(message),
        { type: 'messageUpdate', ...shown },
        { eventType: 'editMessage' },
      );
      changeMessage(state, message, { ...message.activity, ...shown });
      return changed(message, change, activity, mentions);
    },

    remove: async (at) => {
      const message = messageAt(at);
      const activity = event(message, authorOf(message), { type: 'messageDelete' }, { eventType: 'softDeleteMessage' });
      message.deleted = true;
      state.changed();
      return changed(message, at, activity, wasMentioned(message));
    },

    restore: async (at) => {
      const message = state.messages.get(at.place)?.find(({ id, deleted }) => id === at.id && deleted);
      if (message === undefined) throw new Error(`No deleted message ${at.id} in ${at.place}.`);
      const { text, textFormat, entities, attachments } = message.activity;
      const shown = { text, textFormat, entities, ...(attachments !== undefined && { attachments }) };
      const data = { eventType: 'undeleteMessage' };
      const activity = event(message, authorOf(message), { type: 'messageUpdate', ...shown }, data);
      message.deleted = false;
      state.changed();
      return changed(message, at, activity, wasMentioned(message));
    },

    react: async ({ user, type, remove = false, ...at }) => {
      const message = messageAt(at);
      const { key } = personNamed(state, user);
      const there = message.reactions.findIndex((one) => one.type === type && one.user === key);
      if (remove && there >= 0) message.reactions.splice(there, 1);
      if (!remove && there < 0) message.reactions.push({ type, user: key });
      state.changed();
      const place = placeNamed(state, message.place);
      const activity = {
        ...baseActivity(state, { user: key, place, root: message.root }),
        type: 'messageReaction',
        replyToId: message.id,
        [remove ? 'reactionsRemoved' : 'reactionsAdded']: [{ type }],
      };
      // Of reactions to people's messages it hears only where it hears everything.
      const isHeard = message.from === undefined ? isInstalled(state, place) : hears(place, []);
      return said(message, isHeard ? await delivery.deliver(activity, at.delivery) : []);
    },

    install: (where) => membership(where, true),
    uninstall: (where) => membership(where, false),
    post: (activity, options) => delivery.deliver(activity, options),
    activity: (saying) => written(saying, true).activity,
  };
};
