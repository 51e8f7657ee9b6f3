import type { Activity } from './activity.ts';
import type { TeamsConfig } from './config.ts';

/** Every tenant that an activity names: where it was said and, in shared channels, where its author comes from. */
export const tenantsOf = ({
  channelData,
  conversation,
  from,
}: Pick<Activity, 'channelData' | 'conversation' | 'from'>): readonly string[] => [
  ...new Set([channelData?.tenant?.id, conversation?.tenantId, from?.tenantId].filter((id) => id !== undefined)),
];

/** Whether all these tenants may write to us. */
export type AllowsTenants = (tenants: readonly string[]) => boolean;

/**
 * Our own tenant and those of the setting may write, with `*` every one; also every one where neither is set, as the bot is open
 * to all then. Where tenants are limited, an activity that names none is foreign.
 */
export const createTenantPolicy = ({ tenantId, tenants }: Pick<TeamsConfig, 'tenantId' | 'tenants'>): AllowsTenants => {
  const listed = [...(tenantId === undefined ? [] : [tenantId]), ...tenants];
  if (listed.length === 0 || tenants.includes('*')) return () => true;
  const allowed = new Set(listed.map((tenant) => tenant.toLowerCase()));
  return (named) => named.length > 0 && named.every((tenant) => allowed.has(tenant.toLowerCase()));
};
