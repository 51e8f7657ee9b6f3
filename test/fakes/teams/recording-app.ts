import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Thing } from './types.ts';

/** What the app says to an activity; nothing for an answer that never comes. */
export type Answer = { readonly status: number; readonly body?: unknown } | undefined;

/** An app that writes down what reaches it. */
export interface RecordingApp extends AsyncDisposable {
  readonly url: string;
  readonly activities: Thing[];
  readonly authorizations: (string | undefined)[];
  answer: (activity: Thing) => Answer;
}

/** Starts one that takes everything with 200. */
export const startRecordingApp = async (): Promise<RecordingApp> => {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk));
    const activity = JSON.parse(Buffer.concat(chunks).toString()) as Thing;
    app.activities.push(activity);
    app.authorizations.push(request.headers.authorization);
    const answer = app.answer(activity);
    if (answer === undefined) return;
    response.writeHead(answer.status, { 'content-type': 'application/json' });
    response.end(answer.body === undefined ? undefined : JSON.stringify(answer.body));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const app: RecordingApp = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/messages`,
    activities: [],
    authorizations: [],
    answer: () => ({ status: 200 }),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return app;
};
