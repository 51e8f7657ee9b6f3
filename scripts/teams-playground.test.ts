import { once } from 'node:events';
import { createServer } from 'node:http';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startBridge } from './teams-playground.ts';

interface Seen {
  readonly method: string;
  readonly url: string;
  readonly authorization: string;
  readonly body: { readonly [key: string]: unknown } | undefined;
}

/** A server that keeps what it gets and says the same to everybody. */
const listen = async (answer: string) => {
  const seen: Seen[] = [];
  const server = createServer(async (request, response) => {
    const text = (await Array.fromAsync(request)).join('');
    const { method = '', url = '', headers } = request;
    seen.push({
      method,
      url,
      authorization: headers.authorization ?? '',
      body: text === '' ? undefined : JSON.parse(text),
    });
    response.writeHead(201, { 'content-type': 'application/json' }).end(answer);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const bound = server.address();
  const port = typeof bound === 'object' && bound ? bound.port : 0;
  return { seen, url: `http://127.0.0.1:${port}`, close: () => server.close() };
};

describe('the bridge to the Playground', () => {
  const post = '19:desk@thread.tacv2;messageid=1700000000001';
  let bot: Awaited<ReturnType<typeof listen>>;
  let playground: Awaited<ReturnType<typeof listen>>;
  let bridge: Awaited<ReturnType<typeof startBridge>>;

  beforeEach(async () => {
    bot = await listen('{"ok":true}');
    playground = await listen('{"id":"19:desk@thread.tacv2;messageid=1700000000009"}');
    bridge = await startBridge({ port: 0, bot: `${bot.url}/api/messages`, playground: playground.url });
  });
  afterEach(async () => {
    await bridge.close();
    bot.close();
    playground.close();
  });

  const say = (activity: object) =>
    fetch(bridge.url, {
      method: 'POST',
      body: JSON.stringify({ type: 'message', serviceUrl: playground.url, ...activity }),
    });
  const call = (authorization: string) =>
    fetch(`${bridge.settings.TEAMS_SERVICE_URLS}v3/conversations`, {
      method: 'POST',
      headers: { authorization },
      body: '{"isGroup":true}',
    });
  const botToken = async () => {
    const response = await fetch(bridge.settings.TEAMS_TOKEN_URL, { method: 'POST' });
    const { access_token } = (await response.json()) as { access_token: string };
    return `Bearer ${access_token}`;
  };

  it('signs what comes in, for the bot of the settings and its own service URL', async () => {
    const answer = await say({ id: 'a', conversation: { id: 'a:chat' }, text: 'hello' });
    expect([answer.status, await answer.json()]).toEqual([201, { ok: true }]);
    const [given] = bot.seen;
    const document = (await (await fetch(bridge.settings.TEAMS_OPENID_URL)).json()) as {
      issuer: string;
      jwks_uri: string;
    };
    const { payload } = await jwtVerify(
      given?.authorization.replace('Bearer ', '') ?? '',
      createRemoteJWKSet(new URL(document.jwks_uri)),
      { issuer: document.issuer, audience: bridge.settings.TEAMS_APP_ID },
    );
    expect(payload.serviceurl).toBe(bridge.settings.TEAMS_SERVICE_URLS);
    expect(given?.body).toMatchObject({ id: 'a', text: 'hello', serviceUrl: bridge.settings.TEAMS_SERVICE_URLS });
  });

  it('gives a post the id of its thread, as Teams does, and leaves replies alone', async () => {
    await say({ id: 'guid-1', conversation: { id: post } });
    await say({ id: 'guid-2', conversation: { id: post } });
    expect(bot.seen.map(({ body }) => body?.id)).toEqual(['1700000000001', 'guid-2']);
  });

  it('passes calls of the bot on, and knows the threads that it began', async () => {
    expect((await call('Bearer of somebody else')).status).toBe(401);
    expect((await call(await botToken())).status).toBe(201);
    expect(playground.seen).toMatchObject([
      { method: 'POST', url: '/_connector/v3/conversations', body: { isGroup: true } },
    ]);
    await say({ id: 'guid-3', conversation: { id: '19:desk@thread.tacv2;messageid=1700000000009' } });
    expect(bot.seen.at(-1)?.body?.id).toBe('guid-3');
  });

  it('answers the first knock, and nothing at other addresses', async () => {
    expect((await fetch(bridge.url, { method: 'HEAD' })).status).toBe(200);
    expect((await fetch(bridge.url.replace('/api/messages', '/elsewhere'))).status).toBe(404);
    expect(bot.seen).toEqual([]);
  });

  it('says so when it cannot understand or reach anybody', async () => {
    expect((await fetch(bridge.url, { method: 'POST', body: 'not JSON' })).status).toBe(502);
  });
});
