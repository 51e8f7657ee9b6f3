import type { FastifyRequest } from 'fastify';
import type { WebhookRoute } from './ports.ts';
import { bodyLimits, type Routes } from './routes.ts';

const flatHeaders = (request: FastifyRequest): Record<string, string> =>
  Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : (value ?? ''),
    ]),
  );

/** Addresses that platforms call. The body stays the bytes that were signed, whatever its type says. */
export const webhookRoutes =
  (webhooks: readonly WebhookRoute[]): Routes =>
  async (app) => {
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));

    for (const { method, url, handle } of webhooks) {
      app.route({
        method,
        url,
        bodyLimit: bodyLimits.webhook,
        schema: { hide: true },
        handler: async (request, reply) => {
          const answer = await handle({
            kind: 'http',
            method: request.method,
            url: request.url,
            headers: flatHeaders(request),
            body: Buffer.isBuffer(request.body) ? request.body : new Uint8Array(),
          });
          reply.code(answer.status);
          for (const [name, value] of Object.entries(answer.headers ?? {})) reply.header(name, value);
          if (!reply.hasHeader('content-type')) reply.header('content-type', 'text/plain; charset=utf-8');
          return reply.send(Buffer.from(answer.body));
        },
      });
    }
  };
