import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { perform, readCall } from './connector.ts';
import { type Faults, failing } from './faults.ts';
import { downloadPage, uploadPage } from './files.ts';
import type { Keys } from './keys.ts';
import type { Pace } from './pace.ts';
import { ok, type Reply } from './reply.ts';
import type { State } from './state.ts';
import { isAuthorized, tokenPage } from './token.ts';
import { isThing, type Operation, type RecordedCall, type Thing } from './types.ts';

const bodyOf = async (request: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
};

const parsed = (body: Buffer): Thing | undefined => {
  try {
    const value: unknown = JSON.parse(body.toString());
    return isThing(value) ? value : undefined;
  } catch {
    return undefined;
  }
};

const write = (response: ServerResponse, { status, headers, body }: Reply): void => {
  if (body === undefined) response.writeHead(status, headers).end();
  else if (Buffer.isBuffer(body)) response.writeHead(status, headers).end(body);
  else {
    response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
    response.end(JSON.stringify(body));
  }
};

/** One call: what it is, and what it does. */
interface Task {
  readonly call: RecordedCall;
  readonly type?: string | undefined;
  /** Refuses before anything scripted happens. */
  readonly bar?: (() => Reply | undefined) | undefined;
  run(): Reply;
}

/** Serves OpenID metadata, keys, tokens, the connector, and files. */
export const serve = async (
  state: State,
  deps: {
    readonly keys: Keys;
    readonly faults: Faults;
    readonly pace: Pace;
    readonly port: number;
    readonly signal: AbortSignal;
  },
): Promise<Server> => {
  const { keys, faults, pace, signal } = deps;

  const taskOf = (request: IncomingMessage, body: Buffer): Task => {
    const method = request.method ?? 'GET';
    const url = new URL(request.url ?? '/', state.url);
    const [, area = '', ...rest] = url.pathname.split('/');
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
    const record = (operation: Operation, more: Partial<RecordedCall> = {}): RecordedCall => {
      const at = state.now();
      return { operation, method, path: url.pathname + url.search, headers, body: parsed(body), at, ...more };
    };
    if (area === 'connector') {
      const call = readCall(method, url, parsed(body));
      const { id, root, activityId } = call;
      const given = isThing(call.body?.channelData) ? call.body.channelData.channel : undefined;
      const place = id ?? (isThing(given) ? String(given.id) : undefined);
      const type = call.operation === 'create' ? 'message' : call.body?.type;
      return {
        call: record(call.operation, {
          ...(place !== undefined && { place }),
          ...(root !== undefined && { root }),
          ...(activityId !== undefined && { activityId }),
        }),
        type: typeof type === 'string' ? type : undefined,
        bar: () =>
          isAuthorized(state, headers.authorization)
            ? undefined
            : ok({ message: 'Authorization has been denied for this request.' }, 401),
        run: () => perform(state, pace, call),
      };
    }
    if (area === 'openid') {
      const document = {
        issuer: state.issuer,
        authorization_endpoint: 'https://invalid.botframework.com',
        jwks_uri: `${state.url}/keys`,
        id_token_signing_alg_values_supported: ['RS256'],
        token_endpoint_auth_methods_supported: ['private_key_jwt'],
      };
      return { call: record('openid'), run: () => ok(document) };
    }
    if (area === 'keys') return { call: record('keys'), run: () => ok(keys.published) };
    if (area === 'files')
      return { call: record('download'), run: () => downloadPage(state, rest[0] ?? '', url.searchParams) };
    if (area === 'upload')
      return { call: record('upload'), run: () => uploadPage(state, rest[0] ?? '', method, headers, body) };
    if (rest.join('/') === 'oauth2/v2.0/token' && method === 'POST') {
      const form = new URLSearchParams(body.toString());
      return { call: record('token', { body: Object.fromEntries(form) }), run: () => tokenPage(state, area, form) };
    }
    return { call: record('unknown'), run: () => ok({ message: 'Not found' }, 404) };
  };

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { call, type, bar, run } = taskOf(request, await bodyOf(request));
    state.calls.push(call);
    state.changed();
    const answer = (reply: Reply): void => {
      call.status = reply.status;
      call.answer = Buffer.isBuffer(reply.body) ? undefined : reply.body;
      state.changed();
      write(response, reply);
    };
    const pause = (ms: number) => delay(ms, undefined, { signal }).catch(() => undefined);
    if (faults.delayMs > 0) await pause(faults.delayMs);
    const barred = bar?.();
    if (barred !== undefined) return answer(barred);
    const fault = faults.take({ operation: call.operation, place: call.place, type });
    if (fault === undefined) return answer(run());
    if (fault.hangMs !== undefined) await pause(fault.hangMs);
    if (fault.drop === 'before') return void request.socket.destroy();
    const instead = failing(fault);
    const reply = instead === undefined || fault.takesEffect === true ? run() : undefined;
    if (fault.drop === 'after') return void request.socket.destroy();
    answer(instead ?? reply ?? ok({}));
  };

  const server = createServer((request, response) => {
    handle(request, response).catch((thrown: unknown) => {
      // A client that has gone away while it was answered is part of the tests.
      if (response.headersSent || request.destroyed) return void response.destroy();
      write(response, { status: 500, headers: {}, body: { error: { code: 'FakeFailed', message: String(thrown) } } });
    });
  });
  server.keepAliveTimeout = 60_000;
  server.listen(deps.port, '127.0.0.1');
  await once(server, 'listening');
  return server;
};
