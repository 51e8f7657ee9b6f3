import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import type { Delivery, HttpAnswer } from '#core/channel.ts';
import { type FakeSlack, startFakeSlack } from '#test/fakes/slack/index.ts';
import { recordingLog } from '#test/recording-log.ts';
import { listenSocket, type SocketOptions } from './socket.ts';

const emptyAnswer: HttpAnswer = { status: 200, body: '' };

describe('listening over a socket', () => {
  let slack: FakeSlack;
  let stop: AbortController;
  let log: ReturnType<typeof recordingLog>;
  beforeEach(async () => {
    slack = await startFakeSlack({ patience: { answerMs: 1_000, retriesMs: [] } });
    stop = new AbortController();
    log = recordingLog();
  });
  afterEach(async () => {
    stop.abort();
    await slack[Symbol.asyncDispose]();
  });

  const listen = (options: Partial<SocketOptions> = {}) =>
    listenSocket(
      { appToken: slack.appToken, apiUrl: slack.apiUrl, log, backoffMs: [20, 50], closeMs: 200, ...options },
      stop.signal,
    );
  const event = (id: string) => ({
    type: 'event_callback',
    team_id: 'T0HOME',
    event_id: id,
    event: { type: 'message', channel: 'C0HOME', user: 'U0MIRA', text: id, ts: '1.1' },
  });
  const command = { command: '/frontdesk', text: 'help', team_id: 'T0HOME', user_id: 'U0ANN', channel_id: 'C0ACME' };
  const connected = () => slack.waitFor(() => slack.sockets > 0, 5_000, 'a connection');
  const idOf = (delivery: Delivery | undefined): unknown =>
    delivery?.kind === 'socket' ? /"event_id":"(\w+)"/.exec(JSON.stringify(delivery.payload))?.[1] : delivery;

  it('hands out envelopes in order, and acknowledges one when the next is asked for', async () => {
    const deliveries = listen();
    const first = deliveries.next();
    await connected();
    const sent = Promise.all([slack.deliver(event('Ev1')), slack.deliver(event('Ev2'))]);
    const one = await first;
    expect(idOf(one.value ?? undefined)).toBe('Ev1');
    expect(slack.deliveries).toEqual([]);
    const two = await deliveries.next(emptyAnswer);
    expect(idOf(two.value ?? undefined)).toBe('Ev2');
    await slack.waitFor(() => slack.deliveries.length === 1);
    const third = deliveries.next(emptyAnswer);
    expect((await sent).flat().map(({ ok, via }) => [ok, via])).toEqual([
      [true, 'socket'],
      [true, 'socket'],
    ]);
    stop.abort();
    expect(await third).toEqual({ done: true, value: undefined });
    await slack.waitFor(() => slack.sockets === 0, 2_000, 'the connection to end');
  });

  it('leaves an envelope alone that was not finished, so that Slack delivers it again', async () => {
    const deliveries = listen();
    const first = deliveries.next();
    await connected();
    const sent = slack.deliver(event('Ev1'));
    await first;
    await deliveries.return();
    expect((await sent).map(({ ok }) => ok)).toEqual([false]);
    expect(slack.sockets).toBe(0);
  });

  it('sends the answer along where Slack takes one', async () => {
    const deliveries = listen();
    const first = deliveries.next();
    await connected();
    const sent = slack.deliver(command);
    const { value } = await first;
    expect(value).toMatchObject({ kind: 'socket', payload: { type: 'slash_commands', payload: command } });
    const answer = { response_type: 'ephemeral', text: 'Ask me anything.' };
    const next = deliveries.next({ status: 200, body: JSON.stringify(answer) });
    expect(JSON.parse((await sent)[0]?.attempts[0]?.body ?? '')).toEqual(answer);
    const again = slack.deliver(command);
    await next;
    void deliveries.next({ status: 200, body: 'in plain words' });
    expect(JSON.parse((await again)[0]?.attempts[0]?.body ?? '')).toEqual({ text: 'in plain words' });
    const event1 = slack.deliver(event('Ev1'));
    await slack.waitFor(() => slack.deliveries.length === 2);
    stop.abort();
    await event1;
  });

  it.each(['warning', 'refresh_requested', 'cut'] as const)('opens the next connection after %s', async (reason) => {
    const deliveries = listen();
    const first = deliveries.next();
    await connected();
    slack.disconnectSockets(reason);
    await slack.waitFor(() => slack.callsOf('apps.connections.open').length === 2, 5_000, 'a second connection');
    await connected();
    const sent = slack.deliver(event('Ev2'));
    expect(idOf((await first).value ?? undefined)).toBe('Ev2');
    void deliveries.next(emptyAnswer);
    expect((await sent).map(({ ok }) => ok)).toEqual([true]);
  });

  it('keeps trying while Slack has trouble', async () => {
    slack.fail('apps.connections.open', { status: 500, times: 2 });
    slack.fail('apps.connections.open', { error: 'internal_error' });
    slack.fail('apps.connections.open', { drop: 'before' });
    const deliveries = listen();
    const first = deliveries.next();
    await connected();
    expect(log.lines.filter(({ level }) => level === 'warn').map(({ message }) => message)).toEqual(
      Array.from({ length: 4 }, () => 'no socket to Slack'),
    );
    stop.abort();
    await first;
  });

  it.each(['invalid_auth', 'not_allowed_token_type'])('says what to do and gives up after %s', async (error) => {
    slack.fail('apps.connections.open', { error });
    await expect(listen().next()).rejects.toThrow(/SLACK_APP_TOKEN.*connections:write/);
    expect(log.lines.filter(({ level }) => level === 'error')).toHaveLength(1);
    expect(JSON.stringify(log.lines)).not.toContain(slack.appToken);
  });

  it('takes no more than it can hold', async () => {
    const deliveries = listen({ queueLimit: 1 });
    const first = deliveries.next();
    await connected();
    const one = slack.deliver(event('Ev1'));
    await first;
    const more = ['Ev2', 'Ev3'].map((id) => slack.deliver(event(id)));
    await slack.waitFor(() => log.lines.some(({ message }) => message.includes('too much waits')));
    await deliveries.next(emptyAnswer);
    void deliveries.next(emptyAnswer);
    expect((await Promise.all([one, ...more])).flat().map(({ ok }) => ok)).toEqual([true, true, false]);
  });

  it('ends at once when told to: before, and while it connects', async () => {
    slack.latency(1_000);
    const connecting = listen().next();
    const call = await slack.waitFor(() => slack.callsOf('apps.connections.open').at(0), 5_000, 'the call');
    stop.abort();
    expect((await connecting).done).toBe(true);
    expect(call.answer).toBeUndefined();
    expect((await listen().next()).done).toBe(true);
    // The call that was under way comes back: nothing may stay open because of it.
    await slack.waitFor(() => call.answer !== undefined, 30_000, 'the answer');
    await new Promise((resolve) => setTimeout(resolve, 500));
    await slack.waitFor(() => slack.sockets === 0, 5_000, 'the connection to end');
  });

  it('goes on after frames that are no envelopes', async () => {
    const server = createServer((_request, response) =>
      response.end(JSON.stringify({ ok: true, url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/` })),
    );
    const sockets = new WebSocketServer({ server });
    const body = JSON.stringify({ envelope_id: 'e1', type: 'events_api', payload: event('Ev1') });
    sockets.on('connection', (socket) => {
      socket.send(JSON.stringify({ type: 'hello' }));
      for (const frame of ['null', '42', '[]', 'what?', '{"type":"events_api","payload":{}}']) socket.send(frame);
      socket.send('{"envelope_id":"y","type":"events_api","payload":null}');
      socket.send(body);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const apiUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/`;
    const deliveries = listen({ apiUrl });
    const found: unknown[] = [];
    for (
      let next = await deliveries.next();
      !next.done && found.length === 0;
      next = await deliveries.next(emptyAnswer)
    ) {
      const id = idOf(next.value);
      if (id === 'Ev1') found.push(id);
      if (found.length > 0) break;
    }
    expect(found).toEqual(['Ev1']);
    expect(log.lines.some(({ message }) => message === 'Slack sent a frame that cannot be understood')).toBe(true);
    stop.abort();
    for (const client of sockets.clients) client.terminate();
    server.closeAllConnections();
    server.close();
  });

  it('does not wait for ever on a server that greets nobody', async () => {
    const mute = createServer((_request, response) => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ ok: true, url: `ws://127.0.0.1:${(mute.address() as AddressInfo).port}/` }));
    });
    mute.on('upgrade', () => undefined);
    mute.listen(0, '127.0.0.1');
    await once(mute, 'listening');
    const apiUrl = `http://127.0.0.1:${(mute.address() as AddressInfo).port}/api/`;
    const first = listen({ apiUrl, connectMs: 100, backoffMs: [10, 10] }).next();
    await expect
      .poll(() => log.lines.some(({ fields }) => JSON.stringify(fields).includes('did not greet us')), {
        timeout: 3_000,
      })
      .toBe(true);
    stop.abort();
    expect((await first).done).toBe(true);
    mute.closeAllConnections();
    mute.close();
  });
});
