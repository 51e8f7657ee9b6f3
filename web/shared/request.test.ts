import { afterEach, describe, expect, test, vi } from 'vitest';
import { isTemporary, readFailure, readRetryAfter, request } from './request.ts';

afterEach(() => vi.unstubAllGlobals());

describe('request', () => {
  test('an answer is its JSON', async () => {
    vi.stubGlobal('fetch', async () => Response.json({ id: '1' }, { status: 201 }));
    expect(await request('/x')).toEqual({ ok: true, value: { id: '1' } });
  });

  test('no network is a value, and passes by itself', async () => {
    vi.stubGlobal('fetch', async () => Promise.reject(new TypeError('Failed to fetch')));
    const result = await request('/x');
    expect(result).toMatchObject({ ok: false, failure: { status: 0 } });
    expect(!result.ok && isTemporary(result.failure)).toBe(true);
  });

  test('an empty answer is fine', async () => {
    vi.stubGlobal('fetch', async () => new Response(null, { status: 204 }));
    expect(await request('/x')).toEqual({ ok: true, value: undefined });
  });
});

describe('readFailure', () => {
  test("takes the server's words; its request id only where the server broke", () => {
    const body = { title: 'x', detail: 'Write a text.', requestId: 'r1' };
    expect(readFailure(400, body, null)).toEqual({ status: 400, detail: 'Write a text.' });
    expect(readFailure(500, body, null)).toEqual({ status: 500, detail: 'Write a text.', requestId: 'r1' });
  });

  test.each([undefined, null, 'a page of a proxy', {}, { detail: 7 }])('finds words for %j', (body) => {
    expect(readFailure(502, body, null).detail).toMatch(/try again/i);
  });

  test('only what may pass by itself is temporary', () => {
    const temporary = [0, 408, 429, 500, 503].map((status) => isTemporary({ status, detail: '' }));
    const lasting = [400, 401, 403, 404, 409, 413, 415, 422].map((status) => isTemporary({ status, detail: '' }));
    expect(temporary).not.toContain(false);
    expect(lasting).not.toContain(true);
  });
});

describe('readRetryAfter', () => {
  test.each([
    [null, undefined],
    ['', undefined],
    ['soon', undefined],
    ['7', 7000],
    ['-1', 0],
    ['Thu, 01 Jan 1970 00:00:30 GMT', 20_000],
  ])('%j is %j ms', (value, expected) => {
    expect(readRetryAfter(value, 10_000)).toBe(expected);
  });
});
