import type { WebSocket } from 'ws';
import { AppError } from '#core/errors.ts';
import type { ConsoleAuth } from './console-auth.ts';
import { deskTopic, type HttpDeps } from './ports.ts';
import type { Routes } from './routes.ts';
import { closeCodes, type SocketHub } from './socket-hub.ts';
import { consoleSocketEvent } from './wire.ts';

/**
 * `GET /ws/console`: which escalations changed, live, for whoever is signed in. Closes with 4401 when nobody is, or no
 * longer.
 */
export const consoleSocket =
  ({ fanout }: Pick<HttpDeps, 'fanout'>, auth: ConsoleAuth, hub: SocketHub): Routes =>
  async (app) => {
    app.route({
      method: 'GET',
      url: '/ws/console',
      schema: { hide: true },
      handler: async () => {
        throw new AppError('bad-request', 'Open this address as a WebSocket.');
      },
      wsHandler: (socket: WebSocket, request) => {
        const live = hub.adopt(socket);
        const leave = (): void => live.close(closeCodes.unauthorized, 'sign in at /console');
        const agent = auth.agent(request);
        if (agent === undefined) {
          leave();
          return;
        }
        const stop = fanout.subscribe(deskTopic, (raw) => {
          const event = consoleSocketEvent.safeParse(raw);
          if (event.success) live.send(event.data);
        });
        live.onClose(stop);
        live.onBeat(() => {
          if (agent.until.getTime() <= Date.now()) leave();
        });
      },
    });
  };
