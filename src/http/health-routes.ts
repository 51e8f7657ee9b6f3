import { z } from 'zod';
import { isLocalRequest } from './console-auth.ts';
import type { HealthReport, HttpDeps } from './ports.ts';
import type { Routes } from './routes.ts';

const alive = z.object({ status: z.literal('ok') });
const readiness = z.object({ ready: z.boolean() });
const healthView = z.object({
  status: z.enum(['ok', 'degraded', 'down']),
  ready: z.boolean(),
  dependencies: z.array(
    z.object({ name: z.string(), ok: z.boolean(), required: z.boolean(), detail: z.string().optional() }),
  ),
});

const statusOf = ({ ready, dependencies }: HealthReport): 'ok' | 'degraded' | 'down' =>
  ready ? (dependencies.every(({ ok }) => ok) ? 'ok' : 'degraded') : 'down';

/**
 * For whoever operates this: `/livez` (the process runs), `/readyz` (send it traffic), `/health` (each dependency) and
 * `/metrics` (Prometheus). In production the details of a dependency, which may name hosts, are for this machine alone.
 */
export const healthRoutes =
  ({ health, metrics, settings, log }: Pick<HttpDeps, 'health' | 'metrics' | 'settings' | 'log'>): Routes =>
  async (app) => {
    /** A check that throws is a check that failed. */
    const report = async (): Promise<HealthReport> => {
      try {
        return await health();
      } catch (error) {
        log.error({ err: error }, 'the health check itself failed');
        return { ready: false, dependencies: [] };
      }
    };

    app.addHook('onRequest', async (_request, reply) => void reply.header('cache-control', 'no-store'));

    app.get(
      '/livez',
      { schema: { tags: ['operation'], summary: 'Does the process run?', response: { 200: alive } } },
      async (_request, reply) => reply.send({ status: 'ok' }),
    );

    app.get(
      '/readyz',
      {
        schema: {
          tags: ['operation'],
          summary: 'Should it be sent traffic?',
          response: { 200: readiness, 503: readiness },
        },
      },
      async (_request, reply) => {
        const { ready } = await report();
        return reply.code(ready ? 200 : 503).send({ ready });
      },
    );

    app.get(
      '/health',
      {
        schema: {
          tags: ['operation'],
          summary: 'Each dependency',
          response: { 200: healthView, 503: healthView },
        },
      },
      async (request, reply) => {
        const now = await report();
        const detailed = settings.profile !== 'production' || isLocalRequest(request);
        return reply.code(now.ready ? 200 : 503).send({
          status: statusOf(now),
          ready: now.ready,
          dependencies: now.dependencies.map(({ name, ok, required, detail }) => ({
            name,
            ok,
            required,
            ...(detailed ? { detail } : {}),
          })),
        });
      },
    );

    app.get('/metrics', { schema: { tags: ['operation'], summary: 'Prometheus metrics' } }, async (_request, reply) => {
      const { contentType, body } = await metrics();
      return reply.header('content-type', contentType).send(body);
    });
  };
