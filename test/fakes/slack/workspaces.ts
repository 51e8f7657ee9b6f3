import type { Channel, Workspaces } from './types.ts';

/** What the app may do in a workspace that installed it, unless a test takes something away. */
export const allScopes: readonly string[] = [
  'app_mentions:read',
  'assistant:write',
  'channels:history',
  'channels:join',
  'channels:read',
  'chat:write',
  'chat:write.customize',
  'commands',
  'files:read',
  'files:write',
  'groups:history',
  'groups:read',
  'im:history',
  'im:read',
  'im:write',
  'mpim:history',
  'mpim:read',
  'reactions:read',
  'reactions:write',
  'team:read',
  'users.profile:read',
  'users:read',
  'users:read.email',
];

const channel = (id: string, name: string, members: string[], more: Partial<Channel> = {}): Channel => ({
  id,
  name,
  team: 'T0HOME',
  is_im: false,
  is_private: false,
  is_ext_shared: (more.connected_team_ids ?? []).length > 0,
  connected_team_ids: [],
  members,
  archived: false,
  ...more,
});

/**
 * The world that tests start from: our workspace T0HOME (Tidewater) with the app and two agents, two customers that share
 * channels with us (T0ACME, T0GLOBEX), and one channel that the app is not in (C0QUIET).
 */
export const defaultWorkspaces = (): Workspaces => ({
  teams: [
    { id: 'T0HOME', name: 'Tidewater', domain: 'tidewater' },
    { id: 'T0ACME', name: 'Acme', domain: 'acme' },
    { id: 'T0GLOBEX', name: 'Globex', domain: 'globex' },
  ],
  users: [
    { id: 'U0BOT', team: 'T0HOME', name: 'frontdesk', real_name: 'Frontdesk', is_bot: true, bot_id: 'B0BOT' },
    {
      id: 'U0MIRA',
      team: 'T0HOME',
      name: 'mira',
      real_name: 'Mira Weber',
      email: 'mira@tidewater.example',
      is_bot: false,
    },
    { id: 'U0TOM', team: 'T0HOME', name: 'tom', real_name: 'Tom Reed', email: 'tom@tidewater.example', is_bot: false },
    { id: 'U0ANN', team: 'T0ACME', name: 'ann', real_name: 'Ann Lee', email: 'ann@acme.example', is_bot: false },
    { id: 'U0BEN', team: 'T0ACME', name: 'ben', real_name: 'Ben Okoye', is_bot: false },
    { id: 'U0GUS', team: 'T0GLOBEX', name: 'gus', real_name: 'Gus Varga', email: 'gus@globex.example', is_bot: false },
  ],
  channels: [
    channel('C0ACME', 'acme-support', ['U0BOT', 'U0MIRA', 'U0ANN', 'U0BEN'], { connected_team_ids: ['T0ACME'] }),
    channel('C0MANY', 'partners', ['U0BOT', 'U0TOM', 'U0ANN', 'U0GUS'], { connected_team_ids: ['T0ACME', 'T0GLOBEX'] }),
    channel('C0HOME', 'help', ['U0BOT', 'U0MIRA', 'U0TOM']),
    channel('C0DESK', 'support-desk', ['U0BOT', 'U0MIRA', 'U0TOM']),
    channel('C0QUIET', 'random', ['U0MIRA', 'U0TOM']),
    channel('D0ANN', '', ['U0BOT', 'U0ANN'], { is_im: true, is_private: true, connected_team_ids: ['T0ACME'] }),
  ],
  tokens: [
    {
      token: 'xoxb-home',
      kind: 'bot',
      team: 'T0HOME',
      user: 'U0BOT',
      bot: 'B0BOT',
      scopes: [...allScopes],
      state: 'live',
    },
    { token: 'xapp-home', kind: 'app', user: 'U0BOT', bot: 'B0BOT', scopes: ['connections:write'], state: 'live' },
  ],
});
