import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { AppError } from '#core/errors.ts';
import type { Closing } from './closing.ts';
import { type ConsoleAuth, cleanName } from './console-auth.ts';
import type { HttpDeps } from './ports.ts';
import type { RateGuard } from './rate-guard.ts';
import { bodyLimits, caseReference, failures, idParams, isRowId, notFound, pageLimit, type Routes } from './routes.ts';
import { confirmAttachments } from './uploads.ts';
import {
  agentView,
  consoleInfo,
  deskActionBody,
  type EscalationDetail,
  escalationDetail,
  escalationPage,
  loginBody,
} from './wire.ts';

/** How long an action waits until it has taken effect, in milliseconds. */
const actionPatience = 10_000;

const listQuery = z.object({
  status: z.enum(['open', 'claimed', 'resolved', 'all']).default('open'),
  before: z
    .string()
    .regex(/^[\w.:-]{1,100}$/, 'This is not a cursor of an earlier page.')
    .optional(),
  limit: pageLimit,
});

const security = [{ console: [] }];

/** `/api/console`: signing in, and the support team's view of what customers wait for. */
export const consoleRoutes =
  ({ desk, intake, blobs }: HttpDeps, auth: ConsoleAuth, guard: RateGuard, closing: Closing): Routes =>
  async (app) => {
    const find = async (id: string): Promise<EscalationDetail> => {
      const known = isRowId(id) ? id : caseReference(id);
      const detail = known === undefined ? undefined : await desk.get(known);
      if (detail === undefined) throw notFound('There is no such case.');
      return detail;
    };

    app.get(
      '/api/console',
      {
        schema: {
          tags: ['console'],
          summary: 'How to sign in, and who is',
          response: { 200: consoleInfo, ...failures },
        },
      },
      async (request, reply) => {
        const name = auth.agent(request)?.name;
        return reply.send({ tokenRequired: auth.tokenRequired, ...(name === undefined ? {} : { agent: { name } }) });
      },
    );

    app.post(
      '/api/console/login',
      {
        bodyLimit: bodyLimits.small,
        schema: {
          tags: ['console'],
          summary: 'Sign in',
          description: 'Sets a cookie for 12 hours. The name is what customers read.',
          body: loginBody,
          response: { 200: agentView, ...failures },
        },
      },
      async (request, reply) => {
        await guard.login(request, reply);
        const name = auth.login(reply, request.body.name, request.body.token);
        return reply.send({ name });
      },
    );

    app.post(
      '/api/console/logout',
      {
        bodyLimit: bodyLimits.small,
        schema: { tags: ['console'], summary: 'Sign out', response: { 204: z.null(), ...failures } },
      },
      async (_request, reply) => {
        auth.logout(reply);
        return reply.code(204).send(null);
      },
    );

    app.get(
      '/api/console/escalations',
      {
        schema: {
          tags: ['console'],
          summary: 'List escalations, those that wait longest first',
          security,
          querystring: listQuery,
          response: { 200: escalationPage, ...failures },
        },
      },
      async (request, reply) => {
        auth.requireAgent(request);
        const { status, before, limit } = request.query;
        return reply.send(await desk.list({ status, limit, ...(before === undefined ? {} : { before }) }));
      },
    );

    app.get(
      '/api/console/escalations/:id',
      {
        schema: {
          tags: ['console'],
          summary: 'One escalation with its transcript',
          description: 'By its id, or by the reference that customers and colleagues know, as `case-7F3K`.',
          security,
          params: idParams,
          response: { 200: escalationDetail, ...failures },
        },
      },
      async (request, reply) => {
        auth.requireAgent(request);
        return reply.send(await find(request.params.id));
      },
    );

    app.post(
      '/api/console/escalations/:id/actions',
      {
        bodyLimit: bodyLimits.message,
        schema: {
          tags: ['console'],
          summary: 'Claim, reply, note, resolve, return to the bot, take over or give to a colleague',
          description:
            '200 once it has taken effect; 202 when that takes longer than 10 seconds; 409 with the reason when it has no effect. Repeating an `id` is harmless.',
          security,
          params: idParams,
          body: deskActionBody,
          response: { 200: escalationDetail, 202: escalationDetail, ...failures },
        },
      },
      async (request, reply) => {
        const agent = auth.requireAgent(request);
        const escalationId = request.params.id;
        const { action, markdown, attachments: claimed, to } = request.body;
        const id = request.body.id ?? randomUUID();
        if (!isRowId(escalationId)) throw notFound('There is no such case.');

        // The support team may attach whatever was uploaded: a ref is a hash that only its readers know.
        const attachments = await confirmAttachments(claimed, blobs, async () => true);
        const accepted = await intake.desk(escalationId, agent.name, {
          id,
          action,
          markdown,
          attachments,
          ...(to === undefined ? {} : { to: cleanName(to) }),
        });
        if (accepted === 'unknown') throw notFound('There is no such case.');

        const { conversationId, seq } = accepted;
        const settled =
          conversationId === undefined ||
          (await closing.orElse(intake.settled(conversationId, seq, actionPatience), false));
        const refusal = await desk.refusal(escalationId, id);
        if (refusal !== undefined) throw new AppError('conflict', refusal);
        return reply.code(settled ? 200 : 202).send(await find(escalationId));
      },
    );
  };
