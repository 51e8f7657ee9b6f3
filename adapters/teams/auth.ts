import { z } from 'zod';
import { errorMessage } from '#core/errors.ts';
import { cleanLine } from '../shared/clean.ts';
import type { TeamsConfig } from './config.ts';
import { withoutConsole } from './without-console.ts';

/** What a request says of itself before anything is proven. */
export interface Claim {
  /** The header of that name, as it came. */
  readonly authorization: string | undefined;
  /** `channelId` and `serviceUrl` of its activity; the token must be for both. */
  readonly channelId: string;
  readonly serviceUrl: string;
}

/**
 * 401: not proven to come from Teams. 503: it cannot be told now, because the signing keys are out of reach; worth another try.
 * The reason is for the log, never for the answer.
 */
export type Authenticated =
  | { readonly ok: true }
  | { readonly ok: false; readonly status: 401 | 503; readonly reason: string };

export type Authenticate = (claim: Claim) => Promise<Authenticated>;

export interface AuthOptions {
  readonly config: Pick<TeamsConfig, 'appId' | 'tenantId' | 'openidUrl' | 'issuer'>;
  /** Longest wait for the signing keys, in milliseconds; Teams itself gives up after 15 s. The SDK waits for ever. */
  readonly deadlineMs?: number;
}

const refuse = (reason: string): Authenticated => ({ ok: false, status: 401, reason: cleanLine(reason, 300) });

const bearer = /^Bearer ([\w-]+)\.([\w-]+)\.[\w-]+$/;
const header = z.object({ alg: z.enum(['RS256', 'RS384', 'RS512']), kid: z.string().min(1) });
const payload = z.object({ iss: z.string(), aud: z.string(), exp: z.number(), serviceurl: z.string() });
/** Claims of tokens that Entra makes for the emulator and for other bots; those of the Bot Framework carry none of them. */
const entraClaims = ['tid', 'ver', 'appid', 'azp'] as const;

const decodePart = (part: string): unknown => {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
};

/**
 * What is wrong with a token at first sight. The SDK chooses by these unproven claims whose keys to fetch and, for the emulator,
 * notes every tenant that is named in a list that only grows: such tokens do not get that far. It also lets a token pass that
 * never expires.
 */
const objection = ({ authorization, channelId, serviceUrl }: Claim, issuer: string): string | undefined => {
  if (authorization === undefined || authorization === '') return 'the request is not signed';
  const [, first, second] = bearer.exec(authorization) ?? [];
  if (first === undefined || second === undefined) return 'the Authorization header is no signed bearer token';
  if (!header.safeParse(decodePart(first)).success) return 'the token is not signed with a named RSA key';
  const claims = decodePart(second);
  const parsed = payload.safeParse(claims);
  if (!parsed.success) return 'the token lacks claims: iss, aud, exp and serviceurl are needed';
  if (parsed.data.iss !== issuer) return `the token was issued by ${parsed.data.iss}, not by ${issuer}`;
  const ofEntra = entraClaims.find((name) => Object.hasOwn(Object(claims), name));
  if (ofEntra !== undefined) return `the token carries "${ofEntra}": it is for the emulator or for a skill`;
  if (channelId !== 'msteams') return `the activity belongs to the channel "${channelId}", not to Teams`;
  return serviceUrl === '' ? 'the activity names no serviceUrl' : undefined;
};

/** Errors by which the SDK says that the token is bad; all others mean that it could not get at the keys. */
const tokenErrors: readonly unknown[] = ['JsonWebTokenError', 'TokenExpiredError', 'NotBeforeError'];
const sdkError = z.object({ name: z.string().optional(), statusCode: z.number().optional() });

const verdict = (thrown: unknown, { appId }: AuthOptions['config']): Authenticated => {
  const { name, statusCode } = sdkError.safeParse(thrown).data ?? {};
  const message = errorMessage(thrown);
  if (statusCode !== 401 && !tokenErrors.includes(name)) {
    return { ok: false, status: 503, reason: cleanLine(`the signing keys cannot be had: ${message}`, 300) };
  }
  return refuse(/AppId/.test(message) ? `${message}; is TEAMS_APP_ID (${appId}) the app id of this bot?` : message);
};

const withDeadline = async <T>(work: Promise<T>, ms: number): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
};

/**
 * Proves that a request comes from the Bot Framework for this bot in Teams, by botbuilder's own validation
 * (https://learn.microsoft.com/en-us/azure/bot-service/rest-api/bot-framework-rest-connector-authentication): an RSA signature
 * by a key of the OpenID document, issuer, audience, `serviceurl` equal to the activity's, expiry with 5 minutes of clock skew,
 * and, where the key lists what it may sign for, `msteams` among it. Keys are kept for 24 h; an unknown one makes the SDK look
 * again, at most once an hour. CloudAdapter itself answers 500 to a wrong signature as to unreachable keys, and switches
 * everything off for an empty app id; here they are 401, 503 and 401.
 */
export const createAuthenticate = ({ config, deadlineMs = 8_000 }: AuthOptions): Authenticate => {
  const { appId, tenantId, openidUrl, issuer } = config;
  const isOurs = (id: unknown): boolean =>
    appId !== '' && typeof id === 'string' && id.toLowerCase() === appId.toLowerCase();

  const open = async () => {
    // Half a second that commands which only know of the channel need not wait for.
    const { ConfigurationBotFrameworkAuthentication } = await import('botbuilder');
    // One of these settings makes all of them count.
    return new ConfigurationBotFrameworkAuthentication(
      {
        MicrosoftAppId: appId,
        ...(tenantId === undefined ? {} : { MicrosoftAppTenantId: tenantId }),
        ValidateAuthority: true,
        ToChannelFromBotLoginUrl: 'https://login.microsoftonline.com/botframework.com',
        ToChannelFromBotOAuthScope: issuer,
        ToBotFromChannelTokenIssuer: issuer,
        OAuthUrl: issuer,
        ToBotFromChannelOpenIdMetadataUrl: openidUrl,
        ToBotFromEmulatorOpenIdMetadataUrl: openidUrl,
        CallerId: 'urn:botframework:azure',
      },
      {
        isValidAppId: async (id) => isOurs(id),
        isAuthenticationDisabled: async () => false,
        createCredentials: async () => {
          throw new Error('only requests to us are checked here; ours are signed elsewhere');
        },
      },
    );
  };
  let opened: ReturnType<typeof open> | undefined;

  const check = async ({ channelId, serviceUrl, authorization = '' }: Claim): Promise<Authenticated> => {
    opened ??= open();
    try {
      const sdk = await opened;
      const activity = { type: 'message', channelId, serviceUrl } as Parameters<typeof sdk.authenticateRequest>[0];
      await withDeadline(
        withoutConsole(() => sdk.authenticateRequest(activity, authorization)),
        deadlineMs,
      );
      return { ok: true };
    } catch (thrown) {
      return verdict(thrown, config);
    }
  };
  let first: Promise<Authenticated> | undefined;

  return async (claim) => {
    if (appId === '') return refuse('there is no app id that a token could be for');
    const wrong = objection(claim, issuer);
    if (wrong !== undefined) return refuse(wrong);
    // The SDK takes its first keys for loaded a moment before they are, and refuses what is right meanwhile: one goes ahead.
    if (first === undefined) {
      first = check(claim);
      const answer = await first;
      if (!answer.ok && answer.status === 503) first = undefined;
      return answer;
    }
    await first;
    return check(claim);
  };
};
