import { z } from 'zod';
import { cleanFileName, cleanLine } from '../shared/clean.ts';
import { type Activity, wordOf } from './activity.ts';
import {
  type Context,
  dateOf,
  elsewhere,
  isElsewhere,
  keyOf,
  nothing,
  notPersonal,
  standing,
  type TeamsDecoded,
  unknown,
} from './context.ts';
import { decodePressed, isDeskVerb, readPressed } from './decode-submit.ts';
import { maybe, text } from './fields.ts';

const cardAction = z.object({
  action: z.object({ type: maybe(text), verb: maybe(text), id: maybe(text), data: z.unknown().optional() }),
  trigger: maybe(text),
});

/** `adaptiveCard/action`: https://learn.microsoft.com/adaptive-cards/authoring-cards/universal-action-model */
const decodeCard = (context: Context, activity: Activity): TeamsDecoded => {
  const { data } = cardAction.safeParse(activity.value);
  const { space, thread } = context.place;
  const pressed = data === undefined ? undefined : readPressed(data.action.data, data.action.verb || undefined);
  // What a client does by itself is a look at the card, whatever it names.
  const isLook = data?.trigger === 'automatic' && isDeskVerb(pressed?.name ?? '');
  const given = pressed !== undefined && isLook ? { ...pressed, name: 'refresh' } : pressed;
  const card = { kind: 'card', isDesk: isDeskVerb(given?.name ?? ''), place: { space, thread } } as const;
  if (given === undefined)
    return nothing('a button that is not ours was pressed', { invoke: { ...card, isDesk: false } });
  const decoded = decodePressed(context, activity, given, 'invoke');
  const actionId = decoded.events[0]?.externalId;
  return { ...decoded, invoke: { ...card, ...(actionId === undefined ? {} : { actionId }) } };
};

const vote = z.object({
  actionName: maybe(text),
  actionValue: maybe(z.object({ reaction: maybe(text) })),
});

/** `message/submitAction`: https://learn.microsoft.com/microsoftteams/platform/bots/how-to/bot-messages-ai-generated-content */
const decodeVote = (context: Context, activity: Activity): TeamsDecoded => {
  const { data } = vote.safeParse(activity.value);
  const name = wordOf(data?.actionName);
  if (data?.actionName !== 'feedback')
    return nothing(`a submit action that is not read: ${name}`, {
      invoke: { kind: 'other', name: 'message/submitAction' },
    });
  const invoke = { kind: 'feedback' } as const;
  if (isElsewhere(context)) return elsewhere({ invoke });
  const reaction = data.actionValue?.reaction;
  const score = reaction === 'like' ? 1 : reaction === 'dislike' ? -1 : undefined;
  if (score === undefined || activity.replyToId === undefined)
    return nothing('a vote that says neither yes nor no, or about which message', { invoke });
  const who = standing(context, activity, true);
  return {
    events: [
      {
        dedupeKey: keyOf(context, activity, 'invoke'),
        ...who,
        at: dateOf(context, activity),
        body: { kind: 'feedback', score, of: activity.replyToId },
        attention: 'overheard',
      },
    ],
    effects: [],
    invoke,
  };
};

const consent = z.object({
  action: z.enum(['accept', 'decline']),
  context: z.unknown().optional(),
  uploadInfo: maybe(
    z.object({
      uploadUrl: z.url({ protocol: /^https?$/ }),
      contentUrl: z.url({ protocol: /^https?$/ }),
      name: text,
      uniqueId: text,
      fileType: maybe(text),
    }),
  ),
});

/** `fileConsent/invoke`: https://learn.microsoft.com/microsoftteams/platform/bots/how-to/bots-filesv4 */
const decodeConsent = (activity: Activity): TeamsDecoded => {
  const { data } = consent.safeParse(activity.value);
  if (data === undefined)
    return nothing('a file consent that says neither yes nor no', {
      invoke: { kind: 'other', name: 'fileConsent/invoke' },
    });
  const { uploadInfo } = data;
  const accepted = data.action === 'accept' && uploadInfo !== undefined;
  return nothing(accepted ? 'somebody wants a file; it is uploaded' : 'somebody does not want a file', {
    invoke: {
      kind: 'fileConsent',
      consent: {
        accepted,
        context: data.context,
        ...(activity.replyToId === undefined ? {} : { cardId: activity.replyToId }),
        ...(accepted
          ? {
              upload: {
                uploadUrl: uploadInfo.uploadUrl,
                contentUrl: uploadInfo.contentUrl,
                name: cleanFileName(uploadInfo.name, 'file'),
                uniqueId: cleanLine(uploadInfo.uniqueId),
                fileType: cleanLine(uploadInfo.fileType ?? '', 20),
              },
            }
          : {}),
      },
    },
  });
};

/** Invokes of features that we don't have, by the beginning of their names. */
const others: readonly { readonly starts: string; readonly what: string }[] = [
  { starts: 'composeextension/', what: 'a message extension, which we do not offer' },
  { starts: 'task/', what: 'a dialog, which we do not offer' },
  { starts: 'tab/', what: 'a tab, which we do not offer' },
  { starts: 'config/', what: 'settings of the app in a chat, which we do not offer' },
  { starts: 'signin/', what: 'a sign-in, which we do not ask for' },
  { starts: 'message/fetchtask', what: 'a form for feedback, which we do not offer' },
  { starts: 'application/search', what: 'a search inside a card, which we do not offer' },
];

/** `invoke` activities: the platform waits for an answer in the response. */
export const decodeInvoke = (context: Context, activity: Activity): TeamsDecoded => {
  const name = wordOf(activity.name);
  const other = { kind: 'other', name } as const;
  if (activity.id === undefined) return { ...unknown('an invoke without its id'), invoke: other };
  const why = notPersonal(context, activity);
  if (why !== undefined) return nothing(why, { invoke: other });
  switch (activity.name?.toLowerCase()) {
    case 'adaptivecard/action':
      return decodeCard(context, activity);
    case 'message/submitaction':
      return decodeVote(context, activity);
    case 'fileconsent/invoke':
      return decodeConsent(activity);
  }
  const known = others.find(({ starts }) => name.toLowerCase().startsWith(starts));
  return nothing(`an invoke that is not read: ${known === undefined ? name : `${name}, ${known.what}`}`, {
    invoke: other,
  });
};
