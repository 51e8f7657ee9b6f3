import type { FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { fakeHttpDeps } from '#test/fakes/http-deps.ts';
import { deskTopic } from './ports.ts';
import { buildServer } from './server.ts';

let app: FastifyInstance;
let fake: ReturnType<typeof fakeHttpDeps>;
let base: string;
const clients: WebSocket[] = [];

beforeEach(async () => {
  fake = fakeHttpDeps();
  app = await buildServer(fake.deps, { beatMs: 30 });
  base = await app.listen({ port: 0, host: '127.0.0.1' });
});
afterEach(async () => {
  vi.useRealTimers();
  for (const client of clients.splice(0)) client.terminate();
  await app.close();
});

const signIn = async (): Promise<string> => {
  const response = await fetch(`${base}/api/console/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: base },
    body: JSON.stringify({ name: 'Mira' }),
  });
  return response.headers.get('set-cookie')?.split(';', 1)[0] ?? '';
};

const connect = (headers: Record<string, string>) => {
  const socket = new WebSocket(`${base.replace('http', 'ws')}/ws/console`, { headers });
  clients.push(socket);
  const events: unknown[] = [];
  socket.on('message', (data) => events.push(JSON.parse(data.toString())));
  socket.on('error', () => undefined);
  return {
    events,
    opened: new Promise<void>((resolve) => socket.once('open', () => resolve())),
    closed: new Promise<number>((resolve) => socket.once('close', resolve)),
    refused: new Promise<number | undefined>((resolve) =>
      socket.once('unexpected-response', (request, response) => {
        request.destroy();
        resolve(response.statusCode);
      }),
    ),
  };
};

describe('the console over a socket', () => {
  it('says which escalations changed, and nothing else', async () => {
    const { events, opened } = connect({ cookie: await signIn(), origin: base });
    await opened;
    await vi.waitFor(() => expect(fake.fanout.topics()).toEqual([deskTopic]));
    fake.fanout.publish(deskTopic, { type: 'changed', escalationId: '7', secret: 'x' });
    fake.fanout.publish(deskTopic, { type: 'other' });
    fake.fanout.publish(deskTopic, { type: 'changed' });
    await vi.waitFor(() => expect(events).toEqual([{ type: 'changed', escalationId: '7' }, { type: 'changed' }]));
  });

  it('is for who is signed in', async () => {
    expect(await connect({ origin: base }).closed).toBe(4401);
    expect(await connect({ origin: base, cookie: 'frontdesk_console=a.b' }).closed).toBe(4401);
  });

  it('is not for pages of other sites, even with a cookie', async () => {
    const cookie = await signIn();
    for (const origin of ['https://evil.example', 'null', 'http://evil.example:3000']) {
      expect(await connect({ cookie, origin }).refused).toBe(403);
    }
    expect(await connect({ cookie, origin: base, host: 'evil.example' }).refused).toBe(403);
  });

  it('ends with the sign-in', async () => {
    const client = connect({ cookie: await signIn(), origin: base });
    await client.opened;
    vi.setSystemTime(Date.now() + 13 * 3_600_000);
    expect(await client.closed).toBe(4401);
    await vi.waitFor(() => expect(fake.fanout.topics()).toEqual([]));
  });

  it('hears that the server goes away', async () => {
    const client = connect({ cookie: await signIn(), origin: base });
    await client.opened;
    await app.close();
    expect(await client.closed).toBe(1001);
  });
});
