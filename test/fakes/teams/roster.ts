import { refusals } from './refusal.ts';
import { ok, type Reply } from './reply.ts';
import { membersOf, personNamed, type State, teamOf } from './state.ts';
import type { Person, Place, Thing } from './types.ts';

/** A member, as the connector describes one (Microsoft Learn, "Get Teams specific context for your bot"). */
const memberJson = ({ id, aad, tenant, name, email, guest }: Person): Thing => {
  const [given = name, ...rest] = name.split(' ');
  return {
    id,
    name,
    objectId: aad,
    aadObjectId: aad,
    givenName: given,
    surname: rest.join(' '),
    tenantId: tenant,
    userRole: guest === true ? 'guest' : 'user',
    ...(email !== undefined && {
      email,
      userPrincipalName: guest === true ? `${email.replace('@', '_')}#EXT#@home.example` : email,
    }),
  };
};

const people = (state: State, place: Place): readonly Person[] =>
  membersOf(state, place).map((key) => personNamed(state, key));

export const memberList = (state: State, place: Place): Reply => ok(people(state, place).map(memberJson));

/** `pagedmembers?pageSize=&continuationToken=`: between 50 and 500 at a time. */
export const pagedMembers = (state: State, place: Place, query: URLSearchParams): Reply => {
  const size = Math.min(500, Math.max(50, Number(query.get('pageSize') ?? 200) || 200));
  const start = Number(query.get('continuationToken') ?? 0) || 0;
  const all = people(state, place);
  const next = start + size;
  return ok({
    members: all.slice(start, next).map(memberJson),
    ...(next < all.length && { continuationToken: String(next) }),
  });
};

export const member = (state: State, place: Place, id: string): Reply => {
  const found = people(state, place).find((person) => person.id === id || person.aad === id);
  if (found === undefined) throw refusals.noMember();
  return ok(memberJson(found));
};

export const teamDetails = (state: State, place: Place): Reply => {
  const team = teamOf(state, place);
  if (team === undefined) throw refusals.noConversation();
  const { id, name, aadGroupId, members } = team;
  const channelCount = state.world.places.filter((one) => one.team === id).length;
  return ok({
    id,
    name,
    aadGroupId,
    type: 'standard',
    tenantId: team.tenant,
    channelCount,
    memberCount: members.length,
  });
};

/** The channels of a team; the first one has no name there (Microsoft Learn, as above). */
export const channelList = (state: State, place: Place): Reply => {
  const channels = state.world.places.filter(({ team }) => team !== undefined && team === place.team);
  return ok({
    conversations: channels.map(({ id, name, team }) => (id === team ? { id } : { id, name: name ?? '' })),
  });
};
