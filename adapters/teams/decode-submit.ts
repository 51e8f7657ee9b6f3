import { z } from 'zod';
import type { InboundBody, InboundEvent } from '#core/message.ts';
import { cleanLine, cleanText } from '../shared/clean.ts';
import type { Activity } from './activity.ts';
import {
  type Context,
  dateOf,
  elsewhere,
  isDesk,
  isElsewhere,
  keyOf,
  nothing,
  personId,
  standing,
  type TeamsDecoded,
} from './context.ts';
import { id, jsonOf, maybe, text } from './fields.ts';

/** The version of the data in our buttons. */
export const cardVersion = 1;

/**
 * What pressing a button of ours sends: the data that the button carries, and what was typed into the card's fields. In an
 * `Action.Execute` the verb is also beside it.
 */
const pressed = z.object({
  verb: maybe(text),
  action: maybe(text),
  actionId: maybe(text),
  code: maybe(text),
  v: z.unknown().optional(),
  text: maybe(text),
  note: maybe(text),
  person: maybe(text),
  value: maybe(z.union([text, z.number()])),
});
type Pressed = z.output<typeof pressed>;

const deskVerbs = new Set([
  ...['claim', 'reply', 'note', 'resolve', 'return', 'reassign', 'reopen'],
  ...['publish', 'dismiss', 'restore', 'refresh'],
]);
export const isDeskVerb = (verb: string): boolean => deskVerbs.has(verb);

const scores: Readonly<Record<string, 1 | -1>> = {
  ...{ positive: 1, like: 1, up: 1, '1': 1 },
  ...{ negative: -1, dislike: -1, down: -1, '-1': -1 },
};
const scoreOf = (value: string): 1 | -1 | undefined => (Object.hasOwn(scores, value) ? scores[value] : undefined);

/** The data of a pressed button, an object or its JSON. */
export const readPressed = (data: unknown, verb?: string): (Pressed & { readonly name: string }) | undefined => {
  const fields = pressed.safeParse(jsonOf(data) ?? {}).data;
  const name = verb ?? fields?.verb ?? fields?.action ?? fields?.actionId ?? '';
  return /^[\w.:-]{1,64}$/.test(name) ? { ...(fields ?? { v: undefined }), name } : undefined;
};

/** What pressing it means in the core's terms, or in words for whoever pressed it why it means nothing. */
const bodyOf = (context: Context, given: Pressed & { readonly name: string }, message: string | undefined) => {
  const { name, person = '' } = given;
  const typed = (name === 'note' ? given.note : undefined) ?? given.text ?? '';
  const of = message === undefined ? {} : { of: message };
  if (name === 'reply' || name === 'note') {
    const markdown = cleanText(typed).trim();
    if (markdown === '') return `Write the ${name} first, then press the button again.`;
    const body: InboundBody = {
      kind: 'message',
      content: { markdown, attachments: [] },
      ...(name === 'note' ? { internal: true } : {}),
    };
    return body;
  }
  if (name === 'feedback') {
    const score = scoreOf(String(given.value ?? ''));
    if (score === undefined || message === undefined) return 'This vote could not be read.';
    const body: InboundBody = { kind: 'feedback', score, of: message };
    return body;
  }
  // Somebody who is picked in a people picker comes as the object id of their account; several are parted by commas.
  const picked = person.split(',', 1)[0]?.trim() ?? '';
  if (name === 'reassign' && picked !== '' && !id.safeParse(picked).success)
    return 'This person could not be found. Choose somebody from the list.';
  const body: InboundBody = {
    ...{ kind: 'action', action: name, value: cleanLine(given.code ?? ''), ...of },
    ...(name === 'reassign' && picked !== '' ? { person: { externalId: personId(context, picked) } } : {}),
  };
  return body;
};

/**
 * A pressed button as an event. Buttons of the desk are pressed by our own people; what is typed into its fields becomes a message
 * that the thread does not show yet.
 */
export const decodePressed = (
  context: Context,
  activity: Activity,
  given: Pressed & { readonly name: string },
  kind: 'message' | 'invoke',
): TeamsDecoded => {
  const { name, v } = given;
  const ofDesk = isDeskVerb(name);
  if (!ofDesk && isElsewhere(context)) return elsewhere();
  if (v !== undefined && v !== null && v !== cardVersion)
    return nothing('a button of a card that another release drew', { staleCard: true });
  // What a button sends can be made up: nobody becomes one of our people by what they send elsewhere. A recorded payload is read
  // without knowing where the desk is.
  if (ofDesk && context.config.appId !== undefined && !isDesk(context))
    return nothing(`a button of the desk (${name}) that was pressed elsewhere`, {
      refusal: 'This works in the channel of the support team only.',
    });
  if (name === 'refresh') return nothing('somebody looks at a card; it is drawn as it is now');
  const body = bodyOf(context, given, activity.replyToId);
  if (typeof body === 'string')
    return nothing(`a button that was pressed without what it needs (${name})`, { refusal: body });
  const who = standing(context, activity, true);
  const event: InboundEvent = {
    dedupeKey: keyOf(context, activity, kind),
    ...who,
    ...(ofDesk ? { author: { ...who.author, role: 'human' } } : {}),
    at: dateOf(context, activity),
    body,
    ...(activity.id === undefined ? {} : { externalId: activity.id }),
    attention: ofDesk ? 'desk' : body.kind === 'feedback' ? 'overheard' : 'addressed',
    ...(body.kind === 'message' ? { unseen: true } : {}),
  };
  return { events: [event], effects: [] };
};

/** A message that an `Action.Submit` sent: it has a value and no words. `undefined`: an ordinary message. */
export const decodeSubmit = (context: Context, activity: Activity): TeamsDecoded | undefined => {
  const { value, text: written = '' } = activity;
  if (value === undefined || value === null || written.trim() !== '') return undefined;
  const given = readPressed(value);
  return given === undefined
    ? nothing('a button that is not ours was pressed')
    : decodePressed(context, activity, given, 'message');
};
