/**
 * Stands between the Microsoft 365 Agents Playground and Frontdesk, and does what Microsoft does between Teams and a bot: it signs
 * what comes in, hands out the bot's token, and passes its calls on. For trying things out on one machine:
 *
 *     node scripts/teams-playground.ts
 *
 * It prints how to start the other two. docs/channels/teams.md tells the whole story.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { z } from 'zod';

const issuer = 'https://api.botframework.com';
/** Of nobody: the ids that this script and the settings it prints agree on. */
const appId = '11111111-1111-4111-8111-111111111111';
const token = 'playground-token';

export interface BridgeOptions {
  /** Where it listens on this machine; 0 picks a free port. */
  readonly port: number;
  /** Where Frontdesk takes activities: `http://127.0.0.1:3000/api/messages`. */
  readonly bot: string;
  /** The Playground's own address: `http://localhost:56150`. */
  readonly playground: string;
}

interface Answer {
  readonly status: number;
  readonly type?: string | null;
  readonly body: string;
}

const activityShape = z.looseObject({
  type: z.string(),
  value: z.unknown().optional(),
  conversation: z.looseObject({ id: z.string() }).optional(),
});

const json = (value: unknown): Answer => ({ status: 200, type: 'application/json', body: JSON.stringify(value) });

const read = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
};

/** Starts the bridge. `settings` are those that Frontdesk needs to believe it. */
export const startBridge = async ({ port, bot, playground }: BridgeOptions) => {
  const { publicKey, privateKey } = await generateKeyPair('RS256');
  const key = {
    ...(await exportJWK(publicKey)),
    kid: 'playground',
    use: 'sig',
    alg: 'RS256',
    endorsements: ['msteams'],
  };
  /** Threads that exist, whoever began them. */
  const threads = new Set<string>();

  /** The Playground gives a post another id than its thread; in Teams they are the same, and that is how a post is known. */
  const asTeams = (activity: z.output<typeof activityShape>) => {
    const thread = /;messageid=(\d+)/.exec(activity.conversation?.id ?? '')?.[1];
    const isPost =
      activity.type === 'message' && activity.value === undefined && thread !== undefined && !threads.has(thread);
    if (isPost) threads.add(thread);
    return { ...activity, ...(isPost ? { id: thread } : {}), serviceUrl };
  };

  const sign = (): Promise<string> =>
    new SignJWT({ serviceurl: serviceUrl })
      .setProtectedHeader({ alg: 'RS256', kid: key.kid, typ: 'JWT' })
      .setIssuer(issuer)
      .setAudience(appId)
      .setNotBefore('-1m')
      .setExpirationTime('10m')
      .sign(privateKey);

  const passOn = async (url: string, method: string, authorization: string, body: string): Promise<Answer> => {
    const headers = { 'content-type': 'application/json', authorization };
    const answer = await fetch(url, { method, headers, ...(body === '' ? {} : { body }) });
    return { status: answer.status, type: answer.headers.get('content-type'), body: await answer.text() };
  };

  const toBot = async (body: string): Promise<Answer> =>
    passOn(bot, 'POST', `Bearer ${await sign()}`, JSON.stringify(asTeams(activityShape.parse(JSON.parse(body)))));

  const toPlayground = async (request: IncomingMessage, body: string): Promise<Answer> => {
    if (request.headers.authorization !== `Bearer ${token}`) return { status: 401, body: '' };
    const answer = await passOn(`${playground}${request.url}`, request.method ?? 'GET', 'Bearer any', body);
    const begun = /;messageid=(\d+)/.exec(answer.body)?.[1];
    if (begun !== undefined) threads.add(begun);
    return answer;
  };

  const answer = async (request: IncomingMessage): Promise<Answer> => {
    const { method, url = '/' } = request;
    const body = await read(request);
    if (url === '/openid')
      return json({ issuer, jwks_uri: `${base}/keys`, id_token_signing_alg_values_supported: ['RS256'] });
    if (url === '/keys') return json({ keys: [key] });
    if (url === '/token') return json({ token_type: 'Bearer', expires_in: 3_600, access_token: token });
    if (url.startsWith('/_connector/')) return toPlayground(request, body);
    // The Playground knocks first, without a body.
    if (url === '/api/messages') return method === 'POST' ? toBot(body) : { status: 200, body: '' };
    return { status: 404, body: '' };
  };

  const server = createServer((request, response) => {
    answer(request)
      .catch(
        (error: unknown): Answer => ({ status: 502, body: error instanceof Error ? error.message : String(error) }),
      )
      .then(({ status, type, body }) => {
        response.writeHead(status, type ? { 'content-type': type } : {});
        response.end(body);
      });
  }).listen(port, '127.0.0.1');
  await once(server, 'listening');
  const bound = server.address();
  const base = `http://127.0.0.1:${typeof bound === 'object' && bound ? bound.port : port}`;
  const serviceUrl = `${base}/_connector/`;

  return {
    url: `${base}/api/messages`,
    settings: {
      TEAMS_APP_ID: appId,
      TEAMS_APP_PASSWORD: 'anything',
      TEAMS_SERVICE_URLS: serviceUrl,
      TEAMS_OPENID_URL: `${base}/openid`,
      TEAMS_TOKEN_URL: `${base}/token`,
    },
    close: async (): Promise<void> => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({ options: { port: text, bot: text, playground: text } });
  const playground = values.playground ?? 'http://localhost:56150';
  const bot = values.bot ?? 'http://127.0.0.1:3000/api/messages';
  const { url, settings } = await startBridge({ port: Number(values.port ?? 3_979), bot, playground });
  const set = Object.entries({ CHANNELS: 'web,teams', DESK: 'teams:channel-announcements-id', ...settings });
  console.log(`Frontdesk:

  ${set.map(([name, value]) => `${name}=${value}`).join(' \\\n  ')} \\
  npm start

The Playground:

  npx @microsoft/m365agentsplayground start -e ${url} -c msteams -p ${new URL(playground).port} --disable-telemetry`);
}
