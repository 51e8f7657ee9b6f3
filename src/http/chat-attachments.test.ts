import type { FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fakeHttpDeps } from '#test/fakes/http-deps.ts';
import { multipartForm, pngBytes } from '#test/fakes/multipart-form.ts';
import { buildServer } from './server.ts';
import { refOf } from './uploads.ts';
import type { AttachmentWire } from './wire.ts';

interface Session {
  readonly id: string;
  readonly token: string;
}

let app: FastifyInstance;
let fake: ReturnType<typeof fakeHttpDeps>;
let session: Session;

const newSession = async (): Promise<Session> => (await app.inject({ method: 'POST', url: '/api/sessions' })).json();
const bearer = ({ token }: Session) => ({ authorization: `Bearer ${token}` });
const attachmentsOf = ({ id }: Session): string => `/api/chat/sessions/${id}/attachments`;

beforeEach(async () => {
  fake = fakeHttpDeps();
  app = await buildServer(fake.deps);
  session = await newSession();
});
afterEach(() => app.close());

const upload = (form: ReturnType<typeof multipartForm>, as: Session = session) =>
  app.inject({
    method: 'POST',
    url: attachmentsOf(as),
    headers: { ...bearer(as), ...form.headers },
    payload: form.payload,
  });

const one = async (bytes: Uint8Array, name: string, type: string): Promise<AttachmentWire> =>
  (await upload(multipartForm([{ name, type, bytes }]))).json()[0];

const download = (ref: string, query = '', as: Session = session) =>
  app.inject({ url: `${attachmentsOf(as)}/${encodeURIComponent(ref)}${query}`, headers: bearer(as) });

const attach = (attachments: readonly AttachmentWire[], as: Session = session) =>
  app.inject({
    method: 'POST',
    url: `/api/chat/sessions/${as.id}/messages`,
    headers: bearer(as),
    payload: { text: 'see file', attachments },
  });

const text = (content: string): Uint8Array => new TextEncoder().encode(content);

describe('uploading', () => {
  it('stores files by their content and says what they are', async () => {
    const response = await upload(
      multipartForm([
        { name: 'photo.png', type: 'image/png', bytes: pngBytes },
        { name: 'notes.txt', type: 'text/plain', bytes: text('hello') },
      ]),
    );
    expect(response.statusCode).toBe(201);
    expect(response.json()).toEqual([
      { name: 'photo.png', mime: 'image/png', bytes: pngBytes.length, ref: refOf(pngBytes) },
      { name: 'notes.txt', mime: 'text/plain', bytes: 5, ref: refOf(text('hello')) },
    ]);
    expect(fake.blobs.all.size).toBe(2);
  });

  it.each([
    ['a page called an image', 'cat.png', 'image/png', '<html><script>alert(1)</script>'],
    ['a page called a text', 'cat.txt', 'text/plain', '\uFEFF  <!-- x --><!DOCTYPE html><p>'],
    ['a drawing with scripts', 'cat.svg', 'image/svg+xml', '<?xml version="1.0"?><svg onload="alert(1)"/>'],
    ['a program called a document', 'cv.pdf', 'application/pdf', 'MZ\x90\x00'],
    ['bytes called a text', 'a.txt', 'text/plain', 'a\x00b'],
    ['an unlisted type', 'a.json', 'application/json', '{}'],
  ])('refuses %s', async (_name, name, type, content) => {
    const response = await upload(multipartForm([{ name, type, bytes: text(content) }]));
    expect(response.statusCode).toBe(415);
    expect(response.json().detail).toContain('Accepted: image/png');
    expect(fake.blobs.all.size).toBe(0);
  });

  it('believes the bytes, not the label', async () => {
    expect(await one(pngBytes, 'photo', 'text/plain')).toMatchObject({ mime: 'image/png' });
    expect(await one(text('a,b\n1,2\n'), 'table.csv', 'application/octet-stream')).toMatchObject({ mime: 'text/csv' });
  });

  it('refuses what is too large, empty, missing or not a form', async () => {
    const large = multipartForm([{ name: 'a.txt', type: 'text/plain', bytes: new Uint8Array(100_001).fill(97) }]);
    expect((await upload(large)).statusCode).toBe(413);
    const empty = await upload(multipartForm([{ name: 'a.txt', type: 'text/plain', bytes: new Uint8Array() }]));
    expect(empty.statusCode).toBe(400);
    expect((await upload(multipartForm([]))).statusCode).toBe(400);
    const many = Array.from({ length: 11 }, (_, n) => ({ name: `${n}.txt`, type: 'text/plain', bytes: text(`${n}`) }));
    expect((await upload(multipartForm(many))).statusCode).toBe(413);
    const json = await app.inject({
      method: 'POST',
      url: attachmentsOf(session),
      headers: bearer(session),
      payload: {},
    });
    expect(json.statusCode).toBe(415);
    const broken = {
      headers: { 'content-type': 'multipart/form-data; boundary=x' },
      payload: Buffer.from('--x\r\nnonsense'),
    };
    expect((await upload(broken)).statusCode).toBe(400);
    const boundless = { headers: { 'content-type': 'multipart/form-data' }, payload: Buffer.from('x') };
    expect((await upload(boundless)).statusCode).toBe(400);
    expect((await app.inject({ url: '/livez' })).statusCode).toBe(200);
  });

  it('takes the danger out of names', async () => {
    const names = await Promise.all(
      [
        '../../etc/passwd.txt',
        'C:\\temp\\a.txt',
        'invoice\u202Etxt.exe.txt',
        'a\u0000b.txt',
        '.htaccess',
        'con.txt',
      ].map(async (name) => (await one(text('hi'), name, 'text/plain')).name),
    );
    expect(names).toEqual(['passwd.txt', 'a.txt', 'invoicetxt.exe.txt', 'ab.txt', 'htaccess', '_con.txt']);
  });

  it('needs the session', async () => {
    const other = await newSession();
    const form = multipartForm([{ name: 'a.txt', type: 'text/plain', bytes: text('a') }]);
    const response = await app.inject({
      method: 'POST',
      url: attachmentsOf(session),
      headers: { ...bearer(other), ...form.headers },
      payload: form.payload,
    });
    expect(response.statusCode).toBe(403);
  });
});

describe('attaching', () => {
  it('takes what this session uploaded, and the facts from the bytes', async () => {
    const stored = await one(pngBytes, 'photo.png', 'image/png');
    const lie = { ...stored, name: '../evil\r\n.png', mime: 'text/html', bytes: 1 };
    const response = await attach([lie]);
    expect(response.statusCode).toBe(201);
    expect(response.json().message.attachments).toEqual([{ ...stored, name: 'evil.png' }]);
  });

  it('refuses files of others and files that are not there', async () => {
    const stored = await one(text('mine'), 'mine.txt', 'text/plain');
    const other = await newSession();
    const foreign = await attach([stored], other);
    expect(foreign.statusCode).toBe(400);
    expect(foreign.json().detail).toContain('Upload it first');
    const missing = await attach([{ ...stored, ref: `sha256:${'0'.repeat(64)}` }]);
    expect(missing.statusCode).toBe(400);
  });
});

describe('downloading', () => {
  it('shows a picture and nothing else', async () => {
    const { ref } = await one(pngBytes, 'photo.png', 'image/png');
    const response = await download(ref, '?name=photo.png');
    expect(response.statusCode).toBe(200);
    expect(response.rawPayload).toEqual(Buffer.from(pngBytes));
    expect(response.headers).toMatchObject({
      'content-type': 'image/png',
      'content-disposition': `inline; filename="photo.png"; filename*=UTF-8''photo.png`,
      'content-security-policy': "default-src 'none'; sandbox",
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'same-origin',
      'cache-control': 'private, max-age=86400, immutable',
    });
  });

  it('offers texts for saving', async () => {
    const { ref } = await one(text('hello'), 'notes.txt', 'text/plain');
    const { headers } = await download(ref);
    expect(headers['content-type']).toBe('text/plain; charset=utf-8');
    expect(headers['content-disposition']).toMatch(/^attachment; filename="attachment-[0-9a-f]{8}\.txt"/);
  });

  it('never serves a page, even if one is stored', async () => {
    const page = text('<!doctype html><script>alert(1)</script>');
    const ref = refOf(page);
    fake.blobs.all.set(ref, page);
    fake.sessions.get(session.id)?.uploads.add(ref);
    const { headers } = await download(ref, '?name=page.html');
    expect(headers['content-type']).toBe('application/octet-stream');
    expect(headers['content-disposition']).toMatch(/^attachment; filename="page.html.bin"/);
  });

  it('lets nobody write headers with a name, or turn a file into a program', async () => {
    const { ref } = await one(text('hello'), 'notes.txt', 'text/plain');
    const response = await download(ref, `?name=${encodeURIComponent('x"\r\nSet-Cookie: a=b\r\n\r\n<script>.exe')}`);
    expect(response.statusCode).toBe(200);
    expect(response.headers).not.toHaveProperty('set-cookie');
    expect(response.headers['content-disposition']).toMatch(
      /^attachment; filename="[^"\r\n]+\.exe\.txt"; filename\*=UTF-8''[\w%.-]+$/,
    );
  });

  it('knows only files of this session', async () => {
    const { ref } = await one(text('hello'), 'notes.txt', 'text/plain');
    expect((await download(ref, '', await newSession())).statusCode).toBe(404);
    for (const odd of [
      '../../etc/passwd',
      'sha256:..%2f',
      `sha256:${'A'.repeat(64)}`,
      'sha256:',
      `sha256:${'0'.repeat(64)}`,
    ]) {
      expect((await download(odd)).statusCode).toBe(404);
    }
    expect((await download('x'.repeat(5_000))).statusCode).toBe(404);
  });
});
