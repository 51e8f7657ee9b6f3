import type { State } from './state.ts';
import type { Message, Place, Stream, Thing } from './types.ts';

/** All messages of a place, deleted ones too, oldest first. */
export const allMessages = (state: State, place: string): readonly Message[] => state.messages.get(place) ?? [];

export const findMessage = (state: State, place: string, id: string): Message | undefined =>
  allMessages(state, place).find((message) => message.id === id && !message.deleted);

/** What one person sees of a message: their own view of a card, else what everybody sees. */
export const activitySeenBy = (message: Message, user: string | undefined): Thing => {
  const view = user === undefined ? undefined : message.views.get(user);
  if (view === undefined) return message.activity;
  const attachments = [{ contentType: 'application/vnd.microsoft.card.adaptive', content: view }];
  return { ...message.activity, attachments };
};

/** Adds a message; `root` is the thread it belongs to, none for a new one. */
export const addMessage = (
  state: State,
  place: Place,
  given: {
    readonly activity: Thing;
    readonly from?: string;
    readonly root?: string | undefined;
    readonly id?: string;
    /** The stream that it grows from, made before anybody sees it. */
    readonly stream?: (id: string) => Stream;
  },
): Message => {
  const id = given.id ?? state.nextMessageId();
  const message: Message = {
    id,
    place: place.id,
    ...(place.kind === 'channel' && { root: given.root ?? id }),
    ...(given.from !== undefined && { from: given.from }),
    activity: given.activity,
    earlier: [],
    deleted: false,
    reactions: [],
    views: new Map(),
    ...(given.stream !== undefined && { stream: given.stream(id) }),
    at: Date.now(),
  };
  const there = state.messages.get(place.id);
  if (there === undefined) state.messages.set(place.id, [message]);
  else there.push(message);
  state.changed();
  return message;
};

/** Everybody sees this from now on. */
export const changeMessage = (state: State, message: Message, activity: Thing): void => {
  message.earlier.push(message.activity);
  message.activity = activity;
  message.views.clear();
  state.changed();
};
