import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';
import { AppError, type ErrorCode } from '#core/errors.ts';
import { fakeHttpDeps } from '#test/fakes/http-deps.ts';
import type { HttpDeps, HttpSettings } from './ports.ts';
import { buildServer } from './server.ts';
import { problem } from './wire.ts';

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const open = async (settings: Partial<HttpSettings> = {}, deps: Partial<HttpDeps> = {}) => {
  const fake = fakeHttpDeps(settings);
  const app = await buildServer({ ...fake.deps, ...deps });
  cleanups.push(() => app.close());
  return { app, fake };
};

describe('errors', () => {
  it.each([
    ['GET', '/api/nope'],
    ['POST', '/api/nope'],
    ['DELETE', '/api/sessions'],
    ['GET', '/api'],
    ['GET', '/nope'],
    ['PUT', '/'],
  ] as const)('%s %s does not exist', async (method, url) => {
    const { app } = await open();
    const response = await app.inject({ method, url: `${url}?token=secret` });
    expect(response.statusCode).toBe(404);
    expect(response.headers['content-type']).toBe('application/problem+json');
    const body = problem.parse(response.json());
    expect(body).toMatchObject({ type: 'about:blank', title: 'Not Found', status: 404, code: 'not-found' });
    expect(body.detail).toContain('/docs');
    expect(response.body).not.toContain('secret');
    expect(body.requestId).toBe(response.headers['x-request-id']);
  });

  it('an address that cannot be decoded is a problem too', async () => {
    const { app } = await open();
    const response = await app.inject({ url: '/api/sessions/%E0%A4%A' });
    expect(response.statusCode).toBe(400);
    const body = problem.parse(response.json());
    expect(body.detail).toContain('escape');
    expect(response.headers['x-request-id']).toBe(body.requestId);
  });

  it.each<[ErrorCode, number]>([
    ['bad-request', 400],
    ['unauthorized', 401],
    ['forbidden', 403],
    ['not-found', 404],
    ['conflict', 409],
    ['too-large', 413],
    ['unsupported-type', 415],
    ['rate-limited', 429],
    ['overloaded', 503],
    ['unavailable', 503],
    ['misconfigured', 500],
    ['internal', 500],
  ])('%s is %i, with words for people and none for us', async (code, status) => {
    const { app, fake } = await open();
    fake.deps.chat.createSession = async () => {
      throw new AppError(code, 'Words for people.', { message: 'secret words for the log' });
    };
    const response = await app.inject({ method: 'POST', url: '/api/sessions' });
    expect(response.statusCode).toBe(status);
    expect(problem.parse(response.json())).toMatchObject({ status, code, detail: 'Words for people.' });
    expect(response.body).not.toContain('secret');
    expect(response.headers['retry-after'] !== undefined).toBe(status === 503);
  });

  it.each([undefined, null, 'text', 42, { statusCode: 400, message: 'secret' }])(
    'throwing %o is our trouble',
    async (thrown) => {
      const { app, fake } = await open();
      fake.deps.chat.createSession = () => Promise.reject(thrown);
      const response = await app.inject({ method: 'POST', url: '/api/sessions' });
      expect(response.statusCode).toBe(500);
      expect(response.body).not.toContain('secret');
    },
  );

  it('an answer that breaks its own contract stays inside', async () => {
    const { app, fake } = await open();
    fake.deps.chat.createSession = async () => ({ id: 5 as never, token: 'secret', expiresAt: new Date() });
    const response = await app.inject({ method: 'POST', url: '/api/sessions' });
    expect(response.statusCode).toBe(500);
    expect(response.body).not.toContain('secret');
  });

  it('bytes that are not HTTP get an answer and an end', async () => {
    const { app } = await open();
    const { port } = new URL(await app.listen({ port: 0, host: '127.0.0.1' }));
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = connect(Number(port), '127.0.0.1', () => socket.write('\x16\x03\x01 hello\r\n\r\n'));
      let text = '';
      socket.setEncoding('utf8').on('data', (data: string) => {
        text += data;
      });
      socket.on('error', reject).on('close', () => resolve(text));
    });
    expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    expect(answer).toContain('application/problem+json');
  });
});

describe('every answer', () => {
  it('tells browsers to be careful', async () => {
    const { app } = await open({ publicUrl: 'https://desk.example' });
    for (const url of ['/', '/livez', '/api/nope']) {
      const { headers } = await app.inject({ url });
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'referrer-policy': 'no-referrer',
        'strict-transport-security': 'max-age=15552000',
      });
      const policy = String(headers['content-security-policy']);
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("connect-src 'self' wss://desk.example");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toMatch(/unsafe|upgrade-insecure|\*/);
      expect(headers).not.toHaveProperty('x-powered-by');
    }
  });

  it('does not ask for HTTPS where there is none', async () => {
    const { app } = await open();
    expect((await app.inject({ url: '/' })).headers).not.toHaveProperty('strict-transport-security');
  });

  it('is noted without addresses, which may carry tokens', async () => {
    const { app, fake } = await open();
    await app.inject({ url: '/ws?session_id=x&token=secret' });
    expect(fake.log.lines).toContainEqual(
      expect.objectContaining({ message: 'request', fields: expect.objectContaining({ route: '/ws', status: 400 }) }),
    );
    expect(JSON.stringify(fake.log.lines)).not.toContain('secret');
  });
});

describe('operation', () => {
  it('lives, and is ready when its dependencies are', async () => {
    const { app } = await open();
    expect((await app.inject('/livez')).json()).toEqual({ status: 'ok' });
    expect((await app.inject('/readyz')).json()).toEqual({ ready: true });
    const metrics = await app.inject('/metrics');
    expect(metrics.headers['content-type']).toBe('text/plain; version=0.0.4');
    expect(metrics.body).toBe('up 1\n');
  });

  it('says which dependency is down', async () => {
    const dependencies = [
      { name: 'database', ok: true, required: true, detail: '4 ms' },
      { name: 'redis', ok: false, required: false, detail: 'refused at redis.internal:6379' },
    ];
    const { app } = await open({}, { health: async () => ({ ready: true, dependencies }) });
    const response = await app.inject('/health');
    expect(response.statusCode).toBe(200);
    expect(response.json()).toEqual({ status: 'degraded', ready: true, dependencies });
  });

  it('is not ready without them, or when the check itself breaks', async () => {
    for (const health of [
      async () => ({ ready: false, dependencies: [] }),
      async () => {
        throw new Error('secret');
      },
    ]) {
      const { app } = await open({}, { health });
      for (const url of ['/readyz', '/health']) {
        const response = await app.inject(url);
        expect(response.statusCode).toBe(503);
        expect(response.json()).toMatchObject({ ready: false });
      }
      expect((await app.inject('/livez')).statusCode).toBe(200);
    }
  });

  it('keeps the names of machines to itself in production', async () => {
    const { app } = await open({ profile: 'production' });
    const outside = await app.inject({
      url: '/health',
      remoteAddress: '203.0.113.5',
      headers: { host: 'desk.example' },
    });
    expect(outside.json().dependencies).toEqual([{ name: 'database', ok: true, required: true }]);
    const inside = await app.inject({ url: '/health', headers: { host: 'localhost:3000' } });
    expect(inside.json().dependencies[0].detail).toContain('db.internal');
  });
});

describe('the API description', () => {
  it('is an OpenAPI document with every address', async () => {
    const { app } = await open();
    const document = (await app.inject('/docs/json')).json();
    expect(document.openapi).toBe('3.1.0');
    expect(Object.keys(document.paths).toSorted()).toEqual([
      '/api/chat/sessions/{id}/attachments',
      '/api/chat/sessions/{id}/attachments/{ref}',
      '/api/chat/sessions/{id}/feedback',
      '/api/chat/sessions/{id}/messages',
      '/api/console',
      '/api/console/attachments',
      '/api/console/escalations',
      '/api/console/escalations/{id}',
      '/api/console/escalations/{id}/actions',
      '/api/console/escalations/{id}/attachments/{ref}',
      '/api/console/login',
      '/api/console/logout',
      '/api/sessions',
      '/api/sessions/{id}',
      '/health',
      '/livez',
      '/metrics',
      '/readyz',
    ]);
    const { post } = document.paths['/api/chat/sessions/{id}/messages'];
    expect(post.requestBody.content['application/json'].schema.properties).toHaveProperty('text');
    expect(post.responses['4XX'].content).toHaveProperty(['application/problem+json']);
    expect(post.security).toEqual([{ session: [] }]);
  });

  it('has a page that loads nothing from elsewhere', async () => {
    const { app } = await open();
    const page = await app.inject('/docs');
    const policy = String(page.headers['content-security-policy']);
    expect(policy).toContain("script-src 'self';");
    expect(policy).not.toContain('http');
    expect(page.body).toContain('swagger-ui');
    expect(page.body).not.toMatch(/<script>[^<]/);
  });
});

describe('pages', () => {
  const build = async (): Promise<string> => {
    const root = await mkdtemp(join(tmpdir(), 'frontdesk-web-'));
    cleanups.push(() => rm(root, { recursive: true }));
    await mkdir(join(root, 'assets'));
    await writeFile(join(root, 'index.html'), '<title>chat</title>');
    await writeFile(join(root, 'console.html'), '<title>console</title>');
    await writeFile(join(root, 'favicon.svg'), '<svg/>');
    await writeFile(join(root, '.hidden'), 'secret');
    await writeFile(join(root, 'assets', 'chat-1a2b3c.js'), 'export {}');
    await writeFile(`${root}-outside.txt`, 'secret');
    cleanups.push(() => rm(`${root}-outside.txt`));
    return root;
  };

  it('are the chat, the console and everything below it', async () => {
    const { app } = await open({}, { webRoot: await build() });
    const chat = await app.inject('/');
    expect(chat.body).toBe('<title>chat</title>');
    expect(chat.headers).toMatchObject({ 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-cache' });
    for (const url of ['/console', '/console/', '/console/escalations/7', '/console?x=1']) {
      expect((await app.inject(url)).body).toBe('<title>console</title>');
    }
  });

  it('keep hashed assets for ever', async () => {
    const { app } = await open({}, { webRoot: await build() });
    const asset = await app.inject('/assets/chat-1a2b3c.js');
    expect(asset.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    expect(asset.headers['content-type']).toContain('javascript');
    expect((await app.inject('/favicon.svg')).headers['cache-control']).toBe('no-cache');
    expect((await app.inject('/assets/gone.js')).statusCode).toBe(404);
  });

  it('stay in their folder', async () => {
    const webRoot = await build();
    const { app } = await open({}, { webRoot });
    const name = webRoot.split('/').at(-1);
    for (const path of [
      '/.hidden',
      `/../${name}-outside.txt`,
      `/%2e%2e%2f${name}-outside.txt`,
      '/assets/..%2f..%2fetc/passwd',
      '/assets/%00',
      '/assets/',
    ]) {
      const response = await app.inject(path);
      expect(response.statusCode).toBeGreaterThanOrEqual(400);
      expect(response.statusCode).toBeLessThan(500);
      expect(response.body).not.toContain('secret');
    }
  });

  it('say what to do before they are built', async () => {
    const { app } = await open({}, { webRoot: '/nowhere' });
    for (const url of ['/', '/console', '/console/x']) {
      const response = await app.inject(url);
      expect(response.statusCode).toBe(503);
      expect(response.headers['content-type']).toContain('text/html');
      expect(response.body).toContain('npm run build');
    }
  });
});

describe('webhooks', () => {
  const echo = (seen: unknown[]): NonNullable<HttpDeps['webhooks']> => [
    {
      method: 'POST',
      url: '/slack/events',
      async handle(delivery) {
        seen.push({
          ...delivery,
          headers: delivery.headers['x-slack-signature'],
          body: Buffer.from(delivery.body).toString(),
        });
        return { status: 200, body: '{"challenge":"x"}', headers: { 'content-type': 'application/json' } };
      },
    },
  ];

  it.each([
    ['application/json', '{"a": 1,  "__proto__": {}}'],
    ['application/x-www-form-urlencoded', 'payload=%7B%7D'],
    ['text/plain', 'not even { json'],
  ])('get the bytes of a %s body as they were signed', async (type, payload) => {
    const seen: unknown[] = [];
    const { app } = await open({}, { webhooks: echo(seen) });
    const response = await app.inject({
      method: 'POST',
      url: '/slack/events?x=1',
      headers: { 'content-type': type, 'x-slack-signature': 'v0=abc' },
      payload,
    });
    expect(response.statusCode).toBe(200);
    expect(response.headers['content-type']).toBe('application/json');
    expect(response.json()).toEqual({ challenge: 'x' });
    expect(seen).toEqual([
      { kind: 'http', method: 'POST', url: '/slack/events?x=1', headers: 'v0=abc', body: payload },
    ]);
  });

  it('without a body get none, and are not limited by address', async () => {
    const seen: unknown[] = [];
    const limits = { perSession: 1, perAddress: 1, newSessionsPerAddress: 1 };
    const { app } = await open({ rateLimits: limits }, { webhooks: echo(seen) });
    for (let n = 0; n < 3; n += 1) {
      expect((await app.inject({ method: 'POST', url: '/slack/events' })).statusCode).toBe(200);
    }
    expect(seen).toHaveLength(3);
  });

  it('refuse too much, and hide what breaks', async () => {
    const { app } = await open(
      {},
      {
        webhooks: [
          {
            method: 'POST',
            url: '/slack/events',
            handle: async () => {
              throw new Error('secret');
            },
          },
        ],
      },
    );
    const post = (payload: string) => app.inject({ method: 'POST', url: '/slack/events', payload });
    expect((await post('x'.repeat(1_100_000))).statusCode).toBe(413);
    const broken = await post('x');
    expect(broken.statusCode).toBe(500);
    expect(broken.body).not.toContain('secret');
  });
});

describe('closing', () => {
  it('leaves nothing behind', async () => {
    const { app } = await open();
    await app.listen({ port: 0, host: '127.0.0.1' });
    await app.close();
    expect((app as FastifyInstance).server.listening).toBe(false);
  });
});
