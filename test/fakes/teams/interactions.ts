import { type Button, choosesPeople, filledIn, findButton } from './buttons.ts';
import { cardsOf } from './card-parts.ts';
import { adaptive, fileConsent } from './check-activity.ts';
import type { Delivered, DeliverOptions, Delivery } from './delivery.ts';
import { baseActivity, words } from './events.ts';
import { addUpload, extensionOf } from './files.ts';
import { activitySeenBy, addMessage, findMessage } from './messages.ts';
import { findPerson, isInstalled, membersOf, personNamed, placeNamed, type State } from './state.ts';
import { isThing, type Message, type Thing, things } from './types.ts';
import { canBeVotedOn } from './visible-text.ts';

/** Somebody at a message. */
interface At {
  readonly user: string;
  readonly place: string;
  readonly activityId: string;
  readonly delivery?: DeliverOptions;
}

/** What to press: by the words on it, by its verb; what is given must fit one button alone. */
export interface Press extends At {
  readonly label?: string;
  readonly verb?: string;
  /** What is typed or chosen, by the input's id. People may be named by key. */
  readonly inputs?: Readonly<Record<string, string>>;
}

/** What came of something that was pressed. */
export interface Pressed {
  readonly events: readonly Delivered[];
  /** Status of the last answer over HTTP. */
  readonly status: number;
  /** `statusCode` in the answer to an invoke. */
  readonly statusCode?: number;
  /** The card that whoever pressed sees from now on. */
  readonly card?: Thing;
  /** The words that whoever pressed sees for a moment. */
  readonly said?: string;
  /** Where a link leads. */
  readonly url?: string;
}

/** What people do with messages of the bot; everything resolves when the app has answered. */
export interface Interactions {
  /**
   * Presses a button of what this person sees, also one behind a ShowCard. `Action.Execute` is an invoke whose card that person
   * sees from then on; `Action.Submit` a message without words; a suggestion a message with its words.
   */
  press(press: Press): Promise<Pressed>;
  /** Presses it in a client that does not know `Action.Execute`: its `Action.Submit` fallback goes out as a message. */
  submit(press: Press): Promise<Pressed>;
  /** Looks at a card again: it refreshes itself for those whom it names. Nothing comes of it for others. */
  look(at: At): Promise<Pressed | undefined>;
  /** Votes below an answer that asks for it. */
  vote(at: At & { readonly reaction: 'like' | 'dislike'; readonly feedback?: string }): Promise<Pressed>;
  /** Takes or declines a file that is offered; bytes go to an address of the fake. */
  consent(at: At & { readonly accept: boolean }): Promise<Pressed>;
  /** Presses Stop while an answer streams. */
  stop(place: string): void;
}

export const createInteractions = (state: State, delivery: Delivery): Interactions => {
  const at = ({ user, place: id, activityId }: At) => {
    const place = placeNamed(state, id);
    const { key } = personNamed(state, user);
    const message = findMessage(state, id, activityId);
    if (message === undefined) throw new Error(`No message ${activityId} in ${id}.`);
    if (!membersOf(state, place).includes(key)) throw new Error(`${key} is not in ${id}.`);
    return { place, key, message, seen: activitySeenBy(message, key) };
  };

  const send = async (how: At, message: Message, more: Thing): Promise<readonly Delivered[]> => {
    const place = placeNamed(state, how.place);
    if (!isInstalled(state, place)) return [];
    const base = baseActivity(state, { user: how.user, place, root: message.root });
    return delivery.deliver({ ...base, replyToId: message.id, ...more }, how.delivery);
  };

  const outcome = (events: readonly Delivered[]): Pressed => ({ events, status: events.at(-1)?.status ?? 0 });

  /** Shows whoever pressed what the answer to an invoke says. */
  const shown = (events: readonly Delivered[], message: Message, key: string): Pressed => {
    const { answer = {}, ok } = events.at(-1) ?? { ok: false };
    const { statusCode, type, value } = answer;
    const base = { ...outcome(events), ...(typeof statusCode === 'number' && { statusCode }) };
    if (!ok || statusCode !== 200) return base;
    if (type === 'application/vnd.microsoft.activity.message') return { ...base, said: String(value) };
    if (type !== adaptive || !isThing(value)) return base;
    state.problems.push(...state.cardProblems(value));
    message.views.set(key, value);
    state.changed();
    return { ...base, card: value };
  };

  const invoke = async (how: At, message: Message, key: string, action: Thing, trigger: string): Promise<Pressed> => {
    const value = { action, trigger };
    return shown(await send(how, message, { type: 'invoke', name: 'adaptiveCard/action', value }), message, key);
  };

  /** Inputs that choose people take the object ids of their accounts. */
  const values = (button: Button, given: Readonly<Record<string, string>> = {}): Thing => {
    const isPerson = (id: string) => button.inputs.some((input) => input.id === id && choosesPeople(input));
    const named = Object.entries(given).map(([id, value]) => [
      id,
      isPerson(id) ? (findPerson(state, value)?.aad ?? value) : value,
    ]);
    return filledIn(button, Object.fromEntries(named));
  };

  const asMessage = async (how: At, message: Message, value: Thing): Promise<Pressed> => {
    // Buttons of cards may say what the client writes for whoever pressed.
    const client: Thing = isThing(value.msteams) ? value.msteams : {};
    if (client.type === 'imBack') return sayFor(how, String(client.value));
    const text = client.type === 'messageBack' && typeof client.text === 'string' ? { text: client.text } : {};
    return outcome(await send(how, message, { type: 'message', value, ...text }));
  };

  const sayFor = async (how: At, text: string): Promise<Pressed> => {
    const { place, key, message } = at(how);
    const id = state.nextMessageId();
    const base = baseActivity(state, { user: key, place, root: message.root, id });
    const activity = { ...base, type: 'message', ...words(state, { text }) };
    addMessage(state, place, { activity, from: key, root: message.root, id });
    return outcome(await delivery.deliver(activity, how.delivery));
  };

  const ready = (how: Press) => {
    const { message, key, seen } = at(how);
    const button = findButton(seen, how);
    if (button.action.isEnabled === false) throw new Error(`"${button.label}" is disabled.`);
    return { message, key, button };
  };

  return {
    press: async (how) => {
      const { message, key, button } = ready(how);
      const { type, verb, title, id } = button.action;
      switch (type) {
        case 'Action.Execute': {
          const data = values(button, how.inputs);
          const action = { type, ...(title !== undefined && { title }), ...(id !== undefined && { id }), verb, data };
          return invoke(how, message, key, action, 'manual');
        }
        case 'Action.Submit':
          return asMessage(how, message, values(button, how.inputs));
        case 'imBack':
          return sayFor(how, String(button.action.value));
        case 'Action.OpenUrl':
          return { events: [], status: 0, url: String(button.action.url) };
        default:
          return { events: [], status: 0 };
      }
    },

    submit: async (how) => {
      const { message, button } = ready(how);
      const { type, fallback } = button.action;
      const action = type === 'Action.Submit' ? button.action : fallback;
      if (!isThing(action) || action.type !== 'Action.Submit')
        throw new Error(`"${button.label}" does nothing in a client without Action.Execute.`);
      return asMessage(how, message, values({ ...button, action }, how.inputs));
    },

    look: async (how) => {
      const { message, key, seen, place } = at(how);
      const refresh = cardsOf(seen)
        .map((card) => card.refresh)
        .find(isThing);
      if (refresh === undefined || !isThing(refresh.action)) return undefined;
      const { id } = personNamed(state, key);
      const { userIds } = refresh;
      // Cards that name nobody refresh for everybody, where there are few.
      const isFor = Array.isArray(userIds) ? userIds.includes(id) : membersOf(state, place).length <= 60;
      return isFor ? invoke(how, message, key, refresh.action, 'automatic') : undefined;
    },

    vote: async ({ reaction, feedback = '', ...how }) => {
      const { message, key } = at(how);
      if (!canBeVotedOn(message.activity)) throw new Error(`Nobody can vote on ${message.id}.`);
      const actionValue = { reaction, feedback: JSON.stringify({ feedbackText: feedback }) };
      const value = { actionName: 'feedback', actionValue };
      return shown(await send(how, message, { type: 'invoke', name: 'message/submitAction', value }), message, key);
    },

    consent: async ({ accept, ...how }) => {
      const { message, key, place } = at(how);
      const offer = things(message.activity.attachments).find(({ contentType }) => contentType === fileConsent);
      if (offer === undefined) throw new Error(`${message.id} offers no file.`);
      const content: Thing = isThing(offer.content) ? offer.content : {};
      const name = String(offer.name);
      const upload = accept ? addUpload(state, name, place.id) : undefined;
      const value = {
        type: 'fileUpload',
        action: accept ? 'accept' : 'decline',
        context: accept ? content.acceptContext : content.declineContext,
        ...(upload !== undefined && {
          uploadInfo: {
            contentUrl: `${state.url}/drive/${encodeURIComponent(name)}`,
            name,
            uploadUrl: `${state.url}/upload/${upload.id}`,
            uniqueId: upload.id,
            fileType: extensionOf(name),
          },
        }),
      };
      return shown(await send(how, message, { type: 'invoke', name: 'fileConsent/invoke', value }), message, key);
    },

    stop: (place) => {
      for (const stream of state.streams)
        if (stream.place === place && stream.state === 'open') stream.state = 'stopped';
      state.changed();
    },
  };
};
