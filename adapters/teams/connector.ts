import { z } from 'zod';
import type { TeamsConfig } from './config.ts';
import { type CallDeps, createCall } from './connector-call.ts';
import { type CallResult, type Failure, unknownOutcome } from './errors.ts';

export interface ConnectorDeps extends CallDeps {
  readonly config: Pick<TeamsConfig, 'appId'>;
}

/** A conversation at its connector; in a channel's thread `conversationId` ends in `;messageid=<root>`. */
export interface Where {
  readonly serviceUrl: string;
  readonly conversationId: string;
}

/** A channel to open a thread in. */
export interface Channel {
  readonly serviceUrl: string;
  /** `19:…@thread.tacv2` */
  readonly channelId: string;
  readonly tenantId?: string;
  readonly botId?: string;
}

/** Somebody of a roster; of foreign tenants in a shared channel `tenantId` is their own. */
export interface Member {
  readonly id: string;
  readonly name?: string;
  readonly aadObjectId?: string;
  readonly email?: string;
  readonly tenantId?: string;
  readonly userPrincipalName?: string;
  readonly userRole?: string;
}

/** The connector of Teams: every result is a value, nothing is repeated, nothing is redirected. */
export interface Connector {
  /** Posts an activity; `id` is missing for those that leave nothing behind (typing, the later pieces of a stream). */
  postActivity(where: Where, activity: object, signal: AbortSignal): Promise<CallResult<{ readonly id?: string }>>;
  /** Opens a thread in a channel: the conversation with its `;messageid=`, and the id of the first message. */
  createRootPost(
    channel: Channel,
    activity: object,
    signal: AbortSignal,
  ): Promise<CallResult<{ readonly conversationId: string; readonly activityId: string }>>;
  updateActivity(where: Where, activityId: string, activity: object, signal: AbortSignal): Promise<CallResult<void>>;
  deleteActivity(where: Where, activityId: string, signal: AbortSignal): Promise<CallResult<void>>;
  /** The roster; `complete` is false when it has more than some 10,000 people. */
  members(
    where: Where,
    signal: AbortSignal,
  ): Promise<CallResult<{ readonly members: readonly Member[]; readonly complete: boolean }>>;
  /** One of a conversation, by id (`29:…`) or by object id in Entra. */
  member(where: Where, id: string, signal: AbortSignal): Promise<CallResult<Member>>;
  /** A team's name. */
  teamName(serviceUrl: string, teamId: string, signal: AbortSignal): Promise<CallResult<string | undefined>>;
  /** A team's channels; the first one, General, comes without a name. */
  channels(
    serviceUrl: string,
    teamId: string,
    signal: AbortSignal,
  ): Promise<CallResult<readonly { readonly id: string; readonly name?: string }[]>>;
}

const pageSize = '500';
const maxPages = 20;

const word = z.string().min(1).optional().catch(undefined);
const posted = z.object({ id: word }).catch({ id: undefined });
const created = z.object({ id: z.string().min(1), activityId: z.string().min(1) });
const account = z.object({
  id: z.string().min(1),
  name: word,
  aadObjectId: word,
  objectId: word,
  email: word,
  tenantId: word,
  userPrincipalName: word,
  userRole: word,
});
const page = z.object({ members: z.array(z.unknown()), continuationToken: word });
const team = z.object({ name: word });
const channelList = z.object({ conversations: z.array(z.object({ id: z.string().min(1), name: word })) });

const memberOf = (one: z.output<typeof account>): Member => {
  const { id, name, objectId, aadObjectId = objectId, email, tenantId, userPrincipalName, userRole } = one;
  return {
    id,
    ...(name === undefined ? {} : { name }),
    ...(aadObjectId === undefined ? {} : { aadObjectId }),
    ...(email === undefined ? {} : { email }),
    ...(tenantId === undefined ? {} : { tenantId }),
    ...(userPrincipalName === undefined ? {} : { userPrincipalName }),
    ...(userRole === undefined ? {} : { userRole }),
  };
};

export const createConnector = ({ config, ...deps }: ConnectorDeps): Connector => {
  const call = createCall(deps);

  const senseless = (what: string): Failure => unknownOutcome(what, 'its answer makes no sense');

  return {
    async postActivity({ serviceUrl, conversationId }, activity, signal) {
      const path = ['conversations', conversationId, 'activities'];
      const result = await call({ what: 'a message', serviceUrl, method: 'POST', path, body: activity }, signal);
      if (!result.ok) return result;
      const { id } = posted.parse(result.data);
      return { ok: true, data: id === undefined ? {} : { id } };
    },

    async createRootPost({ serviceUrl, channelId, tenantId, botId }, activity, signal) {
      const what = 'a new thread';
      const bot = { id: botId ?? `28:${config.appId}` };
      const tenant = tenantId === undefined ? {} : { tenantId };
      const channelData = {
        channel: { id: channelId },
        ...(tenantId === undefined ? {} : { tenant: { id: tenantId } }),
      };
      const body = { isGroup: true, bot, ...tenant, channelData, activity };
      const result = await call({ what, serviceUrl, method: 'POST', path: ['conversations'], body }, signal);
      if (!result.ok) return result;
      const { data } = created.safeParse(result.data);
      return data === undefined
        ? senseless(what)
        : { ok: true, data: { conversationId: data.id, activityId: data.activityId } };
    },

    async updateActivity({ serviceUrl, conversationId }, activityId, activity, signal) {
      const body = { ...activity, id: activityId };
      const path = ['conversations', conversationId, 'activities', activityId];
      const result = await call({ what: 'a change of a message', serviceUrl, method: 'PUT', path, body }, signal);
      return result.ok ? { ok: true, data: undefined } : result;
    },

    async deleteActivity({ serviceUrl, conversationId }, activityId, signal) {
      const path = ['conversations', conversationId, 'activities', activityId];
      const result = await call({ what: 'the removal of a message', serviceUrl, method: 'DELETE', path }, signal);
      return result.ok ? { ok: true, data: undefined } : result;
    },

    async members({ serviceUrl, conversationId }, signal) {
      const what = 'the members of a conversation';
      const members: Member[] = [];
      let continuationToken: string | undefined;
      for (let count = 0; count < maxPages; count += 1) {
        const query = { pageSize, ...(continuationToken === undefined ? {} : { continuationToken }) };
        const path = ['conversations', conversationId, 'pagedmembers'];
        const result = await call({ what, serviceUrl, method: 'GET', path, query }, signal);
        if (!result.ok) return result;
        const { data } = page.safeParse(result.data);
        if (data === undefined) return senseless(what);
        members.push(
          ...data.members.flatMap((each) => {
            const one = account.safeParse(each).data;
            return one === undefined ? [] : [memberOf(one)];
          }),
        );
        continuationToken = data.continuationToken;
        if (continuationToken === undefined) return { ok: true, data: { members, complete: true } };
      }
      return { ok: true, data: { members, complete: false } };
    },

    async member({ serviceUrl, conversationId }, id, signal) {
      const what = 'a member of a conversation';
      const path = ['conversations', conversationId, 'members', id];
      const result = await call({ what, serviceUrl, method: 'GET', path }, signal);
      if (!result.ok) return result;
      const { data } = account.safeParse(result.data);
      return data === undefined ? senseless(what) : { ok: true, data: memberOf(data) };
    },

    async teamName(serviceUrl, teamId, signal) {
      const path = ['teams', teamId];
      const result = await call({ what: 'the name of a team', serviceUrl, method: 'GET', path }, signal);
      return result.ok ? { ok: true, data: team.safeParse(result.data).data?.name } : result;
    },

    async channels(serviceUrl, teamId, signal) {
      const what = 'the channels of a team';
      const path = ['teams', teamId, 'conversations'];
      const result = await call({ what, serviceUrl, method: 'GET', path }, signal);
      if (!result.ok) return result;
      const { data } = channelList.safeParse(result.data);
      return data === undefined
        ? senseless(what)
        : {
            ok: true,
            data: data.conversations.map(({ id, name }) => (name === undefined ? { id } : { id, name })),
          };
    },
  };
};
