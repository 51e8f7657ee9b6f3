import { describe, expect, it, vi } from 'vitest';
import { recordingLog } from '#test/recording-log.ts';
import type { Workspaces } from './api.ts';
import { createBoltReader } from './bolt-app.ts';
import type { SlackDecoded } from './context.ts';

const home = {
  ok: true,
  workspace: { key: 'T0HOME', token: 'xoxb-home', name: 'Tidewater', botUserId: 'U0BOT' },
} as const;
const unknownWorkspace = {
  ok: false,
  code: 'unknown-workspace',
  message: 'nobody installed it',
  permanent: true,
} as const;

const reader = (find: Workspaces['find'] = async () => home, lookUpMs?: number) => {
  const log = recordingLog();
  const decoded: SlackDecoded = { events: [], effects: [] };
  const decode = vi.fn((_body: unknown, _botUserId: string | undefined) => decoded);
  const found = vi.fn(find);
  const options = { workspaces: { find: found }, decode, log, ...(lookUpMs === undefined ? {} : { lookUpMs }) };
  return { read: createBoltReader(options), decode, find: found, log, decoded };
};

const event = (inner: object, more: object = {}) => ({
  type: 'event_callback',
  team_id: 'T0HOME',
  event_id: 'Ev1',
  event: inner,
  ...more,
});
const message = { type: 'message', channel: 'C0SUPPORT', user: 'U0ANN', text: 'hello', ts: '1.1' };

describe('the reader behind Bolt', () => {
  it('asks for the workspace that the authorization names, and hands on our own user', async () => {
    const { read, decode, find, decoded } = reader();
    const body = event(message, {
      authorizations: [{ team_id: 'T0SHARED', enterprise_id: 'E0GRID', is_enterprise_install: false }],
    });
    expect(await read(body)).toBe(decoded);
    expect(find).toHaveBeenCalledExactlyOnceWith('T0SHARED', 'E0GRID');
    expect(decode).toHaveBeenCalledExactlyOnceWith(body, 'U0BOT');
  });

  it.each([
    [
      'a slash command',
      { command: '/frontdesk', team_id: 'T0HOME', user_id: 'U0ANN', channel_id: 'C0SUPPORT', text: '' },
    ],
    [
      'a press on a button',
      { type: 'block_actions', team: { id: 'T0HOME' }, user: { id: 'U0ANN' }, actions: [{ type: 'button' }] },
    ],
    [
      'a form',
      { type: 'view_submission', team: { id: 'T0HOME' }, user: { id: 'U0ANN' }, view: { callback_id: 'reply' } },
    ],
    ['a form that was closed', { type: 'view_closed', team: { id: 'T0HOME' }, user: { id: 'U0ANN' }, view: {} }],
    ['a message of our own', event({ ...message, user: 'U0BOT' })],
    ['a message of a bot', event({ ...message, subtype: 'bot_message', bot_id: 'B0BOT' })],
    [
      'an organisation-wide form',
      {
        type: 'view_submission',
        team: null,
        enterprise: { id: 'E0GRID' },
        is_enterprise_install: true,
        user: { id: 'U0ANN', team_id: 'T0HOME' },
        view: {},
      },
    ],
  ])('lets %s through, once', async (_name, body) => {
    const { read, decode } = reader();
    await read(body);
    expect(decode).toHaveBeenCalledExactlyOnceWith(body, 'U0BOT');
  });

  it.each([
    ['a removed app', event({ type: 'app_uninstalled' })],
    ['something of a type that Bolt does not know', { type: 'app_rate_limited', team_id: 'T0HOME' }],
    ['an event that is no object', { type: 'event_callback', event: 5 }],
    ['an event that is null', { type: 'event_callback', event: null }],
    ['an action without a user', { type: 'block_actions', actions: [] }],
    ['a form without a view', { type: 'view_submission', user: {} }],
    ['a list', [1]],
    ['a text', 'hello'],
    ['nothing', null],
  ])('decodes %s without asking anybody', async (_name, body) => {
    const { read, decode, find } = reader();
    await read(body);
    expect(decode).toHaveBeenCalledExactlyOnceWith(body, undefined);
    expect(find).not.toHaveBeenCalled();
  });

  it('keeps the message of a workspace that we have no access to, and says so', async () => {
    const { read, decode, log } = reader(async () => unknownWorkspace);
    await read(event(message));
    expect(decode).toHaveBeenCalledExactlyOnceWith(event(message), undefined);
    expect(log.lines.filter(({ level }) => level === 'warn')).toEqual([
      {
        level: 'warn',
        fields: { team: 'T0HOME', enterprise: undefined, code: 'unknown-workspace' },
        message: 'messages are kept, but not answered: nobody installed it',
      },
    ]);
  });

  it('goes on without our own user when nobody says who we are in time', async () => {
    const { read, decode, log } = reader(() => new Promise(() => undefined), 20);
    await read(event(message));
    expect(decode).toHaveBeenCalledExactlyOnceWith(event(message), undefined);
    expect(log.lines.map(({ level }) => level)).toEqual(['warn']);
  });

  it('goes on when the workspaces cannot be read', async () => {
    const { read, decode } = reader(() => Promise.reject(new Error('the database is away')));
    await read(event(message));
    expect(decode).toHaveBeenCalledTimes(1);
  });

  it('keeps deliveries that run at once apart', async () => {
    const { read, decode } = reader(async (team) => {
      await new Promise((resolve) => setTimeout(resolve, team === 'T1' ? 20 : 1));
      return { ...home, workspace: { ...home.workspace, botUserId: `U${team}` } };
    });
    const decodedAs = (text: unknown): SlackDecoded => ({ events: [], effects: [], unsupported: JSON.stringify(text) });
    decode.mockImplementation((body, bot) => decodedAs([body, bot]));
    const bodies = ['T1', 'T2', 'T3'].map((team) => event(message, { team_id: team }));
    const results = await Promise.all(bodies.map((body) => read(body)));
    expect(results).toEqual(bodies.map((body) => decodedAs([body, `U${body.team_id}`])));
  });

  it('throws what the translation throws', async () => {
    const { read, decode } = reader();
    decode.mockImplementation(() => {
      throw new Error('a bug');
    });
    await expect(read(event(message))).rejects.toThrow('a bug');
  });
});
