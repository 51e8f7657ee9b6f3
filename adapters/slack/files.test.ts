import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Attachment } from '#core/message.ts';
import { fakeChannelDeps } from '#test/fakes/channel-deps.ts';
import { type FakeSlack, startFakeSlack } from '#test/fakes/slack/index.ts';
import type { SlackApi, Workspace } from './api.ts';
import { createSlackApi } from './client.ts';
import { unknownWorkspace } from './errors.ts';
import { createDownload, type DownloadDeps } from './files.ts';
import { createWorkspaces } from './workspaces.ts';

let slack: FakeSlack;
const signal = new AbortController().signal;
const closers: (() => void)[] = [];

beforeEach(async () => {
  slack = await startFakeSlack();
});
afterEach(async () => {
  for (const close of closers.splice(0)) close();
  await slack[Symbol.asyncDispose]();
});

const named = (ref: string, name = 'log.txt'): Attachment => ({ name, mime: 'text/plain', bytes: 1, ref });

const downloadOf = (more: Partial<DownloadDeps> = {}) => {
  const deps = fakeChannelDeps();
  const api = createSlackApi({ apiUrl: slack.apiUrl, log: deps.log, now: deps.now });
  const config = { botToken: slack.botToken };
  const workspaces = createWorkspaces(config, { installations: deps.installations, api, log: deps.log });
  return createDownload({ api, workspaces, apiUrl: slack.apiUrl, ...more });
};

/** The id of a file that a customer sent. */
const sent = async (bytes: string, name = 'log.txt', mimetype = 'text/plain'): Promise<string> => {
  const { ts } = await slack.say({ user: 'U0ANN', channel: 'C0ACME', text: 'See', files: [{ name, bytes, mimetype }] });
  return slack.message('C0ACME', ts)?.files[0]?.id ?? '';
};

/** A download whose files.info names any address. */
const downloadFrom = (url: string, more: Partial<DownloadDeps> & { readonly file?: object } = {}) => {
  const home: Workspace = { key: 'T0HOME', token: 'xoxb-secret', name: 'Tidewater' };
  const file = { mimetype: 'text/plain', url_private_download: url, ...more.file };
  const api: SlackApi = { call: async <T>() => ({ ok: true, data: { file } as T }) };
  const workspaces = { all: async () => [home], find: async () => ({ ok: true, workspace: home }) as const };
  return createDownload({ api, workspaces, apiUrl: 'https://slack.com/api/', ...more });
};

const serve = async (listener: RequestListener): Promise<string> => {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
};

describe('a file that somebody sent', () => {
  it.each(['', 'T0HOME:'])('is read with the token of the workspace (slack:%s…)', async (team) => {
    const id = await sent('the log');
    expect(Buffer.from((await downloadOf()(named(`slack:${team}${id}`), signal)).bytes).toString()).toBe('the log');
  });

  it('is read through the organisation that let us in, where its workspace alone did not', async () => {
    const asked: unknown[] = [];
    const workspaces = {
      all: async () => [],
      find: async (...keys: readonly unknown[]) => {
        asked.push(keys);
        return unknownWorkspace([]);
      },
    };
    await expect(downloadOf({ workspaces })(named('slack:T0HOME:E0ORG:F1'), signal)).rejects.toThrow('not installed');
    expect(asked).toEqual([['T0HOME', 'E0ORG']]);
  });

  it('that is a page itself is a file too', async () => {
    const id = await sent('<h1>Report</h1>', 'report.html', 'text/html');
    expect(Buffer.from((await downloadOf()(named(`slack:${id}`), signal)).bytes).toString()).toBe('<h1>Report</h1>');
  });

  it('is not the login page that comes without the permission to read files', async () => {
    const id = await sent('the log');
    slack.setScopes(['channels:history']);
    await expect(downloadOf()(named(`slack:${id}`), signal)).rejects.toThrow('files:read');
    const url = await serve((_, response) => response.setHeader('content-type', 'text/html').end('<h1>Sign in</h1>'));
    const download = downloadFrom(url, { apiUrl: `${url}api/` });
    await expect(download(named('slack:F1'), signal)).rejects.toMatchObject({
      ...{ code: 'forbidden', message: expect.stringContaining('files:read') },
    });
  });

  it('that is gone, or no file of Slack at all, is stated', async () => {
    await expect(downloadOf()(named('slack:F0GONE'), signal)).rejects.toMatchObject({ code: 'not-found' });
    for (const ref of ['sha256:00', 'slack:', 'slack:../F1', 'slack:T0HOME:U1'])
      await expect(downloadOf()(named(ref), signal)).rejects.toMatchObject({ code: 'bad-request' });
    const deleted = downloadFrom('https://files.slack.com/x', { file: { mode: 'tombstone' } });
    await expect(deleted(named('slack:F1'), signal)).rejects.toMatchObject({ code: 'not-found' });
    slack.fail('files.info', { status: 503 });
    await expect(downloadOf()(named('slack:F0GONE'), signal)).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('is looked for in every workspace when its own is not known', async () => {
    const id = await sent('the log');
    const deps = fakeChannelDeps();
    await deps.installations.save({ key: 'T0ACME', name: 'Acme', data: { token: 'xoxb-broken' } });
    await deps.installations.save({ key: 'T0HOME', name: 'Tidewater', data: { token: slack.botToken } });
    const api = createSlackApi({ apiUrl: slack.apiUrl, log: deps.log, now: deps.now });
    const workspaces = createWorkspaces({}, { installations: deps.installations, api, log: deps.log });
    const download = createDownload({ api, workspaces, apiUrl: slack.apiUrl });
    expect(Buffer.from((await download(named(`slack:${id}`), signal)).bytes).toString()).toBe('the log');
    await expect(download(named(`slack:T0NONE:${id}`), signal)).rejects.toMatchObject({ code: 'forbidden' });
  });
});

describe('a hostile address', () => {
  it.each([
    'https://files.slack.com.evil.example/x',
    'https://evilslack.com/x',
    'http://files.slack.com/x',
    'https://files.slack.com:8443/x',
    'https://slack.com@evil.example/x',
    'https://user:pass@files.slack.com/x',
    'file:///etc/passwd',
    'https://169.254.169.254/latest',
    'not an address',
  ])('%s never sees the token', async (url) => {
    const asked: string[] = [];
    const fetch: typeof globalThis.fetch = async (input) => {
      asked.push(String(input));
      return new Response('x');
    };
    await expect(downloadFrom(url, { fetch })(named('slack:F1'), signal)).rejects.toMatchObject({ code: 'forbidden' });
    expect(asked).toEqual([]);
  });

  it('behind a redirect neither', async () => {
    const seen: (string | undefined)[] = [];
    const evil = await serve((request, response) => {
      seen.push(request.headers.authorization);
      response.end('stolen');
    });
    const url = await serve((_, response) => response.writeHead(302, { location: evil }).end());
    const download = downloadFrom(url, { apiUrl: `${url}api/` });
    await expect(download(named('slack:F1'), signal)).rejects.toMatchObject({ code: 'forbidden' });
    expect(seen).toEqual([]);
  });

  it('is followed on the same host, but not for ever', async () => {
    let hops = 0;
    const url = await serve((request, response) => {
      hops += 1;
      if (request.url === '/x') response.writeHead(302, { location: '/y' }).end();
      else if (request.url === '/y') response.setHeader('content-type', 'text/plain').end('bytes');
      else response.writeHead(302, { location: '/loop' }).end();
    });
    const at = (path: string) => downloadFrom(`${url}${path}`, { apiUrl: `${url}api/` })(named('slack:F1'), signal);
    expect(Buffer.from((await at('x')).bytes).toString()).toBe('bytes');
    hops = 0;
    await expect(at('loop')).rejects.toMatchObject({ code: 'forbidden' });
    expect(hops).toBeLessThan(6);
  });
});

describe('a file that is too large', () => {
  it.each([
    ['says Slack', { size: 101 }, {}],
    ['says the server', {}, { 'content-length': '200' }],
    ['turns out while reading', {}, {}],
  ])('%s, is not read', async (_, file, headers) => {
    let open = 0;
    const url = await serve((_request, response) => {
      open += 1;
      response.on('close', () => {
        open -= 1;
      });
      response.writeHead(200, { 'content-type': 'text/plain', ...headers }).write('x'.repeat(150));
    });
    const download = downloadFrom(url, { apiUrl: `${url}api/`, maxBytes: 100, file });
    await expect(download(named('slack:F1'), signal)).rejects.toMatchObject({ code: 'too-large' });
    await expect.poll(() => open).toBe(0);
  });

  it('and a download that does not end is given up', async () => {
    const url = await serve((_, response) => void response.writeHead(200, { 'content-type': 'text/plain' }).write('x'));
    const download = downloadFrom(url, { apiUrl: `${url}api/`, timeoutMs: 200 });
    await expect(download(named('slack:F1'), signal)).rejects.toMatchObject({ code: 'unavailable' });
  });
});
