import { describe, expect, it } from 'vitest';
import type { CallResult, Failure, Workspace } from './api.ts';
import { checkSlack } from './check.ts';
import { appScopes } from './manifest.ts';

const tidewater: Workspace = { key: 'T0HOME', token: 'xoxb-home', name: 'Tidewater' };
const refused: Failure = {
  ok: false,
  code: 'token_revoked',
  message: 'Slack refused auth.test (token_revoked)',
  permanent: true,
};

const check = (
  answers: Readonly<Record<string, CallResult<object>>>,
  {
    workspaces = [tidewater],
    deskChannel,
    botToken,
  }: { readonly workspaces?: readonly Workspace[]; readonly deskChannel?: string; readonly botToken?: string } = {},
) =>
  checkSlack(
    {
      config: { publicUrl: 'https://frontdesk.example.com', deskChannel, botToken },
      api: { call: async <T>(_workspace: Workspace, method: string) => (answers[method] ?? refused) as CallResult<T> },
      workspaces: {
        all: async () => workspaces,
        ofChannel: async () => ({ ok: true, workspace: tidewater }),
      },
    },
    AbortSignal.timeout(1_000),
  );

const tested = (scopes: readonly string[] = appScopes): CallResult<object> => ({
  ok: true,
  data: { ok: true, response_metadata: { scopes } },
});
const channel = (more: object): CallResult<object> => ({
  ok: true,
  data: { channel: { name: 'support-desk', ...more } },
});

describe('the check', () => {
  it('names every workspace that is well', async () => {
    expect(await check({ 'auth.test': tested() })).toEqual({ ok: true, detail: 'Tidewater (T0HOME): ok' });
  });

  it('says that nobody has installed the app yet, and where to', async () => {
    expect(await check({}, { workspaces: [] })).toEqual({
      ok: false,
      detail: 'no workspace has installed the app; open https://frontdesk.example.com/slack/install',
    });
  });

  it('names scopes that are missing, and how to get them', async () => {
    const without = appScopes.filter((scope) => scope !== 'files:read' && scope !== 'team:read');
    expect(await check({ 'auth.test': tested(without) })).toEqual({
      ok: false,
      detail:
        'Tidewater (T0HOME): scopes are missing: files:read, team:read; add them to the Slack app under OAuth & Permissions, then open https://frontdesk.example.com/slack/install again',
    });
    const single = await check({ 'auth.test': tested(without) }, { botToken: 'xoxb-home' });
    expect(single.detail).toContain('press Install to Workspace again');
  });

  it('does not guess where Slack names no scopes', async () => {
    expect((await check({ 'auth.test': { ok: true, data: {} } })).ok).toBe(true);
  });

  it('repeats what Slack refuses', async () => {
    expect(await check({ 'auth.test': refused })).toEqual({
      ok: false,
      detail: 'Tidewater (T0HOME): Slack refused auth.test (token_revoked)',
    });
  });

  it.each([
    [channel({ is_member: true }), true, 'desk #support-desk: ok'],
    [channel({ is_member: false }), false, 'desk #support-desk: invite the app there with /invite'],
    [
      channel({ is_member: true, is_archived: true }),
      false,
      'desk #support-desk: the channel is archived; choose another in DESK',
    ],
    [{ ...refused, message: 'channel_not_found' }, false, 'desk C0DESK: channel_not_found'],
  ])('looks at the channel of the desk', async (answer, ok, detail) => {
    expect(await check({ 'auth.test': tested(), 'conversations.info': answer }, { deskChannel: 'C0DESK' })).toEqual({
      ok,
      detail: `Tidewater (T0HOME): ok; ${detail}`,
    });
  });
});
