import type { HttpDeps } from './ports.ts';
import type { RateGuard } from './rate-guard.ts';
import { bodyLimits, failures, idParams, type Routes } from './routes.ts';
import { requireSession } from './session-gate.ts';
import { type StateWire, sessionCreated, sessionView } from './wire.ts';

/** A session that has not said anything yet talks to the bot. */
export const freshState: StateWire = { status: 'bot' };

/** `/api/sessions`: a customer's anonymous, unguessable place to chat. */
export const sessionRoutes =
  ({ chat }: Pick<HttpDeps, 'chat'>, guard: RateGuard): Routes =>
  async (app) => {
    app.post(
      '/api/sessions',
      {
        bodyLimit: bodyLimits.small,
        schema: {
          tags: ['chat'],
          summary: 'Open a chat session',
          description: 'Keep the token: it is shown once and every later request needs it.',
          response: { 201: sessionCreated, ...failures },
        },
      },
      async (request, reply) => {
        await guard.newSession(request, reply);
        const { id, token, expiresAt } = await chat.createSession();
        return reply.code(201).send({ id, token, expiresAt: expiresAt.toISOString() });
      },
    );

    app.get(
      '/api/sessions/:id',
      {
        schema: {
          tags: ['chat'],
          summary: 'Look at a session',
          security: [{ session: [] }],
          params: idParams,
          response: { 200: sessionView, ...failures },
        },
      },
      async (request, reply) => {
        const session = await requireSession(chat, request, request.params.id, reply);
        const { id, expiresAt, conversationId } = session;
        const conversation = conversationId === undefined ? freshState : await chat.state(conversationId);
        return reply.send({ id, expiresAt: expiresAt.toISOString(), conversation });
      },
    );
  };
