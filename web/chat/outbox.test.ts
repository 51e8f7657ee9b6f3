import { describe, expect, test } from 'vitest';
import { memoryStorage } from './memory-storage.ts';
import { afresh, afterFailure, newEntry, nextToSend, noteEcho, type OutboxEntry, unconfirmed } from './outbox.ts';
import { createOutboxStore } from './outbox-store.ts';
import { wireMessage } from './wire-message.ts';

const at = Date.parse('2026-03-03T12:00:00.000Z');
const entry = (overrides: Partial<OutboxEntry> = {}): OutboxEntry => ({
  ...newEntry({ id: 'a', text: 'hello', attachments: [], createdAt: at }),
  ...overrides,
});
const down = { status: 0, detail: 'No connection.' };

describe('nextToSend', () => {
  test('one at a time, in order', () => {
    const first = entry();
    const second = entry({ id: 'b' });
    expect(nextToSend([first, second], at)).toEqual({ send: first });
    expect(nextToSend([{ ...first, state: 'sending' }, second], at)).toBeUndefined();
    expect(nextToSend([], at)).toBeUndefined();
  });

  test('a later message does not overtake one that waits for its next try', () => {
    expect(nextToSend([entry({ notBefore: at + 700 }), entry({ id: 'b' })], at)).toEqual({ waitMs: 700 });
  });

  test('what failed for good does not hold up the rest', () => {
    const second = entry({ id: 'b' });
    expect(nextToSend([entry({ state: 'failed' }), second], at)).toEqual({ send: second });
  });
});

describe('afterFailure', () => {
  test('what may pass is tried again, later each time', () => {
    const once = afterFailure(entry(), down, at, () => 1);
    expect(once).toMatchObject({ state: 'queued', attempts: 1, notBefore: at + 500 });
    expect(afterFailure(once, down, at, () => 1)).toMatchObject({ state: 'queued', attempts: 2, notBefore: at + 1000 });
  });

  test('the server says how long', () => {
    const busy = { status: 429, detail: 'Slow down.', retryAfterMs: 30_000 };
    expect(afterFailure(entry(), busy, at, () => 1)).toMatchObject({ state: 'queued', notBefore: at + 30_000 });
  });

  test('what will not pass is shown with its reason; trying again starts afresh', () => {
    const failed = afterFailure(entry(), { status: 413, detail: 'Too large.' }, at, () => 1);
    expect(failed).toMatchObject({ state: 'failed', error: 'Too large.' });
    const again = afresh(failed);
    expect(again).toMatchObject({ id: 'a', state: 'queued', notBefore: 0 });
    expect(again.error).toBeUndefined();
    expect(afresh(entry({ state: 'sending' })).state).toBe('sending');
  });
});

describe('noteEcho', () => {
  const sending = entry({ state: 'sending' });
  const own = wireMessage({ id: '7', markdown: 'hello', at: new Date(at + 50).toISOString() });

  test('our message, seen before its confirmation, is not shown twice but stays in the outbox', () => {
    const outbox = noteEcho([sending], own);
    expect(unconfirmed(outbox)).toEqual([]);
    expect(outbox).toHaveLength(1);
  });

  test('one stored message stands for one entry', () => {
    const outbox = noteEcho(noteEcho([sending, entry({ id: 'b', attempts: 1 })], own), own);
    expect(unconfirmed(outbox).map(({ id }) => id)).toEqual(['b']);
  });

  test.each([
    ['other words', wireMessage({ ...own, markdown: 'hello you' })],
    ['an answer', wireMessage({ ...own, author: { role: 'bot' } })],
    ['the same words from yesterday', wireMessage({ ...own, at: new Date(at - 86_400_000).toISOString() })],
  ])('%s are not ours', (_, message) => {
    expect(unconfirmed(noteEcho([sending], message))).toHaveLength(1);
  });

  test('what was never tried cannot have arrived', () => {
    expect(unconfirmed(noteEcho([entry()], own))).toHaveLength(1);
  });
});

describe('the outbox in the browser', () => {
  test('survives a reload, oldest first; a try that was cut off is made again', () => {
    const storage = memoryStorage();
    const store = createOutboxStore(storage);
    store.put(entry({ id: 'b', createdAt: at + 1 }));
    store.put(entry({ id: 'a', state: 'sending', echo: '7' }));
    const loaded = createOutboxStore(storage).load();
    expect(loaded.map(({ id, state, attempts }) => [id, state, attempts])).toEqual([
      ['a', 'queued', 1],
      ['b', 'queued', 0],
    ]);
    expect(loaded[0]?.echo).toBeUndefined();
  });

  test('damaged entries are left out', () => {
    const storage = memoryStorage();
    for (const [index, text] of ['{', 'null', '7', '{"id":1}', '{}'].entries())
      storage.set(`frontdesk.outbox.${index}`, text);
    expect(createOutboxStore(storage).load()).toEqual([]);
  });
});
