import { z } from 'zod';
import type { ChannelDeps, Delivery, Received } from '#core/channel.ts';
import { errorMessage } from '#core/errors.ts';
import { cleanLine } from '../shared/clean.ts';
import { parseActivity } from './activity.ts';
import { answerInvoke, done, staleWords } from './answer-invoke.ts';
import type { Authenticate } from './auth.ts';
import type { TeamsConfig } from './config.ts';
import { decodeTeams, type TeamsDecoded } from './decode.ts';
import type { RunEffects } from './effects.ts';
import type { LearnServiceUrl } from './learn-service-url.ts';
import type { ServiceUrlPolicy } from './service-url.ts';
import { type AllowsTenants, tenantsOf } from './tenant-policy.ts';

/** Where the Bot Framework sends activities. */
export const messagesPath = '/api/messages';

/** Most bytes of one activity. Teams keeps messages below some 100 KB; a roster that comes along may be larger. */
export const maxBodyBytes = 1_000_000;

type HttpDelivery = Extract<Delivery, { kind: 'http' }>;

export interface ReceiveOptions {
  readonly config: TeamsConfig;
  readonly deps: Pick<ChannelDeps, 'log' | 'now'>;
  readonly authenticate: Authenticate;
  readonly serviceUrls: Pick<ServiceUrlPolicy, 'allows'>;
  readonly allowsTenants: AllowsTenants;
  readonly learnServiceUrl: LearnServiceUrl;
  readonly runEffects: RunEffects;
}

const said = z.string().catch('');
/** What must be right before anything else is looked at, as it was written. */
const envelope = z.looseObject({ channelId: said, serviceUrl: said });

/** Answers with nothing in them: whoever is refused learns no reason. */
const refusal = (status: number, headers?: Readonly<Record<string, string>>): Received => ({
  events: [],
  response: { status, body: '', ...(headers === undefined ? {} : { headers }) },
});
const unauthorized = { 'www-authenticate': 'Bearer' };

const parseJson = (body: Uint8Array): unknown => {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    return undefined;
  }
};

/**
 * Takes what the Bot Framework sends. Nothing is decoded or stored before the token is proven (401, or 503 while the signing keys
 * are out of reach), the service URL is on the allow-list and every tenant may write (403 each). Never throws.
 */
export const createReceive = ({
  config,
  deps,
  authenticate,
  serviceUrls,
  allowsTenants,
  learnServiceUrl,
  runEffects,
}: ReceiveOptions) => {
  const { log } = deps;

  const decode = (activity: unknown): TeamsDecoded | { readonly failed: string } => {
    try {
      return decodeTeams(activity, { config, receivedAt: deps.now() });
    } catch (thrown) {
      return { failed: errorMessage(thrown) };
    }
  };

  const activity = async ({ headers, body }: HttpDelivery): Promise<Received> => {
    const { authorization } = headers;
    const isUnsigned = authorization === undefined || authorization === '';
    if (!isUnsigned && body.byteLength > maxBodyBytes) {
      return { ...refusal(413), unsupported: `an activity of ${body.byteLength} bytes` };
    }
    const { data } = envelope.safeParse(isUnsigned ? {} : parseJson(body));
    const { channelId, serviceUrl } = data ?? { channelId: '', serviceUrl: '' };
    const proven = await authenticate({ authorization, channelId, serviceUrl });
    if (!proven.ok) {
      const { status, reason } = proven;
      log.warn({ status, reason }, 'a request to the address of Teams was refused');
      return refusal(status, status === 401 ? unauthorized : { 'retry-after': '5' });
    }
    if (data === undefined) return { ...refusal(400), unsupported: 'the request holds no JSON object' };
    if (!serviceUrls.allows(serviceUrl)) {
      log.warn(
        { serviceUrl: cleanLine(serviceUrl, 200) },
        'an activity names a service URL that is not on the allow-list; is it missing in TEAMS_SERVICE_URLS?',
      );
      return refusal(403);
    }
    const parsed = parseActivity(data);
    if (!parsed.ok) return { ...refusal(400), unsupported: `the request holds no activity: ${parsed.reason}` };
    const tenants = tenantsOf(parsed.activity);
    if (!allowsTenants(tenants)) {
      log.warn(
        { tenants },
        'a tenant that may not write here was refused; TEAMS_TENANT_ID and TEAMS_TENANTS say who may',
      );
      return refusal(403);
    }
    return take(data, serviceUrl);
  };

  const take = async (verified: unknown, serviceUrl: string): Promise<Received> => {
    const decoded = decode(verified);
    if ('failed' in decoded) {
      // A bug of ours, met by this one activity: a person looks at it, and Teams need not repeat it.
      log.error({ error: decoded.failed }, 'an activity of Teams could not be decoded');
      return { events: [], quarantine: `the activity could not be decoded: ${decoded.failed}`, response: done };
    }
    const { effects, invoke, staleCard, refusal: why, reference, tenantId, ...rest } = decoded;
    if (tenantId !== undefined) await learnServiceUrl(tenantId, serviceUrl);
    // Started now and waited for by nobody: Teams wants its answer first.
    void runEffects([
      ...effects,
      ...(invoke?.kind === 'fileConsent' && reference !== undefined
        ? [{ kind: 'consent', consent: invoke.consent, reference } as const]
        : []),
      // A button that came as a message has no answer of its own: without a word its press would look lost.
      ...(invoke === undefined && reference !== undefined && (staleCard === true || why !== undefined)
        ? [{ kind: 'tell', reference, words: why ?? staleWords } as const]
        : []),
    ]);
    return { ...rest, response: answerInvoke(decoded) };
  };

  return async (delivery: Delivery): Promise<Received> => {
    if (delivery.kind !== 'http') {
      return { ...refusal(404), unsupported: `teams takes requests, not ${delivery.kind}` };
    }
    const route = `${delivery.method} ${delivery.url.split('?', 1)[0]}`;
    if (route !== `POST ${messagesPath}`) {
      return { ...refusal(404), unsupported: `nothing of Teams is at ${route.slice(0, 200)}` };
    }
    return activity(delivery);
  };
};
