import { z } from 'zod';
import type { Closing } from './closing.ts';
import type { HttpDeps } from './ports.ts';
import { createPostMessage } from './post-message.ts';
import type { RateGuard } from './rate-guard.ts';
import { bodyLimits, failures, idParams, messageCursor, pageLimit, type Routes } from './routes.ts';
import { requireSession } from './session-gate.ts';
import { messagePage, postedMessage, postFeedback, postMessage } from './wire.ts';

const security = [{ session: [] }];

/** Seconds that a posted message may wait for its answer. */
const waitQuery = z.object({ wait: z.coerce.number().int().min(0).max(60).default(30) });

const historyQuery = z
  .object({ before: messageCursor, after: messageCursor, limit: pageLimit })
  .refine(({ before, after }) => before === undefined || after === undefined, {
    message: 'Ask for before or after, not both.',
    path: ['after'],
  });

/** `/api/chat/sessions/:id`: write, read and vote. */
export const chatRoutes =
  (deps: HttpDeps, guard: RateGuard, closing: Closing): Routes =>
  async (app) => {
    const { chat, intake } = deps;
    const post = createPostMessage(deps, closing);

    app.post(
      '/api/chat/sessions/:id/messages',
      {
        bodyLimit: bodyLimits.message,
        schema: {
          tags: ['chat'],
          summary: 'Write a message and wait for the answer',
          description:
            'Waits up to `wait` seconds (0…60); with 0, or when that time runs out, `settled` is false and the answer comes over the WebSocket or the history. Send an `id` of your own to make a repeat harmless.',
          security,
          params: idParams,
          querystring: waitQuery,
          body: postMessage,
          response: { 201: postedMessage, ...failures },
        },
      },
      async (request, reply) => {
        const session = await requireSession(chat, request, request.params.id, reply);
        await guard.session(session.id, reply);
        const posted = await post(session, request.body, request.query.wait * 1_000);
        return reply.code(201).send(posted);
      },
    );

    app.get(
      '/api/chat/sessions/:id/messages',
      {
        schema: {
          tags: ['chat'],
          summary: 'Read the conversation, oldest message first',
          description: 'Without a cursor the newest page. `before` reads older pages; `after` what was missed.',
          security,
          params: idParams,
          querystring: historyQuery,
          response: { 200: messagePage, ...failures },
        },
      },
      async (request, reply) => {
        const { conversationId } = await requireSession(chat, request, request.params.id, reply);
        if (conversationId === undefined) return reply.send({ items: [] });
        const { before, after, limit } = request.query;
        const page = await chat.history(conversationId, {
          ...(before === undefined ? {} : { before }),
          ...(after === undefined ? {} : { after }),
          limit,
        });
        return reply.send(page);
      },
    );

    app.post(
      '/api/chat/sessions/:id/feedback',
      {
        bodyLimit: bodyLimits.small,
        schema: {
          tags: ['chat'],
          summary: 'Say whether an answer helped',
          security,
          params: idParams,
          body: postFeedback,
          response: { 204: z.null(), ...failures },
        },
      },
      async (request, reply) => {
        const session = await requireSession(chat, request, request.params.id, reply);
        await guard.session(session.id, reply);
        await intake.feedback(session, request.body);
        return reply.code(204).send(null);
      },
    );
  };
