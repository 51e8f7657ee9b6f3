/** Settings of the channels: what each platform's app, mailbox or bot is called and how it is reached. */
import { z } from 'zod';
import { int, list, secret, setting } from '../setting.ts';
import { deskPlace } from './desk-place.ts';

export const channels = z.object({
  on: setting(list(z.enum(['web', 'slack', 'teams', 'email'])).default(['web']), {
    env: 'CHANNELS',
    about: 'Channels that are switched on; their settings must then be complete.',
  }),
  desk: setting(deskPlace().default({ channel: 'web', space: 'desk' }), {
    env: 'DESK',
    about: 'Where people pick up: web, slack:<channel id>, teams:<conversation id>, email:<address>.',
  }),
});

export const email = z.object({
  address: setting(z.string().optional(), { env: 'EMAIL_ADDRESS', about: 'The support address.' }),
  imapUrl: setting(z.string().optional(), { env: 'IMAP_URL', secret: true, about: 'imaps://user:password@host:993' }),
  smtpUrl: setting(z.string().optional(), { env: 'SMTP_URL', secret: true, about: 'smtps://user:password@host:465' }),
  authservId: setting(z.string().optional(), {
    env: 'EMAIL_AUTHSERV_ID',
    about: 'Whose Authentication-Results we trust: the name your own mail server writes there.',
  }),
  staff: setting(list(z.string()).optional(), {
    env: 'EMAIL_STAFF',
    about: 'Addresses and domains of people who may answer from their own mail program.',
  }),
  aliases: setting(list(z.string()).optional(), {
    env: 'EMAIL_ALIASES',
    about: 'Other addresses that end in the same mailbox.',
  }),
  senderName: setting(z.string().optional(), { env: 'EMAIL_SENDER_NAME', about: 'The name that answers come from.' }),
});

export const slack = z.object({
  signingSecret: setting(secret(), {
    env: 'SLACK_SIGNING_SECRET',
    secret: true,
    about: 'Proves that requests come from Slack; needed unless SLACK_APP_TOKEN is set.',
  }),
  botToken: setting(secret(), {
    env: 'SLACK_BOT_TOKEN',
    secret: true,
    about: 'Token of a single workspace (xoxb-…). Without it, workspaces install the app at /slack/install.',
  }),
  appToken: setting(secret(), {
    env: 'SLACK_APP_TOKEN',
    secret: true,
    about: 'Socket Mode (xapp-…): events come over a connection of ours, so no public address is needed.',
  }),
  clientId: setting(z.string().optional(), {
    env: 'SLACK_CLIENT_ID',
    about: 'For several workspaces: the app’s client id.',
  }),
  clientSecret: setting(secret(), {
    env: 'SLACK_CLIENT_SECRET',
    secret: true,
    about: 'For several workspaces: the app’s client secret.',
  }),
  apiUrl: setting(
    z
      .string()
      .regex(/^https?:\/\/\S+\/api\/$/, 'write an address that ends in /api/, as in https://slack.com/api/')
      .default('https://slack.com/api/'),
    { env: 'SLACK_API_URL', about: 'Slack’s Web API.' },
  ),
  supportChannels: setting(list(z.string()).default([]), {
    env: 'SLACK_SUPPORT_CHANNELS',
    about: 'Ids of channels where questions are answered without a mention, comma separated.',
  }),
  staff: setting(list(z.string()).default([]), {
    env: 'SLACK_STAFF',
    about: 'User ids of your own people who write from other workspaces than yours, comma separated.',
  }),
  ourTeams: setting(list(z.string()).default([]), {
    env: 'SLACK_OUR_TEAMS',
    about: 'Where several workspaces have installed the app: the ids of your own; the others are customers.',
  }),
  mergeSeconds: setting(int(0, 3_600).default(60), {
    env: 'SLACK_MERGE_SECONDS',
    about: 'Messages that somebody posts to a channel within this time are one conversation.',
  }),
  channels: setting(
    z
      .record(z.string().regex(/^[CGD][A-Z0-9]+$/), z.strictObject({ organization: z.string().min(1) }), {
        error: ({ code }) => (code === 'invalid_key' ? 'not a channel id' : undefined),
      })
      .default({}),
    { about: 'Whose channel it is, by its id: C0123456789: { organization: acme.example }.' },
  ),
});

export const teams = z.object({
  appId: setting(z.string().optional(), { env: 'TEAMS_APP_ID', about: 'Application (client) id of the bot.' }),
  appPassword: setting(secret(), {
    env: 'TEAMS_APP_PASSWORD',
    secret: true,
    about: 'Client secret of the bot’s app registration.',
  }),
  tenantId: setting(z.string().optional(), {
    env: 'TEAMS_TENANT_ID',
    about:
      'Your own Microsoft 365 tenant. Others are refused unless TEAMS_TENANTS names them; without it every tenant may write.',
  }),
  tenants: setting(list(z.string()).default([]), {
    env: 'TEAMS_TENANTS',
    about: 'Customers’ tenants that may write too, comma separated; * for all.',
  }),
  serviceUrls: setting(list(z.string()).default([]), {
    env: 'TEAMS_SERVICE_URLS',
    about:
      'Addresses of Teams that our token may go to, comma separated; those of the public and government clouds when empty.',
  }),
  openidUrl: setting(z.string().optional(), {
    env: 'TEAMS_OPENID_URL',
    about: 'OpenID document whose keys sign what Teams sends; of the public cloud when empty.',
  }),
  tokenUrl: setting(z.string().optional(), {
    env: 'TEAMS_TOKEN_URL',
    about: 'Where the bot gets its token; of the public cloud when empty.',
  }),
  issuer: setting(z.string().optional(), {
    env: 'TEAMS_TOKEN_ISSUER',
    about: 'Who issues the tokens of what Teams sends; https://api.botframework.com when empty.',
  }),
  supportChannels: setting(list(z.string()).default([]), {
    env: 'TEAMS_SUPPORT_CHANNELS',
    about: 'Conversation ids of channels where questions are answered without a mention, comma separated.',
  }),
  staff: setting(list(z.string()).default([]), {
    env: 'TEAMS_STAFF',
    about: 'Microsoft Entra object ids of your own people, who are not customers, comma separated.',
  }),
  mergeSeconds: setting(int(0, 3_600).default(60), {
    env: 'TEAMS_MERGE_SECONDS',
    about: 'Messages that somebody posts to a channel within this time are one conversation.',
  }),
  channels: setting(z.record(z.string(), z.strictObject({ organization: z.string().min(1) })).default({}), {
    about: 'Whose channel it is, by its conversation id: "19:…@thread.tacv2": { organization: acme.example }.',
  }),
});
