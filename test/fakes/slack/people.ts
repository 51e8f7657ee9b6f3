import { randomUUID } from 'node:crypto';
import type { Delivered, DeliverOptions, Delivery } from './delivery.ts';
import { changeEvent, channelNamed, envelope, installationFor, messageEvent, type Payload } from './events.ts';
import { commandPayload, type Press, personNamed, pressPayload, submitPayload } from './interactions.ts';
import { messageJson } from './message-json.ts';
import { addMessage, findMessage, withBlockIds } from './messages.ts';
import { addFile } from './methods/files.ts';
import { addReaction, removeReaction } from './methods/reactions.ts';
import { richText } from './rich-text.ts';
import type { State } from './state.ts';
import type { Channel, Message, OpenView } from './types.ts';

/** What somebody writes. */
export interface Saying {
  readonly user: string;
  readonly channel: string;
  /** In Slack's markup: `<@U0BOT> how do I…`. */
  readonly text: string;
  /** The first message of the thread to answer in. */
  readonly thread?: string;
  readonly files?: readonly {
    readonly name: string;
    readonly bytes: Uint8Array | string;
    readonly mimetype?: string;
  }[];
  /** Instead of the next timestamp. */
  readonly ts?: string;
  /** Events show of the files only that files.info knows them. Default: what a member of another workspace sends to a shared channel. */
  readonly hideFiles?: boolean;
  readonly delivery?: DeliverOptions;
}

/** What came of it. `events` is what reached the app: one entry for each delivery. */
export interface Said {
  readonly ts: string;
  readonly channel: string;
  readonly events: readonly Delivered[];
}

type Place = { readonly channel: string; readonly ts: string };

/** What people do in Slack; everything resolves when the app has answered, or given no answer to all tries. */
export interface People {
  /** Writes a message: a `message` event, and an `app_mention` beside it where the app is named. */
  say(saying: Saying): Promise<Said>;
  /** Changes the text of a message. */
  edit(change: Place & { readonly text: string; readonly delivery?: DeliverOptions }): Promise<Said>;
  /** Slack adds a preview of a link: a change of the message that changes no text. */
  unfurl(place: Place): Promise<Said>;
  /** Deletes a message. The first one of a thread with replies leaves a tombstone. */
  remove(place: Place & { readonly delivery?: DeliverOptions }): Promise<Said>;
  react(reaction: Place & { readonly user: string; readonly name: string; readonly remove?: boolean }): Promise<Said>;
  /** Presses a button, or chooses from a menu. */
  press(press: Place & Press & { readonly delivery?: DeliverOptions }): Promise<Said & { readonly triggerId: string }>;
  /** Fills in and sends a form; errors in the answer leave it open. */
  submitView(
    view: OpenView,
    values: Readonly<Record<string, string>>,
  ): Promise<{ readonly events: readonly Delivered[] }>;
  /** Types a slash command; an answer is kept with the ephemeral messages. */
  command(
    command: string,
    text: string,
    by: { readonly user: string; readonly channel: string },
  ): Promise<{ readonly events: readonly Delivered[] }>;
}

const joined = (lists: readonly (readonly Delivered[])[]): readonly Delivered[] => lists.flat();

/** People at work. */
export const createPeople = (state: State, delivery: Delivery): People => {
  /** Hands an event about a channel to the app, where the app is in that channel. */
  const tell = async (event: Payload, channel: Channel, team: string, options?: DeliverOptions) => {
    const token = installationFor(state, channel);
    return token === undefined ? [] : delivery.deliver(envelope(state, event, { token, team, channel }), options);
  };

  const messageAt = ({ channel, ts }: Place): Message => {
    const message = findMessage(state, channel, ts);
    if (message === undefined) throw new Error(`No message ${ts} in ${channel}.`);
    return message;
  };

  const change = async (message: Message, apply: () => void, options?: DeliverOptions): Promise<Said> => {
    const channel = channelNamed(state, message.channel);
    const before = messageJson(state, message);
    apply();
    state.changed();
    const events = await tell(changeEvent(state, message, channel, before), channel, message.team, options);
    return { ts: message.ts, channel: channel.id, events };
  };

  return {
    say: async (saying) => {
      const { text, thread } = saying;
      const user = personNamed(state, saying.user);
      const channel = channelNamed(state, saying.channel);
      if (!channel.members.includes(user.id)) throw new Error(`${user.id} is not in ${channel.id}.`);
      const files = (saying.files ?? []).map(({ name, bytes, mimetype }) =>
        addFile(state, {
          name,
          user: user.id,
          team: user.team,
          bytes: Buffer.from(bytes),
          ready: true,
          ...(mimetype !== undefined && { mimetype }),
        }),
      );
      const message = addMessage(state, {
        channel: channel.id,
        user: user.id,
        team: user.team,
        text,
        blocks: richText(text),
        files,
        client_msg_id: randomUUID(),
        ...(files.length > 0 && { subtype: 'file_share' }),
        ...(thread !== undefined && { thread_ts: thread }),
        ...(saying.ts !== undefined && { ts: saying.ts }),
      });
      const token = installationFor(state, channel);
      const foreign = channel.is_ext_shared && user.team !== channel.team;
      const event = messageEvent(state, message, channel, saying.hideFiles ?? foreign);
      const named = token !== undefined && !channel.is_im && text.includes(`<@${token.user}>`);
      // The mention has no subtype, also where the message says `file_share`, and no channel type.
      const { subtype: _, channel_type: __, ...rest } = event;
      const mention = { ...rest, type: 'app_mention' };
      const both = [event, ...(named ? [mention] : [])];
      const events = await Promise.all(both.map((one) => tell(one, channel, user.team, saying.delivery)));
      return { ts: message.ts, channel: channel.id, events: joined(events) };
    },

    edit: ({ text, delivery: options, ...place }) => {
      const message = messageAt(place);
      return change(
        message,
        () => {
          message.text = text;
          message.blocks = withBlockIds(state, richText(text));
          message.edits += 1;
          message.edited = { user: message.user, ts: state.nextTs() };
        },
        options,
      );
    },

    unfurl: (place) => {
      const message = messageAt(place);
      return change(message, () => {
        message.attachments = [{ id: 1, from_url: 'https://example.org/', title: 'Example', text: 'A page.' }];
      });
    },

    remove: ({ delivery: options, ...place }) => {
      const message = messageAt(place);
      return change(
        message,
        () => {
          message.deleted = true;
        },
        options,
      );
    },

    react: async ({ user, name, remove = false, ...place }) => {
      const message = messageAt(place);
      const channel = channelNamed(state, place.channel);
      const done = remove ? removeReaction(message, name, user) : addReaction(message, name, user);
      state.changed();
      const event = {
        type: remove ? 'reaction_removed' : 'reaction_added',
        user,
        reaction: name,
        item: { type: 'message', ...place },
        item_user: message.user,
        event_ts: state.nextTs(),
      };
      return { ...place, events: done ? await tell(event, channel, personNamed(state, user).team) : [] };
    },

    press: async ({ channel, ts, delivery: options, ...press }) => {
      const payload = pressPayload(state, messageAt({ channel, ts }), press);
      return { channel, ts, triggerId: String(payload.trigger_id), events: await delivery.deliver(payload, options) };
    },

    submitView: async (view, values) => {
      if (!view.open) throw new Error('That form is closed.');
      const events = await delivery.deliver(submitPayload(state, view, values));
      const answer = events.at(-1)?.attempts.at(-1)?.body ?? '';
      if (events.every((one) => one.ok) && !answer.includes('"response_action":"errors"')) view.open = false;
      state.changed();
      return { events };
    },

    command: async (command, text, { user, channel }) => {
      const events = await delivery.deliver(commandPayload(state, { command, text, user, channel }));
      const answer = events.at(-1)?.attempts.at(-1)?.body ?? '';
      if (answer !== '' && answer !== '{}') state.ephemerals.push({ channel, user, ...spoken(answer), at: Date.now() });
      state.changed();
      return { events };
    },
  };
};

/** The words in an answer to a command: plain text, or a message as JSON. */
const spoken = (answer: string): { readonly text: string; readonly blocks: [] } => {
  try {
    const { text } = JSON.parse(answer);
    return { text: String(text ?? ''), blocks: [] };
  } catch {
    return { text: answer, blocks: [] };
  }
};
