import { describe, expect, it, vi } from 'vitest';
import { recordingLog } from '#test/recording-log.ts';
import type { CallResult, Effect, Workspace } from './api.ts';
import { createEffects } from './effects.ts';

const workspace: Workspace = { key: 'T0HOME', token: 'xoxb-home', name: 'Tidewater', botUserId: 'U0BOT' };
const form: Effect = {
  kind: 'open-form',
  form: 'reply',
  team: 'T0HOME',
  triggerId: '1.2.abc',
  channel: 'C0DESK',
  thread: '1.1',
  suggestion: 'It arrives tomorrow.',
};

const setUp = (result: CallResult<object> = { ok: true, data: {} }) => {
  const log = recordingLog();
  const called = vi.fn((_workspace: Workspace, _method: string, _args: object) => result);
  const revoke = vi.fn(async (_key: string, _reason: string) => undefined);
  const find = vi.fn(async () => ({ ok: true, workspace }) as const);
  const forgetChannel = vi.fn();
  const run = createEffects({
    // What Slack answers is of no interest here.
    api: { call: async <T>(...args: Parameters<typeof called>) => called(...args) as CallResult<T> },
    workspaces: { find, revoke },
    forgetChannel,
    log,
  });
  return { run, called, revoke, find, forgetChannel, log };
};

describe('effects', () => {
  it('open a form with a suggestion to start from', async () => {
    const { run, called } = setUp();
    await run([form]);
    expect(called.mock.calls[0]?.slice(1, 3)).toEqual([
      'views.open',
      { trigger_id: '1.2.abc', view: expect.objectContaining({ type: 'modal', callback_id: 'reply' }) },
    ]);
    expect(JSON.stringify(called.mock.calls[0]?.[2])).toContain('It arrives tomorrow.');
  });

  it('draw the home page and suggest questions', async () => {
    const { run, called } = setUp();
    await run([
      { kind: 'show-home', team: 'T0HOME', user: 'U0ANN' },
      { kind: 'suggest-prompts', team: 'T0HOME', channel: 'D0ANN', thread: '1.1' },
    ]);
    expect(called.mock.calls.map(([, method, args]) => [method, args])).toEqual([
      ['views.publish', { user_id: 'U0ANN', view: expect.objectContaining({ type: 'home' }) }],
      [
        'assistant.threads.setSuggestedPrompts',
        { channel_id: 'D0ANN', thread_ts: '1.1', prompts: expect.arrayContaining([expect.anything()]) },
      ],
    ]);
  });

  it('take a workspace out and forget a channel', async () => {
    const { run, revoke, forgetChannel } = setUp();
    await run([
      { kind: 'uninstalled', key: 'T0HOME', reason: 'the app was removed' },
      { kind: 'forget-channel', channel: 'C0SUPPORT' },
    ]);
    expect(revoke).toHaveBeenCalledExactlyOnceWith('T0HOME', 'the app was removed');
    expect(forgetChannel).toHaveBeenCalledExactlyOnceWith('C0SUPPORT');
  });

  it('say what failed, go on with the rest, and fail nobody', async () => {
    const { run, log, revoke, forgetChannel } = setUp({
      ok: false,
      code: 'expired_trigger_id',
      message: 'Slack refused views.open (expired_trigger_id)',
      permanent: true,
    });
    revoke.mockRejectedValueOnce(new Error('the database is away'));
    await run([
      form,
      { kind: 'uninstalled', key: 'T0HOME', reason: 'gone' },
      { kind: 'forget-channel', channel: 'C0SUPPORT' },
    ]);
    expect(forgetChannel).toHaveBeenCalledTimes(1);
    expect(log.lines.map(({ level, message }) => [level, message])).toEqual([
      ['warn', 'could not be shown: Slack refused views.open (expired_trigger_id)'],
      ['warn', 'an effect failed'],
    ]);
  });

  it('do nothing where we have no access', async () => {
    const { run, find, called, log } = setUp();
    find.mockResolvedValueOnce({
      ok: false,
      code: 'unknown-workspace',
      message: 'nobody installed it',
      permanent: true,
    } as never);
    await run([form]);
    expect(called).not.toHaveBeenCalled();
    expect(log.lines).toHaveLength(1);
  });
});
