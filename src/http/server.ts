import { randomBytes } from 'node:crypto';
import cors, { type FastifyCorsOptions } from '@fastify/cors';
import helmet from '@fastify/helmet';
import websocket from '@fastify/websocket';
import fastify, { type FastifyInstance } from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import { apiDocs } from './api-docs.ts';
import { articleRoutes } from './article-routes.ts';
import { chatAttachments } from './chat-attachments.ts';
import { chatRoutes } from './chat-routes.ts';
import { chatSocket } from './chat-socket.ts';
import { createClosing } from './closing.ts';
import { consoleAttachments } from './console-attachments.ts';
import { createConsoleAuth } from './console-auth.ts';
import { consoleRoutes } from './console-routes.ts';
import { consoleSocket } from './console-socket.ts';
import { installErrors, refuseBrokenRequest, sendProblem } from './errors.ts';
import { healthRoutes } from './health-routes.ts';
import { createOrigins, type Origins } from './origins.ts';
import { pages } from './pages.ts';
import type { HttpDeps } from './ports.ts';
import { createRateGuard, type RateGuard } from './rate-guard.ts';
import { createLimiter } from './rate-limit.ts';
import { bodyLimits, type Routes } from './routes.ts';
import { securityHeaders } from './security-headers.ts';
import { sessionRoutes } from './session-routes.ts';
import { createSocketHub, type SocketHub } from './socket-hub.ts';
import { webhookRoutes } from './webhook-routes.ts';

/** What a client sends over a socket is at most a word, in bytes. */
const maxSocketMessage = 4 * 1024;

/** Longest wait for a whole request, slow uploads on a phone included, in milliseconds. */
const requestTimeout = 120_000;
/** Longer than the usual minute of load balancers, so that they close idle connections, not we. */
const keepAliveTimeout = 72_000;

/** Times that a test shortens. */
export interface HttpTiming {
  /** Between two pings of a socket, in milliseconds; a third one without an answer ends it. */
  readonly beatMs: number;
}

/** Short, unguessable across restarts, and cheap: one counter behind a random prefix. */
const requestIds = (): (() => string) => {
  const prefix = randomBytes(5).toString('base64url');
  let count = 0;
  return () => {
    count += 1;
    return `${prefix}-${count.toString(36)}`;
  };
};

const openApplication = ({ settings, log }: Pick<HttpDeps, 'settings' | 'log'>): FastifyInstance => {
  const app = fastify({
    logger: false,
    trustProxy: settings.trustProxy,
    bodyLimit: bodyLimits.message,
    requestTimeout,
    keepAliveTimeout,
    genReqId: requestIds(),
    requestIdHeader: false,
    clientErrorHandler: refuseBrokenRequest,
    frameworkErrors: (error, request, reply) => void sendProblem(error, request, reply, log),
  });
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  installErrors(app, log);

  // JSON is the only body we read, and an empty one is no body: clients like to declare JSON for a bare POST.
  const parseJson = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') done(null, undefined);
    else parseJson(request, body.toString(), done);
  });

  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id);
    // `curl -d ''` declares a form and sends nothing: nothing has no type.
    if (request.headers['content-length'] === '0') delete request.headers['content-type'];
  });
  app.addHook('onResponse', async (request, reply) => {
    // The route's pattern, not the address: a socket's address carries its token.
    const { method, url: route } = request.routeOptions;
    const ms = Math.round(reply.elapsedTime * 10) / 10;
    log.debug({ requestId: request.id, method, route, status: reply.statusCode, ms }, 'request');
  });
  return app;
};

/** Live connections, and that they end before the server does. */
const addSockets = async (app: FastifyInstance, hub: SocketHub, { log }: HttpDeps): Promise<void> => {
  await app.register(websocket, {
    options: { maxPayload: maxSocketMessage, perMessageDeflate: false },
    preClose: () => hub.closeAll(),
    errorHandler(error, socket, request) {
      log.debug({ requestId: request.id, reason: error.message }, 'socket error');
      if (socket.readyState === socket.OPEN) socket.close(1011, 'try again');
    },
  });
};

/** Everything that costs something: limited by address, never cached. */
const api =
  (guard: RateGuard, groups: readonly Routes[]): Routes =>
  async (app) => {
    app.addHook('onRequest', guard.address);
    app.addHook('onRequest', async (_request, reply) => void reply.header('cache-control', 'no-store'));
    for (const group of groups) await app.register(group);
  };

/** Addresses that pages of other sites may call, when their origin is on the list. The console is not among them. */
const isChatApi = (url: string): boolean => url.startsWith('/api/sessions') || url.startsWith('/api/chat/');

/** Lets listed sites call the chat API. Their pages send a token, never a cookie. */
const crossOrigin =
  (origins: Origins, routes: Routes): Routes =>
  async (app) => {
    const allowed: FastifyCorsOptions = {
      origin: [...origins.chat],
      methods: ['GET', 'POST'],
      allowedHeaders: ['authorization', 'content-type'],
      exposedHeaders: ['retry-after', 'x-request-id'],
      credentials: false,
      maxAge: 600,
    };
    await app.register(cors, {
      delegator: (request, done) => done(null, isChatApi(request.url ?? '') ? allowed : { origin: false }),
    });
    await app.register(routes);
  };

/**
 * The HTTP application as a value: call `listen` on it to serve, `inject` to test, `close` to stop (sockets are told,
 * waiting requests answer with what they have).
 */
export const buildServer = async (
  deps: HttpDeps,
  timing: HttpTiming = { beatMs: 25_000 },
): Promise<FastifyInstance> => {
  const { settings, log } = deps;
  const now = (): Date => new Date();
  const take = createLimiter({ redis: deps.redis, log, now: () => performance.now() });
  const guard = createRateGuard(take, settings.rateLimits);
  const origins = createOrigins(settings);
  const auth = createConsoleAuth(settings, origins, now);
  const closing = createClosing();
  const hub = createSocketHub(timing);

  const chat: Routes = async (app) => {
    await app.register(sessionRoutes(deps, guard));
    await app.register(chatRoutes(deps, guard, closing));
    await app.register(chatAttachments(deps, guard));
  };
  const console: Routes = async (app) => {
    app.addHook('onRequest', async (request) => auth.admit(request));
    await app.register(consoleRoutes(deps, auth, guard, closing));
    await app.register(articleRoutes(deps, auth));
    await app.register(consoleAttachments(deps, auth));
    await app.register(consoleSocket(deps, auth, hub));
  };

  const app = openApplication(deps);
  app.addHook('preClose', async () => closing.begin());
  await app.register(helmet, securityHeaders(settings));
  await addSockets(app, hub, deps);
  await apiDocs(app, settings);
  await app.register(api(guard, [crossOrigin(origins, chat), chatSocket(deps, origins, hub), console]));
  await app.register(healthRoutes(deps));
  await app.register(webhookRoutes(deps.webhooks ?? []));
  await app.register(pages(deps.webRoot, log, deps.page));
  return app;
};

/** What a process without pages serves, to be watched: `/livez`, `/readyz`, `/health` and `/metrics`. */
export const buildHealthServer = async (
  deps: Pick<HttpDeps, 'settings' | 'log' | 'health' | 'metrics'>,
): Promise<FastifyInstance> => {
  const app = openApplication(deps);
  await app.register(helmet);
  await app.register(healthRoutes(deps));
  return app;
};
