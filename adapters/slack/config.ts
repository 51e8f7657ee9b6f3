import { z } from 'zod';

const secret = z.string().min(1);
const starting = (prefix: string) =>
  secret.refine((value) => value.startsWith(prefix), `does not look right; it starts with ${prefix}`);
const channelId = z.string().regex(/^[CGD]\w+$/, 'not a channel id; write it like C0123456789');

/** Settings of the Slack channel. */
export const slackConfig = z
  .object({
    /** Proves that requests come from Slack; needed over HTTP. */
    signingSecret: secret.optional(),
    /** The token of a single workspace. Without it workspaces install the app themselves (OAuth). */
    botToken: secret.optional(),
    /** Socket Mode: events come over a connection that we open. */
    appToken: starting('xapp-').optional(),
    clientId: secret.optional(),
    clientSecret: secret.optional(),
    /** Base address of the Web API, with its trailing slash. */
    apiUrl: z
      .url({ protocol: /^https?$/ })
      .refine((value) => value.endsWith('/'), 'must end in a slash, as in https://slack.com/api/')
      .default('https://slack.com/api/'),
    /** Where this server is reached, without a trailing slash: OAuth returns there. */
    publicUrl: z.string().default('http://localhost:3000'),
    /** Customers may write in Slack. Otherwise the app serves the desk alone. */
    customers: z.boolean().default(true),
    /** The channel where the support team works, when it does so in Slack. */
    deskChannel: channelId.optional(),
    /** Where cases go that nobody has taken there. */
    secondLevelChannel: channelId.optional(),
    /** Channels where questions are answered without a mention. */
    supportChannels: z.array(channelId).default([]),
    /** Whose channel it is, where the platform's word is not enough: knowledge of that organisation may be used there. */
    channels: z.record(channelId, z.strictObject({ organization: z.string().min(1) })).default({}),
    /** Our own people, by user id, beside everybody of the workspace that the app is installed in. */
    staff: z.array(z.string().regex(/^[UW]\w+$/, 'not a user id; write it like U0123456789')).default([]),
    /** Our own workspaces or Grid organisations, where several have installed the app; a bot token's is ours anyway. */
    ourTeams: z.array(z.string().regex(/^[TE]\w+$/, 'not a workspace id; write it like T0123456789')).default([]),
    /** Top-level messages of one author within this time are one conversation, in seconds. */
    mergeSeconds: z.number().min(0).max(3_600).default(60),
  })
  .superRefine(({ signingSecret, appToken, botToken, clientId, clientSecret }, context) => {
    const missing = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message });
    if (signingSecret === undefined && appToken === undefined)
      missing('signingSecret', 'is missing; set it for HTTP, or SLACK_APP_TOKEN for Socket Mode');
    if (botToken !== undefined) return;
    if (clientId === undefined && clientSecret === undefined)
      missing(
        'botToken',
        'is missing; set it for one workspace, or SLACK_CLIENT_ID and SLACK_CLIENT_SECRET for several',
      );
    else if (clientId === undefined) missing('clientId', 'is missing; SLACK_CLIENT_SECRET needs it');
    else if (clientSecret === undefined) missing('clientSecret', 'is missing; SLACK_CLIENT_ID needs it');
  });
export type SlackConfig = z.output<typeof slackConfig>;

/** Does the support team work in this channel? */
export const isDeskChannel = (
  { deskChannel, secondLevelChannel }: Partial<SlackConfig>,
  channel: string | undefined,
): boolean => channel !== undefined && (channel === deskChannel || channel === secondLevelChannel);

/**
 * Is `team` our own? The one that a single token is for; of several workspaces those that the settings name: the others are
 * customers', also where the app is installed. `through`: the workspace that an event came by, and its organisation.
 */
export const isOurTeam = (
  { ourTeams = [], botToken, clientId }: Partial<SlackConfig>,
  team: string,
  through: readonly (string | undefined)[],
): boolean => {
  if (ourTeams.length > 0) return ourTeams.includes(team);
  return (botToken !== undefined || clientId === undefined) && through.includes(team);
};
