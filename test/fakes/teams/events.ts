import { personNamed, placeNamed, type State, serviceUrlOf, teamOf } from './state.ts';
import type { Person, Place, Thing } from './types.ts';

/** Whom a message speaks to by name: keys of people, `bot` for the bot. */
export type Mentions = readonly string[];

const channelData = (state: State, place: Place, more: Thing = {}): Thing => {
  const tenant = { id: place.tenant };
  const team = teamOf(state, place);
  if (place.kind !== 'channel' || team === undefined) return { tenant, ...more };
  return {
    teamsChannelId: place.id,
    teamsTeamId: team.id,
    channel: { id: place.id },
    team: { id: team.id, name: team.name, aadGroupId: team.aadGroupId },
    tenant,
    ...more,
  };
};

/** What all activities about a place have. `root`: the thread of a channel. */
export const baseActivity = (
  state: State,
  given: {
    readonly user: string;
    readonly place: Place;
    readonly root?: string | undefined;
    readonly id?: string;
    readonly channelData?: Thing;
  },
): Thing => {
  const { place, root } = given;
  const { id, aad, name } = personNamed(state, given.user);
  return {
    id: given.id ?? state.nextMessageId(),
    timestamp: new Date(state.now()).toISOString(),
    localTimestamp: new Date(state.now()).toISOString(),
    localTimezone: 'Europe/Berlin',
    locale: 'en-US',
    channelId: 'msteams',
    serviceUrl: serviceUrlOf(state, place.tenant),
    from: { id, name, aadObjectId: aad },
    conversation: {
      ...(place.kind === 'personal' ? {} : { isGroup: true }),
      ...(place.kind === 'groupChat' && place.name !== undefined && { name: place.name }),
      conversationType: place.kind,
      tenantId: place.tenant,
      id: root === undefined ? place.id : `${place.id};messageid=${root}`,
    },
    recipient: { id: state.botId, name: state.botName },
    channelData: channelData(state, place, given.channelData),
  };
};

const named = (state: State, who: string): Pick<Person, 'id' | 'name'> =>
  who === 'bot' ? { id: state.botId, name: state.botName } : personNamed(state, who);

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('\n', '<br>');

/** What somebody wrote, as an activity has it: mentions first, then the words. */
export const words = (
  state: State,
  given: {
    readonly text: string;
    readonly mentions?: Mentions | undefined;
    readonly html?: string | undefined;
    readonly attachments?: readonly Thing[] | undefined;
  },
): Thing => {
  const people = (given.mentions ?? []).map((who) => named(state, who));
  const at = people.map(({ name }) => `<at>${name}</at> `).join('');
  const shown = people.map(
    ({ name }, n) =>
      `<span itemscope="" itemtype="http://schema.skype.com/Mention" itemid="${n}">${escaped(name)}</span>&nbsp;`,
  );
  const html = given.html ?? (people.length > 0 ? `<p>${shown.join('')}${escaped(given.text)}</p>` : undefined);
  const attachments = [
    ...(given.attachments ?? []),
    ...(html === undefined ? [] : [{ contentType: 'text/html', content: html }]),
  ];
  return {
    text: `${at}${given.text}`,
    textFormat: 'plain',
    ...(attachments.length > 0 && { attachments }),
    entities: [
      ...people.map(({ id, name }) => ({ type: 'mention', mentioned: { id, name }, text: `<at>${name}</at>` })),
      { type: 'clientInfo', locale: 'en-US', country: 'US', platform: 'Web', timezone: 'Europe/Berlin' },
    ],
  };
};

/** The bot comes into a place, or leaves it (Microsoft Learn, "Conversation events in your Teams bot"). */
export const membershipEvents = (state: State, placeId: string, user: string, added: boolean): readonly Thing[] => {
  const place = placeNamed(state, placeId);
  const team = teamOf(state, place);
  const bot = { id: state.botId, name: state.botName };
  const base = (data: Thing) => baseActivity(state, { user, place, channelData: data });
  const eventType = added ? 'teamMemberAdded' : 'teamMemberRemoved';
  return [
    {
      ...base(team === undefined ? {} : { eventType }),
      type: 'conversationUpdate',
      ...(added ? { membersAdded: [bot] } : { membersRemoved: [bot] }),
    },
    {
      ...base({ settings: { selectedChannel: { id: place.id } }, source: { name: 'message' } }),
      type: 'installationUpdate',
      action: added ? 'add' : 'remove',
    },
  ];
};
