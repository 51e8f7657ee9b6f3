import { z } from 'zod';
import type { Installation, Installations, Log } from '#core/channel.ts';
import { errorMessage } from '#core/errors.ts';
import { createMemory } from '../shared/remember.ts';
import type { Failure, SlackApi, Workspace, Workspaces } from './api.ts';
import type { SlackConfig } from './config.ts';
import { aborted, platformFailure, revokedWorkspace, unknownWorkspace } from './errors.ts';

export interface WorkspacesDeps {
  readonly installations: Installations;
  readonly api: SlackApi;
  readonly log: Log;
  readonly now?: () => Date;
}

type Found = { readonly ok: true; readonly workspace: Workspace } | Failure;

const keptMs = 30_000;
/** Somebody may be installing the app at this moment. */
const missingKeptMs = 3_000;
const channelKeptMs = 3_600_000;
/** A webhook must be answered within 3 s: who we are may come later. */
const identityWaitMs = 1_500;
const lookUpMs = 10_000;

const grant = z.object({ token: z.string().min(1), botUserId: z.string().optional().catch(undefined) });
const identity = z.object({ user_id: z.string(), team_id: z.string(), team: z.string().catch('') });
const channelInfo = z.object({ channel: z.object({ is_member: z.boolean().optional().catch(undefined) }) });

/** An installation as a workspace; nothing when it was taken back or holds no token. */
const workspaceOf = ({ key, name, data, revoked }: Installation): Workspace | undefined => {
  const parsed = grant.safeParse(data);
  if (revoked !== undefined || !parsed.success) return undefined;
  const { token, botUserId } = parsed.data;
  return { key, token, name, ...(botUserId === undefined ? {} : { botUserId }) };
};

type Lookup = Pick<Workspaces, 'find' | 'all' | 'revoke'>;

/** One workspace by its token. Slack tells who we are there; until it does, the token works all the same. */
const byToken = (token: string, { api, log }: WorkspacesDeps, now: () => Date): Lookup => {
  const nameless: Workspace = { key: '', token, name: '' };
  const ask = async (): Promise<Workspace> => {
    const result = await api.call(nameless, 'auth.test', {}, AbortSignal.timeout(lookUpMs));
    const parsed = result.ok ? identity.safeParse(result.data) : undefined;
    if (parsed?.success) {
      const { user_id, team_id, team } = parsed.data;
      return { key: team_id, token, name: team, botUserId: user_id };
    }
    log.warn(
      { problem: result.ok ? 'the answer to auth.test names no workspace' : result.message },
      'Slack did not say who we are; we ask again in a while',
    );
    return nameless;
  };
  const known = createMemory<Workspace>({
    now,
    max: 1,
    ttlMs: ({ key }) => (key === '' ? keptMs : Number.POSITIVE_INFINITY),
  });
  const current = (): Promise<Workspace> => {
    const { promise, resolve } = Promise.withResolvers<Workspace>();
    const timer = setTimeout(() => resolve(nameless), identityWaitMs);
    known.get('', ask).then(resolve, () => resolve(nameless));
    return promise.finally(() => clearTimeout(timer));
  };
  return {
    find: async () => ({ ok: true, workspace: await current() }),
    all: async () => [await current()],
    revoke: async (key, reason) => {
      // The setting may be renewed at any time: sends go on to try it, and say in words what Slack says.
      log.warn({ workspace: key, reason }, 'access to the Slack workspace was taken back; renew SLACK_BOT_TOKEN');
      known.forget();
    },
  };
};

/** Workspaces that installed the app themselves. Throws what the store throws. */
const byInstallation = ({ installations }: WorkspacesDeps, now: () => Date): Lookup => {
  const known = createMemory<Installation | undefined>({
    now,
    max: 10_000,
    // One that was taken back may be granted again at any moment.
    ttlMs: (installation) =>
      installation === undefined || installation.revoked !== undefined ? missingKeptMs : keptMs,
  });
  const list = createMemory<readonly Workspace[]>({
    now,
    max: 1,
    ttlMs: ({ length }) => (length === 0 ? missingKeptMs : keptMs),
  });
  return {
    async find(team, enterprise) {
      const keys = [team, enterprise].filter((key) => key !== undefined).filter((key) => key !== '');
      let revoked: Failure | undefined;
      for (const key of keys) {
        const installation = await known.get(key, () => installations.find(key));
        if (installation === undefined) continue;
        const workspace = workspaceOf(installation);
        if (workspace !== undefined) return { ok: true, workspace };
        revoked ??= revokedWorkspace(installation.name || key, installation.revoked ?? 'its token is missing');
      }
      return revoked ?? unknownWorkspace(keys);
    },
    all: () =>
      list.get('', async () =>
        (await installations.list()).map(workspaceOf).filter((workspace) => workspace !== undefined),
      ),
    async revoke(key, reason) {
      const drop = () => {
        known.forget(key);
        list.forget();
      };
      drop();
      await installations.revoke(key, reason);
      // Somebody may have asked in between.
      drop();
    },
  };
};

/**
 * Which workspaces let us in: the one of `config.botToken`, else those that installed the app. With a bot token `find` answers
 * for any team, since events of connected channels may name other ones.
 */
export const createWorkspaces = (config: Pick<SlackConfig, 'botToken'>, deps: WorkspacesDeps): Workspaces => {
  const now = deps.now ?? (() => new Date());
  const lookup = config.botToken === undefined ? byInstallation(deps, now) : byToken(config.botToken, deps, now);

  /** The first that is in the channel, else the first that can see it. */
  const search = async (channel: string): Promise<Found> => {
    const workspaces = await lookup.all();
    let visible: Workspace | undefined;
    let passing: Failure | undefined;
    for (const workspace of workspaces) {
      const signal = AbortSignal.timeout(lookUpMs);
      const result = await deps.api.call(workspace, 'conversations.info', { channel }, signal);
      if (!result.ok) {
        if (!result.permanent) passing ??= result;
        continue;
      }
      const parsed = channelInfo.safeParse(result.data);
      if (parsed.success && parsed.data.channel.is_member !== false) return { ok: true, workspace };
      visible ??= workspace;
    }
    if (visible !== undefined) return { ok: true, workspace: visible };
    if (workspaces.length === 0) return unknownWorkspace([]);
    return passing ?? platformFailure('channel_not_found', { method: 'conversations.info', workspace: channel });
  };

  const places = createMemory<Found>({ now, max: 1_000, ttlMs: ({ ok }) => (ok ? channelKeptMs : missingKeptMs) });

  return {
    find: lookup.find,
    all: lookup.all,
    async ofChannel(channel, signal) {
      const workspaces = await lookup.all();
      const [only] = workspaces;
      if (only !== undefined && workspaces.length === 1) return { ok: true, workspace: only };
      if (signal?.aborted === true) return aborted('the search for a channel');
      const found = await places.get(channel, () => search(channel));
      if (!found.ok) return found;
      // Its token may have been renewed, or taken back, since the channel was found.
      return lookup.find(found.workspace.key);
    },
    async revoke(key, reason) {
      places.forget();
      try {
        await lookup.revoke(key, reason);
      } catch (thrown) {
        deps.log.error(
          { workspace: key, error: errorMessage(thrown) },
          'an installation could not be marked as revoked',
        );
        throw thrown;
      }
    },
  };
};
