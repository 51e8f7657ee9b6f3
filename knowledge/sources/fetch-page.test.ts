import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
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
    expect(await createFetchPage({ isAllowed: () => true, maxBytes: 1_000_000 })(flood)).toEqual({
      ok: false,
      reason: 'larger than 1 MB',
    });
    const silent = await serve(() => {});
    expect(await createFetchPage({ isAllowed: () => true, timeoutMs: 100 })(silent)).toEqual({
      ok: false,
      reason: 'no complete answer within 0.1 s',
    });
    const absent = await serve((_, response) => response.writeHead(404).end());
    expect(await anyAddress(absent)).toEqual({ ok: false, reason: 'the server answered 404' });
    expect(await anyAddress(new URL('http://127.0.0.1:1/'))).toMatchObject({
      ok: false,
      reason: expect.stringContaining('ECONNREFUSED'),
    });
  });
});
