import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a scripted request meets instead of an answer, in the order they were added. */
export type Fault =
  | { readonly kind: 'status'; readonly status: number; readonly retryAfter?: string; readonly body?: unknown }
  /** An answer of the endpoint's own form, but this one. */
  | { readonly kind: 'answer'; readonly body: unknown }
  /** No JSON. */
  | { readonly kind: 'text'; readonly text: string }
  /** Never answers. */
  | { readonly kind: 'hang' }
  /** Closes the connection in the middle of the answer. */
  | { readonly kind: 'cut' }
  | { readonly kind: 'redirect'; readonly to: string };

export interface SeenRequest {
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: unknown;
}

/** A server of JSON answers with scripted faults. */
export interface JsonEndpoint extends AsyncDisposable {
  readonly url: string;
  readonly requests: readonly SeenRequest[];
  /** The next request meets the first of these, the one after it the second, and so on. */
  readonly fail: (...faults: readonly (Fault | undefined)[]) => void;
  /** Forgets requests and faults. */
  readonly reset: () => void;
}

export interface Answer {
  readonly status?: number;
  readonly body: unknown;
}

/** Starts a server on a free port that answers POST requests with what `answer` makes of them. */
export const startJsonEndpoint = async (
  answer: (path: string, body: Readonly<Record<string, unknown>>) => Answer,
): Promise<JsonEndpoint> => {
  const requests: SeenRequest[] = [];
  let faults: (Fault | undefined)[] = [];
  const server = createServer(async (request, response) => {
    const body = JSON.parse(await read(request)) as Readonly<Record<string, unknown>>;
    requests.push({ path: request.url ?? '', authorization: request.headers.authorization, body });
    const fault = faults.shift();
    const send = (status: number, text: string, headers: Readonly<Record<string, string>> = {}) =>
      response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(text);
    switch (fault?.kind) {
      case 'status':
        return send(
          fault.status,
          JSON.stringify(fault.body ?? { error: { message: 'scripted' } }),
          fault.retryAfter === undefined ? {} : { 'retry-after': fault.retryAfter },
        );
      case 'answer':
        return send(200, JSON.stringify(fault.body));
      case 'text':
        return send(200, fault.text);
      case 'hang':
        return undefined;
      case 'cut':
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
        response.write('{"');
        return response.socket?.destroy();
      case 'redirect':
        return send(307, '{}', { location: fault.to });
    }
    const { status = 200, body: found } = answer(request.url ?? '', body);
    return send(status, JSON.stringify(found));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    fail: (...more) => void faults.push(...more),
    reset: () => {
      requests.length = 0;
      faults = [];
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

const read = async (request: IncomingMessage): Promise<string> => {
  let text = '';
  for await (const part of request.setEncoding('utf8')) text += String(part);
  return text;
};
