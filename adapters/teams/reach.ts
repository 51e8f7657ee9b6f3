import type { Installations } from '#core/channel.ts';
import type { Address } from '#core/message.ts';
import type { TeamsConfig } from './config.ts';
import { type CallResult, foreignHost } from './errors.ts';
import { parseReference, type TeamsReference, threadConversationId } from './reference.ts';
import type { ServiceUrlPolicy } from './service-url.ts';

export interface ReachDeps {
  readonly config: Pick<TeamsConfig, 'tenantId'>;
  readonly policy: ServiceUrlPolicy;
  readonly installations: Pick<Installations, 'find'>;
}

/**
 * Where an address is reached now. A channel's thread is taken from the address itself: what is stored may be of another one.
 * An address without a reference is a channel that we begin to write in (the desk's first card): it is reached where activities
 * of our tenant came from, else at the first connector of the allow-list.
 */
export const createReach = ({ config, policy, installations }: ReachDeps) => {
  const learnt = async (): Promise<string> => {
    const { tenantId } = config;
    const data = tenantId === undefined ? undefined : (await installations.find(tenantId))?.data;
    const url = data?.serviceUrl;
    return typeof url === 'string' && policy.allows(url) ? url : policy.fallback;
  };

  return async ({ space, thread, state }: Address): Promise<CallResult<TeamsReference>> => {
    const reference: TeamsReference = parseReference(state) ?? {
      ...{ serviceUrl: await learnt(), conversationId: space, type: 'channel' as const },
      ...(config.tenantId === undefined ? {} : { tenantId: config.tenantId }),
    };
    if (!policy.allows(reference.serviceUrl)) return foreignHost('a conversation');
    if (reference.type !== 'channel') return { ok: true, data: reference };
    const conversationId = thread === '' ? space : threadConversationId(space, thread);
    return { ok: true, data: { ...reference, conversationId } };
  };
};
export type Reach = ReturnType<typeof createReach>;
