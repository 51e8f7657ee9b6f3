import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { createFetchPage } from './fetch-page.ts';

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

const serve = async (listener: RequestListener): Promise<URL> => {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
};

const anyAddress = createFetchPage({ isAllowed: () => true });

describe('fetchPage', () => {
  it('gives the bytes, the media type and the encoding, after redirects', async () => {
    const url = await serve((request, response) => {
      if (request.url === '/') response.writeHead(302, { location: '/page' }).end();
      else response.writeHead(200, { 'content-type': 'Text/HTML; charset="iso-8859-1"' }).end('<p>hi</p>');
    });
    const page = await anyAddress(url);
    expect(page).toMatchObject({ ok: true, mediaType: 'text/html', charset: 'iso-8859-1' });
    expect(page.ok && Buffer.from(page.bytes).toString()).toBe('<p>hi</p>');
  });

  it('refuses private addresses, written out or hidden behind a name', async () => {
    let asked = 0;
    const url = await serve((_, response) => {
      asked += 1;
      response.end('secret');
    });
    const fetchPage = createFetchPage();
    expect(await fetchPage(url)).toMatchObject({
      ok: false,
      reason: expect.stringContaining('127.0.0.1 is not a public address'),
    });
    expect(await fetchPage(new URL(`http://localhost:${url.port}/`))).toMatchObject({
      ok: false,
      reason: expect.stringContaining('localhost is not'),
    });
    expect(await fetchPage(new URL(`http://[::1]:${url.port}/`))).toMatchObject({ ok: false });
    expect(await fetchPage(new URL(`http://2130706433:${url.port}/`))).toMatchObject({ ok: false });
    expect(asked).toBe(0);
  });

  it('checks every redirect again', async () => {
    const inner = await serve((_, response) => response.end('secret'));
    const url = await serve((_, response) =>
      response.writeHead(302, { location: `http://127.0.0.2:${inner.port}/` }).end(),
    );
    const fetchPage = createFetchPage({ isAllowed: (address) => address === '127.0.0.1' });
    expect(await fetchPage(url)).toMatchObject({ ok: false, reason: expect.stringContaining('127.0.0.2 is not') });
  });

  it('refuses other schemes and credentials', async () => {
    expect(await anyAddress(new URL('file:///etc/passwd'))).toMatchObject({
      ok: false,
      reason: expect.stringContaining('http'),
    });
    expect(await anyAddress(new URL('http://user:pass@example.org/'))).toMatchObject({
      ok: false,
      reason: expect.not.stringContaining('pass@'),
    });
  });

  it('gives up on loops, floods, silence and errors, with the reason', async () => {
    const loop = await serve((_, response) => response.writeHead(302, { location: '/' }).end());
    expect(await anyAddress(loop)).toEqual({ ok: false, reason: 'more than 5 redirects' });
    const flood = await serve((_, response) => response.end(Buffer.alloc(3_000_000)));
    expect(await createFetchPage({ isAllowed: () => true, maxBytes: 1_000_000 })(flood)).toMatchObject({
      ok: false,
      reason: 'larger than 1 MB',
    });
    const silent = await serve(() => {});
    expect(await createFetchPage({ isAllowed: () => true, timeoutMs: 100 })(silent)).toEqual({
      ok: false,
      reason: 'no complete answer within 0.1 s',
    });
    const absent = await serve((_, response) => response.writeHead(404).end());
    expect(await anyAddress(absent)).toEqual({ ok: false, reason: 'the server answered 404', status: 404 });
    expect(await anyAddress(new URL('http://127.0.0.1:1/'))).toMatchObject({
      ok: false,
      reason: expect.stringContaining('ECONNREFUSED'),
    });
  });

  it('unpacks what the server packed, and no more than it may', async () => {
    const url = await serve((request, response) => {
      const pack = request.url === '/br' ? brotliCompressSync : gzipSync;
      const body = request.url === '/bomb' ? Buffer.alloc(30_000_000) : Buffer.from('<p>hi</p>');
      const encoding = request.url === '/odd' ? 'zstd' : request.url === '/br' ? 'br' : 'gzip';
      const bytes = pack(body);
      const cut = request.url === '/cut' ? bytes.subarray(0, 12) : bytes;
      response.writeHead(200, { 'content-type': 'text/html', 'content-encoding': encoding }).end(cut);
    });
    const fetchPage = createFetchPage({ isAllowed: () => true, maxBytes: 1_000_000 });
    for (const path of ['gzip', 'br']) {
      const page = await fetchPage(new URL(path, url));
      expect(page.ok && Buffer.from(page.bytes).toString()).toBe('<p>hi</p>');
    }
    expect(await fetchPage(new URL('bomb', url))).toMatchObject({ ok: false, reason: 'larger than 1 MB' });
    expect(await fetchPage(new URL('odd', url))).toMatchObject({ ok: false, reason: expect.stringContaining('zstd') });
    expect(await fetchPage(new URL('cut', url))).toMatchObject({ ok: false, reason: expect.stringContaining('end') });
  });

  it('reads private hosts that the operator allows, by name and port, but not because a public page leads there', async () => {
    const url = await serve((_, response) => response.end('inside'));
    const outside = await serve((_, response) => response.writeHead(302, { location: url.href }).end());
    const only = (host: string) => createFetchPage({ privateHosts: [host] });
    const byName = new URL(`http://localhost:${url.port}/`);
    expect(await only('localhost')(byName)).toMatchObject({ ok: true });
    expect(await only(`LOCALHOST:${url.port}`)(byName)).toMatchObject({ ok: true });
    expect(await only('localhost:1')(byName)).toMatchObject({ ok: false });
    expect(await only(`localhost:${url.port}`)(url)).toMatchObject({ ok: false });
    const toOther = createFetchPage({
      isAllowed: (address) => address === '127.0.0.1',
      privateHosts: ['127.0.0.2'],
    });
    const leads = await serve((_, response) =>
      response.writeHead(302, { location: `http://127.0.0.2:${url.port}/` }).end(),
    );
    expect(await toOther(leads)).toMatchObject({ ok: false, reason: expect.stringContaining('127.0.0.2 is not') });
    expect(await toOther(outside)).toMatchObject({ ok: true });
  });

  it('asks whether a page changed, at the address that said so only', async () => {
    const url = await serve((request, response) => {
      if (request.headers['if-none-match'] === '"a"' || request.headers['if-modified-since'])
        response.writeHead(304).end();
      else response.writeHead(200, { etag: '"a"', 'x-robots-tag': 'noindex' }).end('x');
    });
    const page = await anyAddress(url);
    expect(page).toMatchObject({ ok: true, robots: 'noindex', validators: { url: url.href, etag: '"a"' } });
    const validators = page.ok && page.validators ? page.validators : { url: '' };
    expect(await anyAddress(url, { validators })).toMatchObject({ ok: false, status: 304 });
    expect(await anyAddress(new URL('other', url), { validators })).toMatchObject({ ok: true });
  });

  it('gives a redirect back when asked to, leaves unwanted bodies alone, and says when to come again', async () => {
    const url = await serve((request, response) => {
      if (request.url === '/moved') response.writeHead(301, { location: '/new' }).end();
      else if (request.url === '/busy') response.writeHead(429, { 'retry-after': '7' }).end();
      else response.writeHead(200, { 'content-type': 'video/mp4' }).write('endless');
    });
    expect(await anyAddress(new URL('moved', url), { giveRedirect: true })).toMatchObject({
      ok: false,
      status: 301,
      redirect: new URL('new', url),
    });
    expect(await anyAddress(new URL('busy', url))).toMatchObject({ status: 429, retryAfterMs: 7_000 });
    expect(await anyAddress(url, { wants: (type) => type !== 'video/mp4' })).toMatchObject({ isUnwanted: true });
  });
});
