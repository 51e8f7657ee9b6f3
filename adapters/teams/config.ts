import { z } from 'zod';

const secret = z.string().min(1);
const httpUrl = z.url({ protocol: /^https?$/, error: 'is not a web address' });
/** Ids of Entra (apps, people, tenants) are GUIDs; not all of them are RFC 9562 UUIDs. */
const entraId = (what: string) =>
  z.guid({ error: `is not ${what}; it looks like 00000000-1111-2222-3333-444444444444` });
/**
 * A channel's conversation id, without `;messageid=`: `19:…@thread.tacv2`, in old teams `…@thread.skype`. It is the part of the
 * link to a channel between `/channel/` and the next slash, percent-decoded.
 */
const channelId = z
  .string()
  .regex(/^[^;%\s/]+$/, 'is not the conversation id of a channel; write it like 19:abc…@thread.tacv2');

/** Settings of the Teams channel. */
export const teamsConfig = z.object({
  /** The bot's Microsoft app id. Never empty: the SDK switches authentication off without one. */
  appId: entraId('the app id (client id) of the bot'),
  /** A client secret of the app registration. */
  appPassword: secret,
  /** Our own tenant. Without it tokens come from the tenant of the Bot Framework, and every tenant may write. */
  tenantId: z
    .string()
    .regex(/^[\w.-]+$/, 'is not a tenant id')
    .optional(),
  /** Tenants that may write besides our own; `*` stands for all. */
  tenants: z.array(z.string().regex(/^(\*|[\w.-]+)$/, 'is neither a tenant id nor *')).default([]),
  /** Addresses of connectors that our token may go to, instead of those of Teams. */
  serviceUrls: z.array(httpUrl).default([]),
  /** OpenID metadata whose keys sign what reaches us. */
  openidUrl: httpUrl.default('https://login.botframework.com/v1/.well-known/openidconfiguration'),
  /** Where tokens for our calls come from: ends in `/token`, or is the base that `/oauth2/v2.0/token` is appended to. */
  tokenUrl: httpUrl.optional(),
  /** Who signs what reaches us, and whom tokens for our calls are for. */
  issuer: z.string().min(1).default('https://api.botframework.com'),
  /** Customers may write in Teams. Otherwise the app serves the desk alone. */
  customers: z.boolean().default(true),
  /** The channel where the support team works, when it does so in Teams. */
  deskChannel: channelId.optional(),
  /** Where cases go that nobody has taken there. */
  secondLevelChannel: channelId.optional(),
  /** Channels where questions are answered without a mention; the app hears them only with ChannelMessage.Read.Group. */
  supportChannels: z.array(channelId).default([]),
  /** Whose channel or group chat it is, where the tenant's id is not enough: knowledge of that organisation may be used there. */
  channels: z.record(z.string().min(1), z.strictObject({ organization: z.string().min(1) })).default({}),
  /** Our own people, by the object ids of their accounts in Entra. */
  staff: z.array(entraId('the object id of a person')).default([]),
  /** Top-level messages of one author within this time are one conversation, in seconds. */
  mergeSeconds: z.number().min(0).max(3_600).default(60),
  /** Where this server is reached, without a trailing slash: links of cards lead there. */
  publicUrl: z.string().default('http://localhost:3000'),
  /** Whose support this is, in the welcome. */
  company: z.string().min(1).optional(),
});
export type TeamsConfig = z.output<typeof teamsConfig>;

/** Does the support team work in this channel? */
export const isDeskChannel = (
  { deskChannel, secondLevelChannel }: Partial<Pick<TeamsConfig, 'deskChannel' | 'secondLevelChannel'>>,
  space: string,
): boolean => space === deskChannel || space === secondLevelChannel;
