import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decodeSlack } from './decode.ts';
import { installPath, redirectPath } from './install.ts';
import manifest from './manifest.json' with { type: 'json' };
import { appScopes } from './manifest.ts';
import { eventsPath } from './receive.ts';

const folder = new URL('.', import.meta.url);
const sources = readdirSync(folder)
  .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
  .map((name) => readFileSync(new URL(name, folder), 'utf8'));
const all = sources.join('\n');

const everyHistory = ['channels:history', 'groups:history', 'im:history', 'mpim:history'];
const everyPlace = ['channels:read', 'groups:read', 'im:read', 'mpim:read'];

/** What Slack's reference asks for each method that we call (docs.slack.dev/reference/methods). */
const scopesOfMethod: Readonly<Record<string, readonly string[]>> = {
  'apps.connections.open': [],
  'assistant.threads.setStatus': ['assistant:write'],
  'assistant.threads.setSuggestedPrompts': ['assistant:write'],
  'auth.test': [],
  'chat.appendStream': ['chat:write'],
  'chat.delete': ['chat:write'],
  'chat.postMessage': ['chat:write'],
  'chat.startStream': ['chat:write'],
  'chat.stopStream': ['chat:write'],
  'chat.update': ['chat:write'],
  'conversations.history': everyHistory,
  'conversations.info': everyPlace,
  'conversations.replies': everyHistory,
  'files.completeUploadExternal': ['files:write'],
  'files.getUploadURLExternal': ['files:write'],
  'files.info': ['files:read'],
  'reactions.add': ['reactions:write'],
  'reactions.remove': ['reactions:write'],
  'team.info': ['team:read'],
  'users.info': ['users:read'],
  'views.open': [],
  'views.publish': [],
};

/** And for each event (docs.slack.dev/reference/events). */
const scopesOfEvent: Readonly<Record<string, readonly string[]>> = {
  app_home_opened: [],
  app_mention: ['app_mentions:read'],
  app_uninstalled: [],
  channel_rename: ['channels:read'],
  channel_shared: ['channels:read', 'groups:read'],
  channel_unshared: ['channels:read', 'groups:read'],
  group_rename: ['groups:read'],
  member_joined_channel: ['channels:read', 'groups:read'],
  member_left_channel: ['channels:read', 'groups:read'],
  'message.channels': ['channels:history'],
  'message.groups': ['groups:history'],
  'message.im': ['im:history'],
  'message.mpim': ['mpim:history'],
  reaction_added: ['reactions:read'],
  tokens_revoked: [],
};

/**
 * Read, but not subscribed to by an app made from this manifest: threads of the assistant are of apps older than the agent
 * view (docs.slack.dev/ai/migrating-to-agent-messaging), and a vote that is taken back changes nothing.
 */
const onlyRead = ['assistant_thread_context_changed', 'assistant_thread_started', 'reaction_removed'];

const methods = new Set(
  [...all.matchAll(/'((?:apps|assistant|auth|chat|conversations|files|reactions|team|users|views)\.[a-zA-Z.]+)'/g)].map(
    ([, name = '']) => name,
  ),
);
const events: readonly string[] = manifest.settings.event_subscriptions.bot_events;

describe('the manifest', () => {
  it('asks for what the code needs, and for nothing more', () => {
    expect(methods.size).toBeGreaterThan(10);
    expect([...methods].filter((name) => scopesOfMethod[name] === undefined)).toEqual([]);
    const needed = new Set([
      ...[...methods].flatMap((name) => scopesOfMethod[name] ?? []),
      ...events.flatMap((name) => scopesOfEvent[name] ?? []),
      ...(manifest.features.slash_commands.length > 0 ? ['commands'] : []),
      ...('agent_view' in manifest.features ? ['assistant:write'] : []),
      ...(/\busername: (?!maybe)/.test(all) ? ['chat:write.customize'] : []),
      ...(/\bemail\b/.test(readFileSync(new URL('look-up.ts', folder), 'utf8')) ? ['users:read.email'] : []),
    ]);
    expect([...appScopes].sort()).toEqual([...needed].sort());
  });

  it('subscribes to the events that are read, and to no other', () => {
    expect(events.filter((name) => scopesOfEvent[name] === undefined)).toEqual([]);
    const types = new Set(events.map((name) => name.split('.')[0] ?? ''));
    const isRead = (type: string) => {
      const body = { type: 'event_callback', team_id: 'T0HOME', event: { type } };
      return (
        decodeSlack(body, { receivedAt: new Date(0) }).unsupported?.startsWith('an event that is not read') !== true
      );
    };
    expect([...types].filter((type) => !isRead(type))).toEqual([]);
    expect(isRead('something_else')).toBe(false);
    const source = readFileSync(new URL('decode-event.ts', folder), 'utf8');
    const [, table = ''] = /const decoders[^=]*= \{\n(.*?)\n\};/s.exec(source) ?? [];
    const read = [...table.matchAll(/^ {2}(\w+):/gm)].map(([, name = '']) => name);
    expect([...types, ...onlyRead].sort()).toEqual(read.sort());
  });

  it('names our addresses, all on one host', () => {
    const { settings, oauth_config, features } = manifest;
    const base = 'https://frontdesk.example.com';
    expect(settings.event_subscriptions.request_url).toBe(`${base}${eventsPath}`);
    expect(settings.interactivity).toEqual({ is_enabled: true, request_url: `${base}${eventsPath}` });
    expect(features.slash_commands.map(({ command, url }) => [command, url])).toEqual([
      ['/frontdesk', `${base}${eventsPath}`],
    ]);
    expect(oauth_config.redirect_urls).toEqual([`${base}${redirectPath}`]);
    expect(installPath).toBe('/slack/install');
  });

  it('keeps to the limits of Slack', () => {
    const { display_information: shown, features } = manifest;
    expect(shown.name.length).toBeLessThanOrEqual(35);
    expect(shown.description.length).toBeLessThanOrEqual(140);
    expect(shown.long_description.length).toBeGreaterThanOrEqual(174);
    expect(features.agent_view.agent_description.length).toBeLessThanOrEqual(300);
    expect(features.agent_view.suggested_prompts.length).toBeLessThanOrEqual(4);
    expect(manifest.settings.org_deploy_enabled).toBe(true);
    expect(manifest.settings.token_rotation_enabled).toBe(false);
  });
});
