import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { type FakeSlack, startFakeSlack } from '#test/fakes/slack/index.ts';
import { recordingLog } from '#test/recording-log.ts';
import type { Workspace } from './api.ts';
import { createSlackApi } from './client.ts';

const token = 'xoxb-1234-secret';
const workspace: Workspace = { key: 'T0HOME', token, name: 'Tidewater' };
const log = recordingLog();
const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

const apiAt = (apiUrl: string, timeoutMs = 2_000) => createSlackApi({ apiUrl, log, now: () => new Date(), timeoutMs });

/** A server that answers what Slack never would; resolves with the address of its Web API. */
const serve = async (listener: RequestListener): Promise<string> => {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return `http://127.0.0.1:${port}/api/`;
};

const fake = async (): Promise<FakeSlack> => {
  const slack = await startFakeSlack();
  closers.push(() => slack[Symbol.asyncDispose]());
  return slack;
};

const post = { channel: 'C0ACME', text: 'Hello' };

describe('what the Web API answers', () => {
  it('is handed back, with structures as Slack wants them', async () => {
    const slack = await fake();
    const home = { ...workspace, token: slack.botToken };
    const blocks = [{ type: 'section', text: { type: 'plain_text', text: 'Hello' } }];
    const result = await apiAt(slack.apiUrl).call(home, 'chat.postMessage', { ...post, blocks, thread_ts: undefined });
    expect(result).toMatchObject({ ok: true, data: { channel: 'C0ACME' } });
    expect(slack.messages('C0ACME').at(-1)).toMatchObject({ text: 'Hello', blocks });
  });

  it('refusals keep their name, say what to do, and know whether they pass', async () => {
    const slack = await fake();
    const api = apiAt(slack.apiUrl);
    const home = { ...workspace, token: slack.botToken };
    const quiet = await api.call(home, 'chat.postMessage', { ...post, channel: 'C0QUIET' });
    expect(quiet).toMatchObject({ ok: false, code: 'not_in_channel', permanent: true });
    expect(quiet.ok || quiet.message).toContain('/invite');
    slack.setScopes(['channels:read']);
    const weak = await api.call(home, 'chat.postMessage', post);
    expect(weak).toMatchObject({ code: 'missing_scope', permanent: true });
    expect(weak.ok || weak.message).toContain('chat:write');
    slack.revoke();
    expect(await api.call(home, 'chat.postMessage', post)).toMatchObject({ code: 'token_revoked', permanent: true });
    slack.fail('auth.test', { error: 'service_unavailable' });
    expect(await api.call(home, 'auth.test', {})).toMatchObject({ code: 'service_unavailable', permanent: false });
    slack.fail('auth.test', { error: 'internal_error' });
    expect(await api.call(home, 'auth.test', {})).toMatchObject({ code: 'unknown', permanent: false });
  });

  it('a 429 names its wait, whether Slack does or not', async () => {
    const slack = await fake();
    const home = { ...workspace, token: slack.botToken };
    slack.fail('chat.postMessage', { status: 429, retryAfter: 7 });
    expect(await apiAt(slack.apiUrl).call(home, 'chat.postMessage', post)).toMatchObject({
      ...{ ok: false, code: 'rate_limited', permanent: false, retryAfterMs: 7_000 },
    });
    const silent = await serve((_, response) => response.writeHead(429).end());
    expect(await apiAt(silent).call(workspace, 'chat.postMessage', post)).toMatchObject({
      ...{ code: 'rate_limited', retryAfterMs: 5_000 },
    });
  });
});

describe('what became of a call without an answer', () => {
  it('is unknown once the request was written', async () => {
    const slack = await fake();
    const home = { ...workspace, token: slack.botToken };
    const api = apiAt(slack.apiUrl, 300);
    slack.fail('chat.postMessage', { drop: 'after' });
    expect(await api.call(home, 'chat.postMessage', post)).toMatchObject({ code: 'unknown', permanent: false });
    expect(slack.messages('C0ACME').at(-1)?.text).toBe('Hello');
    slack.fail('chat.postMessage', { status: 502 });
    expect(await api.call(home, 'chat.postMessage', post)).toMatchObject({ code: 'unknown', permanent: false });
    slack.fail('chat.postMessage', { hangMs: 2_000 });
    expect(await api.call(home, 'chat.postMessage', post)).toMatchObject({ code: 'unknown', permanent: false });
    expect(slack.callsOf('chat.postMessage')).toHaveLength(3);
  });

  it('is certain when nobody was there, or nothing was asked', async () => {
    const gone = createServer().listen(0, '127.0.0.1');
    await once(gone, 'listening');
    const { port } = gone.address() as AddressInfo;
    gone.close();
    await once(gone, 'close');
    const api = apiAt(`http://127.0.0.1:${port}/api/`);
    expect(await api.call(workspace, 'chat.postMessage', post)).toMatchObject({
      code: 'unreachable',
      permanent: false,
    });
    const nowhere = apiAt('http://slack.invalid/api/');
    expect(await nowhere.call(workspace, 'chat.postMessage', post)).toMatchObject({ code: 'unreachable' });
    expect(await api.call(workspace, 'chat.postMessage', post, AbortSignal.abort())).toMatchObject({ code: 'aborted' });
  });

  it('each call has its own signal, and an aborted one may have arrived', async () => {
    const slack = await fake();
    const home = { ...workspace, token: slack.botToken };
    const api = apiAt(slack.apiUrl);
    slack.fail('chat.postMessage', { hangMs: 400, times: 2 });
    const leaving = new AbortController();
    const first = api.call(home, 'chat.postMessage', post, leaving.signal);
    const second = api.call(home, 'chat.postMessage', { ...post, text: 'Me too' });
    setTimeout(() => leaving.abort(), 100);
    expect(await first).toMatchObject({ ok: false, code: 'unknown' });
    expect(await second).toMatchObject({ ok: true });
  });

  it('pages of proxies, broken bodies and redirects are no answer', async () => {
    const page = await serve((_, response) => response.end('<html>Sign in</html>'));
    expect(await apiAt(page).call(workspace, 'auth.test', {})).toMatchObject({ code: 'unknown', permanent: false });
    const nothing = await serve((_, response) => response.end('null'));
    expect(await apiAt(nothing).call(workspace, 'auth.test', {})).toMatchObject({ code: 'unknown' });
    const short = await serve((_, response) => {
      response.writeHead(200, { 'content-length': '500' }).write('{"ok":');
      setTimeout(() => response.destroy(), 20);
    });
    expect(await apiAt(short).call(workspace, 'auth.test', {})).toMatchObject({ code: 'unknown' });
    const elsewhere = await serve((_, response) => response.writeHead(302, { location: page }).end());
    expect(await apiAt(elsewhere).call(workspace, 'auth.test', {})).toMatchObject({ ok: false, permanent: false });
    const wrongPath = await serve((_, response) => response.writeHead(404).end());
    const lost = await apiAt(wrongPath).call(workspace, 'auth.test', {});
    expect(lost).toMatchObject({ code: 'unreachable' });
    expect(lost.ok || lost.message).toContain('SLACK_API_URL');
  });
});

it('tokens and texts stay out of messages and log', async () => {
  const echo = await serve((request, response) =>
    response.end(JSON.stringify({ ok: false, error: `bad_${request.headers.authorization}` })),
  );
  const result = await apiAt(echo).call(workspace, 'chat.postMessage', { ...post, text: 'a private word' });
  const rude = await serve((_, response) =>
    response.end(
      JSON.stringify({
        ok: false,
        error: 'odd_error',
        response_metadata: { messages: [`[ERROR] ${'x'.repeat(999)}`] },
      }),
    ),
  );
  const long = await apiAt(rude).call(workspace, 'chat.postMessage', post);
  expect(long.ok || long.message.length).toBeLessThan(500);
  const written = JSON.stringify([result, long, log.lines]);
  expect(log.lines.length).toBeGreaterThan(0);
  expect(written).not.toContain('secret');
  expect(written).not.toContain('private word');
});
