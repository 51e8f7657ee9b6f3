import { cardsOf } from './card-parts.ts';
import { checkActivity } from './check-activity.ts';
import { addMessage, changeMessage, findMessage } from './messages.ts';
import type { Pace } from './pace.ts';
import { Refusal, refusals } from './refusal.ts';
import { ok, type Reply, refused } from './reply.ts';
import { channelList, member, memberList, pagedMembers, teamDetails } from './roster.ts';
import { isInstalled, type State, serviceUrlOf } from './state.ts';
import { streamInfo, takePiece } from './streams.ts';
import { isThing, type Message, type Operation, type Place, type Thing, things } from './types.ts';

/** A call to the connector, taken apart. */
export interface ConnectorCall {
  readonly operation: Operation;
  /** Below `/connector/`; empty for the default one. */
  readonly region: string;
  readonly query: URLSearchParams;
  readonly body: Thing | undefined;
  /** The conversation without `;messageid=`, or the team, or the attachment. */
  readonly id?: string;
  readonly root?: string;
  readonly activityId?: string;
  readonly memberId?: string;
}

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

/** Reads the address of a call: `/connector/<region>/v3/…`. */
export const readCall = (method: string, url: URL, body: Thing | undefined): ConnectorCall => {
  const parts = url.pathname.split('/').slice(2).map(decodeURIComponent);
  const region = parts[0] === 'v3' ? '' : (parts.shift() ?? '');
  const [, area, given = '', kind, last, more] = parts;
  const [id = '', root] = given.split(';messageid=');
  const base = { region, query: url.searchParams, body, ...(id !== '' && { id }), ...(root && { root }) };
  const as = (operation: Operation, extra: Partial<ConnectorCall> = {}) => ({ ...base, operation, ...extra });
  switch (`${method} ${area}/${given === '' ? '' : ':id'}${kind === undefined ? '' : `/${kind}`}`) {
    case 'POST conversations/':
      return as('create');
    case 'POST conversations/:id/activities':
      return as('send', last === undefined ? {} : { activityId: last });
    case 'PUT conversations/:id/activities':
      return as('update', { activityId: last ?? '' });
    case 'DELETE conversations/:id/activities':
      return as('delete', { activityId: last ?? '' });
    case 'GET conversations/:id/members':
      return last === undefined ? as('members') : as('member', { memberId: last });
    case 'GET conversations/:id/pagedmembers':
      return as('pagedMembers');
    case 'GET teams/:id':
      return as('team');
    case 'GET teams/:id/conversations':
      return as('channels');
    case 'GET attachments/:id/views':
      return more === undefined && last === 'original' ? as('attachment') : as('unknown');
    default:
      return as('unknown');
  }
};

/** The place that a call is about; refuses as Teams does when the bot cannot reach it. */
const reach = (state: State, call: ConnectorCall, id = call.id): Place => {
  const place = state.world.places.find((one) => one.id === id);
  if (place === undefined || place.refuses === 'ConversationNotFound') throw refusals.noConversation();
  if (serviceUrlOf(state, place.tenant) !== `${state.url}/connector/${call.region === '' ? '' : `${call.region}/`}`)
    throw refusals.noConversation();
  if (place.refuses === 'BotDisabledByAdmin') throw refusals.disabled();
  if (place.refuses === 'ConversationBlockedByUser') throw refusals.blocked();
  if (!isInstalled(state, place)) throw refusals.notInRoster();
  if (call.root !== undefined && id === call.id) {
    if (place.kind !== 'channel') throw refusals.badSyntax('Threads are not supported in this conversation');
    const root = state.messages.get(place.id)?.find((message) => message.id === call.root);
    if (root === undefined || root.root !== root.id) throw refusals.noConversation();
  }
  return place;
};

const activityIn = (call: ConnectorCall): Thing => {
  if (call.body === undefined) throw refusals.badSyntax('The request has no body');
  if (text(call.body.type) === undefined) throw refusals.badSyntax('Activity type is required');
  return call.body;
};

/**
 * Everybody there sees it from now on. A text with a card becomes two messages, and the id that is answered is that of neither
 * (Microsoft Learn, "Messages in bot conversations").
 */
const post = (state: State, place: Place, root: string | undefined, activity: Thing): string => {
  const { text: words, textFormat, attachments, ...rest } = activity;
  if (!words || cardsOf(activity).length === 0) return addMessage(state, place, { activity, root }).id;
  const said = addMessage(state, place, { activity: { ...rest, text: words, textFormat }, root });
  addMessage(state, place, { activity: { type: 'message', attachments }, root: root ?? said.root });
  return `1:${said.id}`;
};

const send = (state: State, call: ConnectorCall): Reply => {
  const place = reach(state, call);
  const activity = activityIn(call);
  const info = streamInfo(activity);
  if (activity.type === 'typing' && info === undefined) {
    state.typing.push({ place: place.id, ...(call.root !== undefined && { root: call.root }), at: state.now() });
    state.changed();
    return ok({}, 202);
  }
  if (activity.type !== 'message' && activity.type !== 'typing')
    throw refusals.badSyntax(`Activities of type ${String(activity.type)} are not supported`);
  if (info !== undefined) {
    checkPiece(state, place, activity);
    return takePiece(state, place, activity, info);
  }
  checkActivity(state, place, activity);
  return ok({ id: post(state, place, call.root, activity) }, 201);
};

/** A stream has its own words for what is too long. */
const checkPiece = (state: State, place: Place, activity: Thing): void => {
  try {
    checkActivity(state, place, activity);
  } catch (thrown) {
    if (!(thrown instanceof Refusal) || thrown.status !== 413) throw thrown;
    throw new Refusal(403, 'ContentStreamNotAllowed', 'Message size too large');
  }
};

const ownMessage = (state: State, place: Place, id: string | undefined): Message => {
  const message = findMessage(state, place.id, id ?? '');
  if (message === undefined) throw refusals.noActivity();
  if (message.from !== undefined) throw refusals.notPermitted('Bots change and delete their own messages only');
  return message;
};

const update = (state: State, call: ConnectorCall): Reply => {
  const place = reach(state, call);
  const activity = activityIn(call);
  const message = ownMessage(state, place, call.activityId);
  if (activity.type !== 'message') throw refusals.badSyntax('Only messages can be updated');
  checkActivity(state, place, activity);
  if (message.stream?.state === 'open') message.stream.state = 'final';
  changeMessage(state, message, activity);
  return ok({ id: message.id });
};

const remove = (state: State, call: ConnectorCall): Reply => {
  const place = reach(state, call);
  const message = ownMessage(state, place, call.activityId);
  message.deleted = true;
  if (message.stream?.state === 'open') message.stream.state = 'stopped';
  state.changed();
  return ok(undefined);
};

/** `POST /v3/conversations`: a new post in a channel, or somebody's chat with the bot. */
const create = (state: State, call: ConnectorCall): Reply => {
  const body = call.body ?? {};
  const data: Thing = isThing(body.channelData) ? body.channelData : {};
  const channel = isThing(data.channel) ? text(data.channel.id) : text(data.teamsChannelId);
  const first = isThing(body.activity) ? body.activity : undefined;
  if (channel !== undefined) {
    const place = reach(state, call, channel);
    if (place.kind !== 'channel') throw refusals.badSyntax('Incorrect conversation creation parameters');
    if (first === undefined) throw refusals.badSyntax('Activity is required to start a conversation in a channel');
    checkActivity(state, place, { type: 'message', ...first });
    const id = post(state, place, undefined, { type: 'message', ...first });
    return ok(
      { id: `${place.id};messageid=${id}`, activityId: id, serviceUrl: serviceUrlOf(state, place.tenant) },
      201,
    );
  }
  const members = things(body.members);
  const tenant = text(body.tenantId) ?? (isThing(data.tenant) ? text(data.tenant.id) : undefined);
  if (tenant === undefined) throw refusals.badArgument('Tenant id is required');
  if (members.length !== 1 || body.isGroup === true)
    throw refusals.badSyntax('Incorrect conversation creation parameters');
  const [wanted] = members;
  const person = state.world.people.find(({ id, aad }) => wanted?.id === id || wanted?.id === aad);
  if (person === undefined || person.tenant !== tenant) throw refusals.badArgument('User is not found in the tenant');
  const place = reach(state, call, `a:${person.key}`);
  return ok({ id: place.id, serviceUrl: serviceUrlOf(state, place.tenant) }, 201);
};

const attachment = (state: State, call: ConnectorCall): Reply => {
  const file = state.files.get(call.id ?? '');
  if (file === undefined) return refused(404, 'ResourceNotFound', 'The attachment was not found.');
  return { status: 200, headers: { 'content-type': file.mime }, body: file.bytes };
};

const operations: Partial<Record<Operation, (state: State, call: ConnectorCall) => Reply>> = {
  create,
  send,
  update,
  delete: remove,
  members: (state, call) => memberList(state, reach(state, call)),
  pagedMembers: (state, call) => pagedMembers(state, reach(state, call), call.query),
  member: (state, call) => member(state, reach(state, call), call.memberId ?? ''),
  team: (state, call) => teamDetails(state, reach(state, call)),
  channels: (state, call) => channelList(state, reach(state, call)),
  attachment,
};

/** What counts for the pace of a thread. */
const paced = new Set<Operation>(['create', 'send', 'update', 'delete']);

const threadOf = (call: ConnectorCall): string =>
  `${call.id ?? 'new'}${call.root === undefined ? '' : `;messageid=${call.root}`}`;

/** Does what a call asks for, and answers as Teams does. The caller has been authorised. */
export const perform = (state: State, pace: Pace, call: ConnectorCall): Reply => {
  if (paced.has(call.operation)) {
    const seconds = pace.tooEarly(threadOf(call));
    if (seconds !== undefined)
      return refused(429, 'Throttled', 'Too many requests.', { 'retry-after': String(seconds) });
  }
  try {
    const operation = operations[call.operation];
    return operation === undefined ? ok({ message: 'No HTTP resource was found.' }, 404) : operation(state, call);
  } catch (thrown) {
    if (thrown instanceof Refusal) return refused(thrown.status, thrown.code, thrown.message);
    throw thrown;
  }
};
