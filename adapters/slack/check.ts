import { z } from 'zod';
import type { SlackApi, Workspace, Workspaces } from './api.ts';
import type { SlackConfig } from './config.ts';
import { installPath } from './install.ts';
import { appScopes } from './manifest.ts';

export interface CheckOptions {
  readonly config: Pick<SlackConfig, 'publicUrl' | 'deskChannel' | 'secondLevelChannel' | 'botToken'>;
  readonly api: SlackApi;
  readonly workspaces: Pick<Workspaces, 'all' | 'ofChannel'>;
}

interface Health {
  readonly ok: boolean;
  readonly detail: string;
}

const testAnswer = z.object({
  response_metadata: z
    .object({ scopes: z.array(z.string()).optional().catch(undefined) })
    .optional()
    .catch(undefined),
});
const channelAnswer = z.object({
  channel: z.object({
    name: z.string().optional().catch(undefined),
    is_member: z.boolean().optional().catch(undefined),
    is_archived: z.boolean().optional().catch(undefined),
  }),
});

/** What we may not do there, and how to be allowed to. The scopes are those that Slack names with every answer. */
const missingScopes = (
  given: readonly string[] | undefined,
  { botToken, publicUrl }: CheckOptions['config'],
): string => {
  const missing = given === undefined ? [] : appScopes.filter((scope) => !given.includes(scope));
  if (missing.length === 0) return '';
  const install = botToken === undefined ? `open ${publicUrl}${installPath}` : 'press Install to Workspace';
  return `scopes are missing: ${missing.join(', ')}; add them to the Slack app under OAuth & Permissions, then ${install} again`;
};

const checkWorkspace = async (
  workspace: Workspace,
  { api, config }: CheckOptions,
  signal: AbortSignal,
): Promise<Health> => {
  const name = workspace.key === '' ? 'the workspace of SLACK_BOT_TOKEN' : `${workspace.name} (${workspace.key})`;
  const tested = await api.call(workspace, 'auth.test', {}, signal);
  if (!tested.ok) return { ok: false, detail: `${name}: ${tested.message}` };
  const missing = missingScopes(testAnswer.safeParse(tested.data).data?.response_metadata?.scopes, config);
  return missing === '' ? { ok: true, detail: `${name}: ok` } : { ok: false, detail: `${name}: ${missing}` };
};

const checkDesk = async (channel: string, { api, workspaces }: CheckOptions, signal: AbortSignal): Promise<Health> => {
  const found = await workspaces.ofChannel(channel, signal);
  if (!found.ok) return { ok: false, detail: `desk ${channel}: ${found.message}` };
  const info = await api.call(found.workspace, 'conversations.info', { channel }, signal);
  if (!info.ok) return { ok: false, detail: `desk ${channel}: ${info.message}` };
  const { name, is_member, is_archived } = channelAnswer.safeParse(info.data).data?.channel ?? {};
  const desk = name === undefined ? `desk ${channel}` : `desk #${name}`;
  if (is_archived === true) return { ok: false, detail: `${desk}: the channel is archived; choose another in DESK` };
  if (is_member === false) return { ok: false, detail: `${desk}: invite the app there with /invite` };
  return { ok: true, detail: `${desk}: ok` };
};

/** How every workspace that let us in is, and the desk's channel; says what to fix. */
export const checkSlack = async (options: CheckOptions, signal: AbortSignal): Promise<Health> => {
  const { config, workspaces } = options;
  const all = await workspaces.all();
  if (all.length === 0) {
    return { ok: false, detail: `no workspace has installed the app; open ${config.publicUrl}${installPath}` };
  }
  const healths = await Promise.all([
    ...all.map((workspace) => checkWorkspace(workspace, options, signal)),
    ...[config.deskChannel, config.secondLevelChannel].flatMap((channel) =>
      channel === undefined ? [] : [checkDesk(channel, options, signal)],
    ),
  ]);
  return { ok: healths.every(({ ok }) => ok), detail: healths.map(({ detail }) => detail).join('; ') };
};
