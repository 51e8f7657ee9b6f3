import { z } from 'zod';
import { deskTopic } from '#core/channel.ts';
import { AppError } from '#core/errors.ts';
import type { ConsoleAuth } from './console-auth.ts';
import type { HttpDeps } from './ports.ts';
import { bodyLimits, failures, idParams, isRowId, notFound, pageLimit, type Routes } from './routes.ts';
import { articleChange, articlePage, articleWire } from './wire.ts';

const listQuery = z.object({
  status: z.enum(['draft', 'published', 'dismissed']).default('draft'),
  before: z.string().refine(isRowId, 'This is not a cursor of an earlier page.').optional(),
  limit: pageLimit,
});

const security = [{ console: [] }];

/** `/api/console/articles`: drafts of articles, for whoever reviews them. What becomes of one is an action on its case. */
export const articleRoutes =
  ({ articles, fanout }: Pick<HttpDeps, 'articles' | 'fanout'>, auth: ConsoleAuth): Routes =>
  async (app) => {
    if (articles === undefined) return;

    app.get(
      '/api/console/articles',
      {
        schema: {
          tags: ['console'],
          summary: 'List articles drafted from cases, newest first',
          security,
          querystring: listQuery,
          response: { 200: articlePage, ...failures },
        },
      },
      async (request, reply) => {
        auth.requireAgent(request);
        const { status, before, limit } = request.query;
        return reply.send(await articles.list({ status, limit, ...(before === undefined ? {} : { before }) }));
      },
    );

    app.get(
      '/api/console/articles/:id',
      {
        schema: {
          tags: ['console'],
          summary: 'One article drafted from a case',
          security,
          params: idParams,
          response: { 200: articleWire, ...failures },
        },
      },
      async (request, reply) => {
        auth.requireAgent(request);
        const { id } = request.params;
        const article = isRowId(id) ? await articles.get(id) : undefined;
        if (article === undefined) throw notFound('There is no such article.');
        return reply.send(article);
      },
    );

    app.put(
      '/api/console/articles/:id',
      {
        bodyLimit: bodyLimits.message,
        schema: {
          tags: ['console'],
          summary: 'Change a draft',
          description:
            'Its question, its answer and who will find it. 409 when somebody has published or dismissed it; `publish`, `dismiss` and `restore` are actions on its escalation.',
          security,
          params: idParams,
          body: articleChange,
          response: { 200: articleWire, ...failures },
        },
      },
      async (request, reply) => {
        auth.requireAgent(request);
        const { id } = request.params;
        const changed = isRowId(id) && (await articles.change(id, request.body));
        const article = isRowId(id) ? await articles.get(id) : undefined;
        if (article === undefined) throw notFound('There is no such draft.');
        if (!changed)
          throw new AppError(
            'conflict',
            `This draft has been ${article.status} already. Undo that first, then change it.`,
          );
        fanout.publish(deskTopic, { type: 'changed', escalationId: article.escalation.id });
        return reply.send(article);
      },
    );
  };
