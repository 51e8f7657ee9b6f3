import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type FakeChannelDeps, fakeChannelDeps } from '#test/fakes/channel-deps.ts';
import { type FakeSlack, startFakeSlack } from '#test/fakes/slack/index.ts';
import type { SlackApi } from './api.ts';
import { createSlackApi } from './client.ts';
import { createWorkspaces } from './workspaces.ts';

let slack: FakeSlack;
let deps: FakeChannelDeps;
let at: number;
const now = () => new Date(at);

beforeEach(async () => {
  slack = await startFakeSlack();
  at = Date.now();
  deps = fakeChannelDeps(now);
});
afterEach(() => slack[Symbol.asyncDispose]());

const workspacesOf = (botToken?: string, api = createSlackApi({ apiUrl: slack.apiUrl, log: deps.log, now })) => {
  return createWorkspaces({ botToken }, { installations: deps.installations, api, log: deps.log, now });
};

describe('one workspace by its token', () => {
  it('asks Slack once who we are, and answers for any team', async () => {
    const workspaces = workspacesOf(slack.botToken);
    const found = await Promise.all([workspaces.find('T0HOME'), workspaces.find('T0ACME'), workspaces.find(undefined)]);
    for (const one of found)
      expect(one).toEqual({
        ok: true,
        workspace: { key: 'T0HOME', token: slack.botToken, name: 'Tidewater', botUserId: 'U0BOT' },
      });
    expect(await workspaces.ofChannel('C0DESK')).toMatchObject({ ok: true, workspace: { key: 'T0HOME' } });
    expect(slack.callsOf('auth.test')).toHaveLength(1);
  });

  it('works with the token alone until Slack tells, and asks again later', async () => {
    const workspaces = workspacesOf(slack.botToken);
    slack.fail('auth.test', { status: 503 });
    expect(await workspaces.find('T0HOME')).toEqual({
      ok: true,
      workspace: { key: '', token: slack.botToken, name: '' },
    });
    at += 10_000;
    await workspaces.find('T0HOME');
    expect(slack.callsOf('auth.test')).toHaveLength(1);
    at += 30_000;
    expect(await workspaces.find('T0HOME')).toMatchObject({ workspace: { botUserId: 'U0BOT' } });
  });

  it('does not keep anybody waiting for a slow Slack', async () => {
    const silent: SlackApi = { call: () => new Promise(() => undefined) };
    const workspaces = workspacesOf(slack.botToken, silent);
    vi.useFakeTimers();
    try {
      const finding = workspaces.find('T0HOME');
      // Slack gives a webhook 3 s.
      await vi.advanceTimersByTimeAsync(2_000);
      expect(await finding).toMatchObject({ ok: true, workspace: { key: '' } });
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('workspaces that installed the app', () => {
  const install = (key: string, token: string) =>
    deps.installations.save({ key, name: `The ${key}`, data: { token, botUserId: 'U0BOT', scopes: ['chat:write'] } });

  it('are found by team, else by organisation', async () => {
    await install('T0ONE', 'xoxb-one');
    await install('E0ORG', 'xoxb-org');
    const workspaces = workspacesOf();
    expect(await workspaces.find('T0ONE', 'E0ORG')).toMatchObject({ workspace: { key: 'T0ONE', token: 'xoxb-one' } });
    expect(await workspaces.find('T0TWO', 'E0ORG')).toMatchObject({ workspace: { key: 'E0ORG', token: 'xoxb-org' } });
    expect(await workspaces.all()).toHaveLength(2);
  });

  it('an unknown or revoked one is stated, with what to do', async () => {
    await install('T0ONE', 'xoxb-one');
    const workspaces = workspacesOf();
    const unknown = await workspaces.find('T0NONE');
    expect(unknown).toMatchObject({ ok: false, code: 'unknown-workspace', permanent: true });
    expect(unknown.ok || unknown.message).toMatch(/T0NONE.*install/);
    await workspaces.find('T0ONE');
    await workspaces.revoke('T0ONE', 'the app was removed');
    const revoked = await workspaces.find('T0ONE');
    expect(revoked).toMatchObject({ ok: false, code: 'token_revoked', permanent: true });
    expect(revoked.ok || revoked.message).toContain('the app was removed');
    expect(await workspaces.all()).toEqual([]);
  });

  it('are read once in a while, and a new installation is seen soon', async () => {
    const reads: string[] = [];
    const { find } = deps.installations;
    const counted = { ...deps.installations, find: (key: string) => find(reads[reads.push(key) - 1] ?? '') };
    const api = createSlackApi({ apiUrl: slack.apiUrl, log: deps.log, now });
    const workspaces = createWorkspaces({}, { installations: counted, api, log: deps.log, now });
    expect(await workspaces.find('T0ONE')).toMatchObject({ ok: false });
    await install('T0ONE', 'xoxb-one');
    at += 4_000;
    for (let count = 0; count < 5; count += 1) expect(await workspaces.find('T0ONE')).toMatchObject({ ok: true });
    expect(reads).toHaveLength(2);
  });

  it('a channel is looked for in each of them, once', async () => {
    await install('T0ACME', 'xoxb-broken');
    await install('T0HOME', slack.botToken);
    const workspaces = workspacesOf();
    expect(await workspaces.ofChannel('C0DESK')).toMatchObject({ workspace: { key: 'T0HOME' } });
    const calls = slack.callsOf('conversations.info').length;
    await workspaces.ofChannel('C0DESK');
    expect(slack.callsOf('conversations.info')).toHaveLength(calls);
    expect(await workspaces.ofChannel('C0NOWHERE')).toMatchObject({
      ok: false,
      code: 'channel_not_found',
      permanent: true,
    });
  });

  it('a channel that could not be looked for now is looked for again', async () => {
    await install('T0ACME', 'xoxb-broken');
    await install('T0HOME', slack.botToken);
    const workspaces = workspacesOf();
    slack.fail('conversations.info', { status: 503, times: 2 });
    expect(await workspaces.ofChannel('C0DESK')).toMatchObject({ ok: false, permanent: false });
    at += 4_000;
    expect(await workspaces.ofChannel('C0DESK')).toMatchObject({ ok: true });
  });
});
