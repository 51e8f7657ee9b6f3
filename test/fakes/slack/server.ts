import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { parseArgs } from './args.ts';
import { downloadPage, type Page, responsePage, uploadPage } from './endpoints.ts';
import { authorizePage } from './oauth.ts';
import type { Sockets } from './socket.ts';
import type { State } from './state.ts';
import type { Reply, WebApi } from './web-api.ts';

const bodyOf = async (request: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
};

const json = (
  response: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string>>,
  body: unknown,
): void => {
  response
    .writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers })
    .end(JSON.stringify(body));
};

const show = (response: ServerResponse, { status, type, body }: Page): void => {
  response.writeHead(status, { 'content-type': type }).end(body);
};

/** Names of the addresses for scripted faults. */
const faulty = new Map([
  ['upload', 'upload'],
  ['files-pri', 'download'],
  ['response', 'response_url'],
]);

/** Serves the addresses of the fake: the Web API below `/api/`, uploads, downloads, response URLs, consent, sockets. */
export const serve = async (state: State, api: WebApi, sockets: Sockets, port: number): Promise<Server> => {
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', state.url);
    const [, area = '', ...rest] = url.pathname.split('/');
    const { authorization, 'content-type': type = '' } = request.headers;
    const body = await bodyOf(request);
    const args = () => parseArgs(body, type, url.searchParams);
    const answer = (reply: Reply): void => {
      if (reply === 'cut') request.socket.destroy();
      else json(response, reply.status, reply.headers, reply.body);
    };
    const name = faulty.get(area);
    const instead = name === undefined ? undefined : await api.interfere(name);
    if (instead !== undefined) return answer(instead);
    switch (area) {
      case 'api':
        return answer(await api.call(rest.join('/'), await args(), authorization));
      case 'upload':
        return show(response, uploadPage(state, rest[1] ?? '', body, type.includes('multipart') ? await args() : {}));
      case 'files-pri':
        return show(response, downloadPage(state, rest[0]?.split('-')[1] ?? '', authorization));
      case 'response':
        return show(response, responsePage(state, rest[0] ?? '', await args()));
      case 'oauth': {
        const { status, location } = authorizePage(state, url.searchParams);
        return void response.writeHead(status, location === undefined ? {} : { location }).end();
      }
      default:
        response.writeHead(404).end();
    }
  };
  const server = createServer((request, response) => {
    handle(request, response).catch((thrown: unknown) => {
      // A client that has gone away while it was answered is part of the tests.
      if (response.headersSent || request.destroyed) return void response.destroy();
      json(response, 500, {}, { ok: false, error: 'fatal_error', detail: String(thrown) });
    });
  });
  server.keepAliveTimeout = 60_000;
  server.on('upgrade', (request, socket, head) => sockets.upgrade(request, socket, head));
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server;
};
