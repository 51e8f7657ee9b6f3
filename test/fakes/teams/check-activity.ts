import { refusals } from './refusal.ts';
import { findPerson, membersOf, type State } from './state.ts';
import { isThing, type Place, type Thing, things } from './types.ts';

export const adaptive = 'application/vnd.microsoft.card.adaptive';
export const fileConsent = 'application/vnd.microsoft.teams.card.file.consent';

const attachmentTypes = new Set([
  adaptive,
  fileConsent,
  'application/vnd.microsoft.teams.card.file.info',
  'application/vnd.microsoft.card.hero',
  'application/vnd.microsoft.card.thumbnail',
  'application/vnd.microsoft.card.signin',
  'application/vnd.microsoft.card.oauth',
  'text/html',
]);

const textFormats = [undefined, 'plain', 'markdown', 'xml', 'extendedmarkdown'];

const citationProblems = (claim: Thing): readonly string[] => {
  const { position, appearance } = claim;
  const shown: Thing = isThing(appearance) ? appearance : {};
  const short = (name: string, most: number, needed: boolean) => {
    const value = shown[name];
    if (value === undefined && !needed) return [];
    if (typeof value !== 'string' || value === '') return [`a citation needs ${name}`];
    return value.length > most ? [`${name} of a citation has ${value.length} characters, ${most} are shown`] : [];
  };
  return [
    ...(claim['@type'] === 'Claim' ? [] : ['a citation is no Claim']),
    ...(Number.isInteger(position) && Number(position) > 0 ? [] : ['a citation has no position']),
    ...(shown['@type'] === 'DigitalDocument' ? [] : ['the appearance of a citation is no DigitalDocument']),
    ...short('name', 80, true),
    ...short('abstract', 160, true),
    ...(typeof shown.url === 'string' && !/^https?:/.test(shown.url) ? ['a citation links to no web page'] : []),
  ];
};

/** Microsoft Learn, "Bot messages with AI-generated content": one message entity at the root, citations in it. */
const entityProblems = (state: State, place: Place, activity: Thing): readonly string[] => {
  const entities = things(activity.entities);
  const text = String(activity.text ?? '');
  const messages = entities.filter(({ type }) => type === 'https://schema.org/Message');
  const citations = messages.flatMap(({ citation }) => things(citation));
  const positions = citations.map(({ position }) => position);
  const mentions = entities.filter(({ type }) => type === 'mention');
  const here = new Set(membersOf(state, place));
  return [
    ...(messages.length > 1 ? ['more than one message entity'] : []),
    ...messages.flatMap((one) => (one['@type'] === 'Message' ? [] : ['a message entity without @type Message'])),
    ...citations.flatMap(citationProblems),
    ...(new Set(positions).size < positions.length ? ['two citations have one position'] : []),
    ...(citations.length > 20 ? ['more than 20 citations'] : []),
    ...mentions.flatMap((mention) => {
      const id = isThing(mention.mentioned) ? String(mention.mentioned.id) : '';
      const person = findPerson(state, id);
      return [
        ...(typeof mention.text === 'string' && text.includes(mention.text) ? [] : ['the text lacks a mention']),
        ...(person !== undefined && here.has(person.key) ? [] : [`mention of ${id}, who is not there`]),
      ];
    }),
  ];
};

const attachmentProblems = (state: State, place: Place, activity: Thing): readonly string[] =>
  things(activity.attachments).flatMap((attachment) => {
    const { contentType, content } = attachment;
    if (typeof contentType !== 'string') return ['an attachment has no contentType'];
    if (contentType === adaptive) return state.cardProblems(content);
    if (contentType === fileConsent && place.kind !== 'personal') return ['files are offered in personal chats only'];
    if (contentType === fileConsent && !(isThing(content) && typeof content.sizeInBytes === 'number'))
      return ['a file is offered without its size'];
    return attachmentTypes.has(contentType) || contentType.startsWith('image/')
      ? []
      : [`attachments of type ${contentType} are not supported`];
  });

const channelDataProblems = (activity: Thing): readonly string[] => {
  const data: Thing = isThing(activity.channelData) ? activity.channelData : {};
  return data.feedbackLoopEnabled !== undefined && data.feedbackLoop !== undefined
    ? ['feedbackLoop and feedbackLoopEnabled exclude each other']
    : [];
};

const suggestionProblems = (activity: Thing): readonly string[] => {
  if (!isThing(activity.suggestedActions)) return [];
  const actions = things(activity.suggestedActions.actions);
  return [
    ...(actions.length > 3 ? [`${actions.length} suggested actions, 3 are shown`] : []),
    ...actions.flatMap(({ type }) =>
      type === 'imBack' || type === 'Action.Compose' ? [] : [`a suggested action of type ${String(type)}`],
    ),
  ];
};

/** As Teams counts: UTF-16, inline images left out. */
const bytesOf = (activity: Thing): number => 2 * JSON.stringify(activity).replace(/"data:image\/[^"]*"/g, '""').length;

/** Refuses a message that Teams would not take, and notes why. */
export const checkActivity = (state: State, place: Place, activity: Thing): void => {
  if (bytesOf(activity) > state.limits.messageBytes) throw refusals.tooBig();
  const { text, textFormat, attachments } = activity;
  const problems = [
    ...(text !== undefined && typeof text !== 'string' ? ['text is no string'] : []),
    ...(activity.type === 'message' && !text && things(attachments).length === 0
      ? ['neither text nor attachments']
      : []),
    ...(typeof text === 'string' && (text.includes('\0') || !text.isWellFormed()) ? ['broken characters in text'] : []),
    ...(textFormats.some((format) => format === textFormat) ? [] : [`textFormat ${String(textFormat)}`]),
    ...(attachments !== undefined && !Array.isArray(attachments) ? ['attachments are no list'] : []),
    ...attachmentProblems(state, place, activity),
    ...entityProblems(state, place, activity),
    ...channelDataProblems(activity),
    ...suggestionProblems(activity),
  ];
  if (problems.length === 0) return;
  state.problems.push(...problems);
  throw refusals.badSyntax(problems.join('; '));
};
