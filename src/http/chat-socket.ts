import type { FastifyRequest } from 'fastify';
import type { WebSocket } from 'ws';
import { z } from 'zod';
import { AppError } from '#core/errors.ts';
import type { ConversationId } from '#core/message.ts';
import { followConversation } from './follow-conversation.ts';
import type { Origins } from './origins.ts';
import { type HttpDeps, sessionTopic, type WebSession } from './ports.ts';
import type { Routes } from './routes.ts';
import { openSession, type SessionRefusal, sessionRefusals } from './session-gate.ts';
import { freshState } from './session-routes.ts';
import { closeCodes, type LiveSocket, type SocketHub } from './socket-hub.ts';
import type { ChatSocketEvent } from './wire.ts';

const socketQuery = z.object({ session_id: z.string().default(''), token: z.string().max(600).default('') });
const started = z.object({ conversationId: z.string() });

/** Open pages of one session; a further one replaces the oldest, which is likely a connection that a phone lost. */
const maxSocketsPerSession = 8;

const refusalCodes: Readonly<Record<SessionRefusal, number>> = {
  'no-token': closeCodes.unauthorized,
  expired: closeCodes.unauthorized,
  forbidden: closeCodes.forbidden,
  unknown: closeCodes.unknown,
};

const refuse = (live: LiveSocket, why: SessionRefusal): void => live.close(refusalCodes[why], sessionRefusals[why]);

/** Text so far and status lines are worth nothing once a newer one is on its way. */
const isDroppable = ({ type }: ChatSocketEvent): boolean => type === 'partial' || type === 'status';

/**
 * `GET /ws?session_id=&token=`: what happens in a session's conversation, live. The token is checked before the
 * handshake; a refusal still completes it and closes with a code, since that is all a browser gets to see
 * (`closeCodes`). A foreign page or too many tries are refused with a plain HTTP status.
 */
export const chatSocket =
  (deps: HttpDeps, origins: Origins, hub: SocketHub): Routes =>
  async (app) => {
    const { chat, fanout, log } = deps;
    const opened = new WeakMap<FastifyRequest, WebSession | SessionRefusal>();
    const bySession = new Map<string, LiveSocket[]>();

    const enroll = (session: WebSession, live: LiveSocket): void => {
      const sockets = [...(bySession.get(session.id) ?? []), live];
      bySession.set(session.id, sockets.slice(-maxSocketsPerSession));
      for (const oldest of sockets.slice(0, -maxSocketsPerSession)) oldest.close(closeCodes.tooMany, 'too many pages');
      live.onClose(() => {
        const left = (bySession.get(session.id) ?? []).filter((other) => other !== live);
        if (left.length > 0) bySession.set(session.id, left);
        else bySession.delete(session.id);
      });
    };

    const serve = (live: LiveSocket, session: WebSession, token: string, requestId: string): void => {
      const send = (event: ChatSocketEvent): void => live.send(event, { droppable: isDroppable(event) });
      const stops: (() => void)[] = [];
      let following = false;
      let over = false;
      live.onClose(() => {
        over = true;
        for (const stop of stops) stop();
      });

      const follow = async (conversationId: ConversationId, fromStart: boolean): Promise<void> => {
        if (following || over) return;
        following = true;
        try {
          const stop = await followConversation({ chat, fanout }, conversationId, { fromStart }, send);
          if (over) stop();
          else stops.push(stop);
        } catch (error) {
          log.error({ requestId, conversationId, err: error }, 'a chat socket could not follow its conversation');
          live.close(closeCodes.trouble, 'try again');
        }
      };

      /** The session once more: it may have expired, or begun its conversation through another process. */
      const lookAgain = async (): Promise<void> => {
        if (session.expiresAt.getTime() <= Date.now()) {
          live.close(closeCodes.unauthorized, 'the session has expired');
          return;
        }
        if (following) return;
        // When the store is away for a moment, the next beat asks again.
        const again = await chat.authenticate(session.id, token).catch(() => undefined);
        if (typeof again === 'string') refuse(live, again);
        else if (again?.conversationId !== undefined) await follow(again.conversationId, true);
      };

      enroll(session, live);
      live.onBeat(() => void lookAgain());
      if (session.conversationId !== undefined) {
        void follow(session.conversationId, false);
        return;
      }
      stops.push(
        fanout.subscribe(sessionTopic(session.id), (raw) => {
          const event = started.safeParse(raw);
          if (event.success) void follow(event.data.conversationId as ConversationId, true);
        }),
      );
      send({ type: 'ready', conversation: freshState });
    };

    app.route({
      method: 'GET',
      url: '/ws',
      schema: { hide: true, querystring: socketQuery },
      onRequest: async (request) => {
        if (!origins.mayChat(request)) throw new AppError('forbidden', 'This page may not open a chat here.');
      },
      preHandler: async (request) => {
        if (!request.ws) return;
        const { session_id, token } = request.query;
        opened.set(request, await openSession(chat, session_id, token));
      },
      handler: async () => {
        throw new AppError('bad-request', 'Open this address as a WebSocket: /ws?session_id=…&token=…');
      },
      wsHandler: (socket: WebSocket, request) => {
        const live = hub.adopt(socket);
        const session = opened.get(request) ?? 'unknown';
        if (typeof session === 'string') refuse(live, session);
        else serve(live, session, socketQuery.parse(request.query).token, request.id);
      },
    });
  };
