import { z } from 'zod';

/** The version of the app manifest that `adapters/teams/manifest/manifest.json` is written for. */
const manifestVersion = '1.27';

const text = (most: number) => z.string().min(1).max(most);
const https = z.url({ protocol: /^https$/, error: 'must be an address that starts with https://' }).max(2_048);
const guid = z.guid('must be a GUID, like 00000000-1111-2222-3333-444444444444');
const fileName = z.string().regex(/^[\w-]+\.png$/, 'must name a PNG file that lies beside the manifest');
/** Domains of Teams apps stand without scheme, port and path. */
const domain = text(2_048).regex(
  /^(\*\.)?([a-z0-9-]+\.)+[a-z0-9-]+$/i,
  'must be a domain alone, like help.example.org',
);
const scopes = z.array(z.enum(['personal', 'team', 'groupChat', 'copilot'])).min(1);
const unique = (items: readonly string[]): boolean => new Set(items).size === items.length;

const bot = z.strictObject({
  botId: guid,
  scopes: scopes.refine(unique, 'names a scope twice'),
  supportsFiles: z.boolean().optional(),
  isNotificationOnly: z.literal(false, { error: 'must be false: whoever writes to the app gets an answer' }).optional(),
  commandLists: z
    .array(
      z.strictObject({
        scopes,
        commands: z.array(z.strictObject({ title: text(128), description: text(4_000).optional() })).max(12),
      }),
    )
    .max(3)
    .refine((lists) => unique(lists.flatMap((list) => list.scopes)), 'names a scope in two lists')
    .optional(),
});

/** Parts of a manifest that this app does not use; whoever adds one is trusted with its inside. */
const otherParts = [
  'activities',
  'composeExtensions',
  'configurableProperties',
  'configurableTabs',
  'copilotAgents',
  'dashboardCards',
  'defaultBlockUntilAdminAction',
  'defaultGroupCapability',
  'defaultInstallScope',
  'devicePermissions',
  'extensions',
  'intuneInfo',
  'isFullScreen',
  'localizationInfo',
  'meetingExtensionDefinition',
  'permissions',
  'publisherDocsUrl',
  'showLoadingIndicator',
  'staticTabs',
  'supportedChannelTypes',
] as const;

/**
 * What Teams demands of the manifest of a bot, so that a slip is found here and not by its upload page, which does not say where
 * it is (learn.microsoft.com/microsoft-365/extensibility/schema). Strict: Teams refuses names that it does not know.
 */
export const manifestRules = z
  .strictObject({
    $schema: z.url(),
    manifestVersion: z.literal(manifestVersion),
    version: z
      .string()
      .max(256)
      .regex(/^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)$/, 'must be three numbers, like 1.0.1'),
    id: guid,
    developer: z.strictObject({
      name: text(32),
      mpnId: text(10).optional(),
      websiteUrl: https,
      privacyUrl: https,
      termsOfUseUrl: https,
    }),
    name: z.strictObject({ short: text(30), full: text(100).optional() }),
    description: z.strictObject({ short: text(80), full: text(4_000) }),
    icons: z.strictObject({ color: fileName, outline: fileName }),
    accentColor: z.string().regex(/^#[0-9a-f]{6}$/i, 'must be a colour like #0B6B74'),
    bots: z.array(bot).length(1),
    /** Needed from version 1.25 on to be in private and shared channels at all. */
    supportsChannelFeatures: z.literal('tier1').optional(),
    validDomains: z.array(domain).max(16),
    /** `resource` has no meaning for these permissions, but a consent without one fails. */
    webApplicationInfo: z.strictObject({ id: guid, resource: text(2_048) }).optional(),
    authorization: z
      .strictObject({
        permissions: z.strictObject({
          resourceSpecific: z
            .array(z.strictObject({ name: text(128), type: z.enum(['Application', 'Delegated']) }))
            .max(16)
            .refine((list) => unique(list.map(({ name, type }) => `${type} ${name}`)), 'names a permission twice'),
        }),
      })
      .optional(),
    ...Object.fromEntries(otherParts.map((name) => [name, z.unknown().optional()])),
  })
  .superRefine((manifest, context) => {
    const say = (path: string[], message: string) => context.addIssue({ code: 'custom', path, message });
    if (!manifest.$schema.includes(`/v${manifestVersion}/`))
      say(['$schema'], `must be the address of the schema of version ${manifestVersion}`);
    const botId = manifest.bots[0]?.botId;
    if (manifest.authorization !== undefined && manifest.webApplicationInfo === undefined)
      say(['webApplicationInfo'], 'is missing: permissions are granted to the app registration that it names');
    if (manifest.webApplicationInfo !== undefined && manifest.webApplicationInfo.id !== botId)
      say(['webApplicationInfo', 'id'], 'must be the app id of the bot, or it is not the bot that hears channels');
  });
