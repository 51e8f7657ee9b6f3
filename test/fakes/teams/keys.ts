import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import type { Thing } from './types.ts';

/** A public key, and the channels that it may speak for. */
type PublishedKey = JWK & { readonly endorsements: readonly string[] };

/** How a token differs from the one that Teams would send. */
export interface TokenVariant {
  /** No Authorization header at all. */
  readonly none?: boolean;
  /** This Authorization header instead. */
  readonly header?: string;
  /** Signed by a key that is not published under that name, or by one that is not endorsed for Teams. */
  readonly key?: 'rogue' | 'unendorsed';
  /** Another name of the key than the one it has. */
  readonly kid?: string;
  readonly issuer?: string;
  readonly audience?: string;
  /** Another claim than the activity's address; `none` for no such claim. */
  readonly serviceUrl?: string;
  /** Seconds until it ends, negative for one that ended. Default: an hour. */
  readonly expiresIn?: number;
  /** Seconds until it begins. Default: five minutes ago. */
  readonly notBefore?: number;
}

export interface Keys {
  /** The key set, as published. */
  readonly published: { readonly keys: readonly PublishedKey[] };
  /** An Authorization header for something sent to the bot, or nothing. */
  authorization(claims: { readonly serviceUrl: string } & TokenVariant): Promise<string | undefined>;
}

const algorithm = 'RS256';

const pair = () => generateKeyPair(algorithm, { extractable: true });
let made: Promise<readonly Awaited<ReturnType<typeof pair>>[]> | undefined;
/** Made once in a process: that takes a while, and every test starts a fake. */
const pairs = () => {
  made ??= Promise.all([pair(), pair(), pair()]);
  return made;
};

/**
 * Keys of the fake Bot Framework: one endorsed for Teams, one for another channel, one that nobody published.
 * (Microsoft Learn, "Authentication with the Bot Connector API".) `now` is in milliseconds.
 */
export const createKeys = async (options: {
  readonly issuer: string;
  readonly appId: string;
  readonly now: () => number;
}): Promise<Keys> => {
  const [good, other, rogue] = await pairs();
  if (good === undefined || other === undefined || rogue === undefined) throw new Error('three keys were made');
  const publish = async (key: CryptoKey, kid: string, endorsements: readonly string[]): Promise<PublishedKey> => ({
    ...(await exportJWK(key)),
    kid,
    x5t: kid,
    use: 'sig',
    alg: algorithm,
    endorsements,
  });
  const published = {
    keys: [
      await publish(good.publicKey, 'teams-key', ['msteams', 'skype']),
      await publish(other.publicKey, 'other-key', ['webchat']),
    ],
  };
  return {
    published,
    authorization: async (claims) => {
      if (claims.none === true) return undefined;
      if (claims.header !== undefined) return claims.header;
      const seconds = Math.floor(options.now() / 1_000);
      const { key, kid } = {
        rogue: { key: rogue.privateKey, kid: 'teams-key' },
        unendorsed: { key: other.privateKey, kid: 'other-key' },
        good: { key: good.privateKey, kid: 'teams-key' },
      }[claims.key ?? 'good'];
      const payload: Thing = claims.serviceUrl === 'none' ? {} : { serviceurl: claims.serviceUrl };
      const token = await new SignJWT(payload)
        .setProtectedHeader({ alg: algorithm, kid: claims.kid ?? kid, x5t: claims.kid ?? kid, typ: 'JWT' })
        .setIssuer(claims.issuer ?? options.issuer)
        .setAudience(claims.audience ?? options.appId)
        .setNotBefore(seconds + (claims.notBefore ?? -300))
        .setExpirationTime(seconds + (claims.expiresIn ?? 3_600))
        .sign(key);
      return `Bearer ${token}`;
    },
  };
};
