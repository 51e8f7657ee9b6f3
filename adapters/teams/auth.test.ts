import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { type CryptoKey, exportJWK, exportSPKI, generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Claim, createAuthenticate } from './auth.ts';

const appId = '0a0a0a0a-1111-4222-8333-444444444444';
const issuer = 'https://api.botframework.com';
const serviceUrl = 'https://smba.trafficmanager.net/emea/';
const emulatorIssuer = 'https://sts.windows.net/d6d49420-f39b-4df7-a1dc-d59a935871db/';
const minute = 60;

const serve = async (answer: (path: string, base: string) => object | undefined): Promise<Server & { url: string }> => {
  const server = createServer((request, response) => {
    const body = answer(request.url ?? '', `http://${request.headers.host}`);
    if (body === undefined) response.writeHead(500).end();
    else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return Object.assign(server, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
};

describe('requests to the bot', async () => {
  const [ours, shop, nobody, evil] = await Promise.all(
    [1, 2, 3, 4].map(() => generateKeyPair('RS256', { extractable: true })),
  );
  if (ours === undefined || shop === undefined || nobody === undefined || evil === undefined)
    throw new Error('no keys');
  const asked: string[] = [];
  let openid: Server & { url: string };
  let broken: Server & { url: string };

  beforeAll(async () => {
    vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const jwk = async (key: CryptoKey, kid: string, endorsements?: string[]) => ({
      ...(await exportJWK(key)),
      kid,
      use: 'sig',
      ...(endorsements === undefined ? {} : { endorsements }),
    });
    const keys = await Promise.all([
      jwk(ours.publicKey, 'ours', ['msteams', 'webchat']),
      jwk(shop.publicKey, 'shop', ['webchat']),
      jwk(nobody.publicKey, 'unendorsed'),
    ]);
    openid = await serve((path, base) => {
      asked.push(path);
      return path === '/openid' ? { issuer, jwks_uri: `${base}/keys` } : { keys };
    });
    broken = await serve((path, base) => (path === '/no-keys' ? { issuer, jwks_uri: `${base}/gone` } : undefined));
  });
  afterAll(() => {
    for (const server of [openid, broken]) {
      server.closeAllConnections();
      server.close();
    }
    vi.restoreAllMocks();
  });

  interface Token {
    readonly claims?: Readonly<Record<string, unknown>>;
    readonly key?: CryptoKey | Uint8Array;
    readonly header?: { readonly alg?: string; readonly kid?: string };
  }
  const sign = ({ claims = {}, key = ours.privateKey, header = {} }: Token = {}): Promise<string> => {
    const now = Math.floor(Date.now() / 1_000);
    return new SignJWT({
      ...{ iss: issuer, aud: appId, serviceurl: serviceUrl, nbf: now - minute, exp: now + 10 * minute },
      ...claims,
    })
      .setProtectedHeader({ typ: 'JWT', kid: 'ours', alg: 'RS256', ...header })
      .sign(key);
  };
  const inMinutes = (minutes: number): number => Math.floor(Date.now() / 1_000) + minutes * minute;
  const create = (settings: { readonly appId?: string; readonly openidUrl?: string } = {}) =>
    createAuthenticate({ config: { appId, openidUrl: `${openid.url}/openid`, issuer, ...settings }, deadlineMs: 300 });
  const present = (token: string, claim: Partial<Claim> = {}, authenticate = create()) =>
    authenticate({ authorization: `Bearer ${token}`, channelId: 'msteams', serviceUrl, ...claim });

  it('are let in when the Bot Framework has signed them for us', async () => {
    expect(await present(await sign())).toEqual({ ok: true });
    expect(await present(await sign({ key: nobody.privateKey, header: { kid: 'unendorsed' } }))).toEqual({ ok: true });
    expect(await present(await sign({ claims: { aud: appId.toUpperCase() } }))).toEqual({ ok: true });
  });

  it('may come from a clock that is a few minutes off', async () => {
    expect(await present(await sign({ claims: { exp: inMinutes(-3) } }))).toEqual({ ok: true });
    expect(await present(await sign({ claims: { nbf: inMinutes(3) } }))).toEqual({ ok: true });
  });

  it('are checked with keys that are fetched once', async () => {
    await present(await sign());
    const before = asked.length;
    await Promise.all([present(await sign()), present(await sign()), present(await sign({ header: { kid: 'new' } }))]);
    expect(asked).toHaveLength(before);
    expect(new Set(asked)).toEqual(new Set(['/openid', '/keys']));
  });

  const refused: readonly [string, () => Promise<Partial<Claim>>, RegExp][] = [
    ['unsigned', async () => ({ authorization: undefined }), /not signed/],
    ['signed with nothing', async () => ({ authorization: '' }), /not signed/],
    ['garbage', async () => ({ authorization: 'Bearer abc.def.ghi' }), /RSA/],
    ['another garbage', async () => ({ authorization: 'Bearer xyz' }), /bearer token/],
    ['with a password', async () => ({ authorization: 'Basic dXNlcjpwYXNz' }), /bearer token/],
    ['two tokens', async () => ({ authorization: `Bearer ${await sign()} ${await sign()}` }), /bearer token/],
    ['of a stranger with our key id', () => bearer({ key: evil.privateKey }), /invalid signature/],
    ['of an unknown key', () => bearer({ header: { kid: 'nobody' } }), /Key/],
    ['of no key', () => bearer({ header: { kid: '' } }), /RSA/],
    ['for another bot', () => bearer({ claims: { aud: '0b0b0b0b-1111-4222-8333-444444444444' } }), /TEAMS_APP_ID/],
    ['for nobody', () => bearer({ claims: { aud: '' } }), /TEAMS_APP_ID/],
    ['for several bots', () => bearer({ claims: { aud: [appId, 'other'] } }), /claims/],
    ['of another issuer', () => bearer({ claims: { iss: 'https://evil.example' } }), /issued by/],
    ['of the emulator', () => bearer({ claims: { iss: emulatorIssuer, ver: '1.0', appid: appId } }), /issued by/],
    ['in the form of the emulator', () => bearer({ claims: { tid: 't', ver: '2.0', azp: appId } }), /emulator/],
    ['in the form of a skill', () => bearer({ claims: { ver: '1.0', appid: 'AnonymousSkill' } }), /skill/],
    [
      'for another service URL',
      () => bearer({ claims: { serviceurl: 'https://evil.example/' } }),
      /[Ss]ervice ?[Uu]rl/,
    ],
    ['for no service URL', () => bearer({ claims: { serviceurl: undefined } }), /serviceurl/],
    ['for an activity without service URL', async () => ({ ...(await bearer({})), serviceUrl: '' }), /serviceUrl/],
    ['expired', () => bearer({ claims: { exp: inMinutes(-6) } }), /expired/],
    ['never expiring', () => bearer({ claims: { exp: undefined } }), /exp/],
    ['not yet valid', () => bearer({ claims: { nbf: inMinutes(6) } }), /not active/],
    ['by a key for other channels', () => bearer({ key: shop.privateKey, header: { kid: 'shop' } }), /endorsement/],
    ['for another channel', async () => ({ ...(await bearer({})), channelId: 'webchat' }), /webchat/],
    ['for the emulator', async () => ({ ...(await bearer({})), channelId: 'emulator' }), /emulator/],
    ['for App Service', async () => ({ ...(await bearer({})), channelId: 'AseChannel' }), /AseChannel/],
    ['for no channel', async () => ({ ...(await bearer({})), channelId: '' }), /channel/],
    ['without signature', async () => ({ authorization: `Bearer ${await unsigned('none')}.` }), /bearer token/],
    ['with a signature of no kind', async () => ({ authorization: `Bearer ${await unsigned('none')}.AAAA` }), /RSA/],
    [
      'signed with our public key as a password',
      async () => bearer({ key: Buffer.from(await exportSPKI(ours.publicKey)), header: { alg: 'HS256' } }),
      /RSA/,
    ],
  ];
  const bearer = async (token: Token): Promise<Partial<Claim>> => ({ authorization: `Bearer ${await sign(token)}` });
  const unsigned = async (alg: string): Promise<string> => {
    const [, payload = ''] = (await sign()).split('.');
    return `${Buffer.from(JSON.stringify({ typ: 'JWT', kid: 'ours', alg })).toString('base64url')}.${payload}`;
  };

  it.each(refused)('are refused when they are %s', async (_name, make, reason) => {
    const claim = { authorization: undefined, channelId: 'msteams', serviceUrl, ...(await make()) };
    expect(await create()(claim)).toEqual({ ok: false, status: 401, reason: expect.stringMatching(reason) });
  });

  it('are refused when a signed token was changed', async () => {
    const [header, , signature] = (await sign()).split('.');
    const [, payload] = (await sign({ key: evil.privateKey, claims: { more: 1 } })).split('.');
    expect(await present(`${header}.${payload}.${signature}`)).toMatchObject({ ok: false, status: 401 });
  });

  it('are all refused where no app id is set', async () => {
    const claims = { aud: '' };
    expect(await present(await sign({ claims }), {}, create({ appId: '' }))).toMatchObject({ ok: false, status: 401 });
    const nothing: Partial<Claim> = { authorization: undefined };
    expect(await present('', nothing, create({ appId: '' }))).toMatchObject({ ok: false, status: 401 });
  });

  it('can come again while the keys are out of reach', async () => {
    const again = { ok: false, status: 503, reason: expect.stringMatching(/keys/) };
    for (const path of ['/gone', '/no-keys']) {
      expect(await present(await sign(), {}, create({ openidUrl: `${broken.url}${path}` }))).toEqual(again);
    }
    expect(await present(await sign(), {}, create({ openidUrl: 'http://127.0.0.1:9/openid' }))).toEqual(again);
    const silent = createServer(() => undefined);
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const openidUrl = `http://127.0.0.1:${(silent.address() as AddressInfo).port}/`;
    expect(await present(await sign(), {}, create({ openidUrl }))).toEqual(again);
    silent.closeAllConnections();
    silent.close();
  });

  it('do not make us ask others for keys before they look right', async () => {
    const before = asked.length;
    const fresh = create({ openidUrl: `${openid.url}/openid?fresh` });
    await present(await sign({ claims: { iss: emulatorIssuer } }), {}, fresh);
    await present('abc.def.ghi', {}, fresh);
    expect(asked).toHaveLength(before);
  });

  it('are let in while the first keys are still on their way', async () => {
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    let isAsked = false;
    const slow = createServer(async (request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders();
      const base = `http://${request.headers.host}`;
      if (request.url === '/openid') return response.end(JSON.stringify({ issuer, jwks_uri: `${base}/keys` }));
      isAsked = true;
      await released;
      const key = await exportJWK(ours.publicKey);
      return response.end(JSON.stringify({ keys: [{ ...key, kid: 'ours' }] }));
    });
    slow.listen(0, '127.0.0.1');
    await once(slow, 'listening');
    const openidUrl = `http://127.0.0.1:${(slow.address() as AddressInfo).port}/openid`;
    const authenticate = createAuthenticate({ config: { appId, openidUrl, issuer }, deadlineMs: 5_000 });
    const first = present(await sign(), {}, authenticate);
    await vi.waitFor(() => expect(isAsked).toBe(true));
    const second = present(await sign(), {}, authenticate);
    setTimeout(release, 50);
    expect(await Promise.all([first, second])).toEqual([{ ok: true }, { ok: true }]);
    slow.closeAllConnections();
    slow.close();
  });

  it('cost nothing where there are none: the SDK is not loaded with the channels', async () => {
    const script = `await import(${JSON.stringify(import.meta.resolve('../index.ts'))});
      console.log(Object.keys((await import('node:module')).default._cache).join(' '));`;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script]);
    expect(stdout).toContain('node_modules');
    expect(stdout).not.toMatch(/botbuilder|botframework/);
  }, 30_000);

  it('say nothing on the console, however bad they are', async () => {
    vi.mocked(console.error).mockClear();
    await present(await sign({ key: evil.privateKey }));
    await present(await sign({ claims: { exp: inMinutes(-6) } }));
    expect(console.error).not.toHaveBeenCalled();
  });

  it('leave no trace of the token in the reason', async () => {
    const token = await sign({ key: evil.privateKey });
    const result = await present(token);
    for (const part of token.split('.')) expect(JSON.stringify(result)).not.toContain(part);
  });
});
