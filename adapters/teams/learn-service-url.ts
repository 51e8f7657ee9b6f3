import type { ChannelDeps } from '#core/channel.ts';
import { errorMessage } from '#core/errors.ts';

/** Notes where a tenant's connector is. Best effort: a failure costs a less exact first address, never a message. */
export type LearnServiceUrl = (tenant: string, serviceUrl: string) => Promise<void>;

/** Most tenants whose address is kept at hand. */
const maxTenants = 10_000;

/**
 * Keeps the newest service URL of each tenant in its installation, for messages that start a conversation there (the desk's
 * cards). It changes seldom; what is known already costs no query.
 */
export const createLearnServiceUrl = ({
  installations,
  log,
}: Pick<ChannelDeps, 'installations' | 'log'>): LearnServiceUrl => {
  const known = new Map<string, string>();

  return async (tenant, serviceUrl) => {
    if (known.get(tenant) === serviceUrl) return;
    // Noted first, so that a burst asks once.
    known.delete(tenant);
    known.set(tenant, serviceUrl);
    const [oldest] = known.keys();
    if (known.size > maxTenants && oldest !== undefined) known.delete(oldest);
    try {
      const stored = await installations.find(tenant);
      if (stored?.revoked === undefined && stored?.data.serviceUrl === serviceUrl) return;
      await installations.save({ key: tenant, name: stored?.name ?? tenant, data: { ...stored?.data, serviceUrl } });
    } catch (thrown) {
      known.delete(tenant);
      log.warn({ tenant, error: errorMessage(thrown) }, 'the service URL of a tenant could not be noted');
    }
  };
};
