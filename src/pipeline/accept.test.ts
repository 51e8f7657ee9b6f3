import { describe, expect, it } from 'vitest';
import { AppError } from '#core/errors.ts';
import type { InboxEntry, Ledger } from '#core/ledger.ts';
import { anAdapter, fakeLedger, fakePipeline, says } from '#test/fakes/pipeline.ts';
import { createAccept } from './accept.ts';
import { createSignal } from './signal.ts';

const event = (text: string) => says(text, { address: { channel: 'slack', space: 'C1', thread: 't1' } }).event;
const refused = new AppError('bad-request', 'This cannot be stored.', {
  message: 'invalid byte sequence (SQLSTATE 22021)',
});

const setUp = ({
  behaviour = {},
  depth = 0,
}: {
  readonly behaviour?: Partial<Ledger>;
  readonly depth?: number;
} = {}) => {
  const ledger = fakeLedger(behaviour);
  const deps = fakePipeline(anAdapter());
  const reading = createSignal();
  const accept = createAccept(
    ledger,
    deps,
    reading,
    { depth: () => depth },
    { priorityRules: [{ priority: 'urgent', text: /down/iu }], queueLimit: 10 },
  );
  return {
    ledger,
    deps,
    reading,
    accept,
    counted: (name: string) => deps.counted.filter(([what]) => what === name).map(([, value]) => value),
  };
};

describe('accept', () => {
  it('stores what was decoded, with what the pipeline adds, and wakes the reading lane', async () => {
    const { accept, ledger, reading, counted } = setUp();
    const named = { ...event('It is down'), author: { role: 'customer', externalId: 'a', name: undefined } as never };
    expect(await accept('slack', { events: [named, event('calm')] })).toMatchObject([
      { kind: 'accepted' },
      { kind: 'accepted' },
    ]);
    expect(ledger.accepted.map(({ priority, settleMs }) => [priority, settleMs])).toEqual([
      ['urgent', 0],
      ['normal', 0],
    ]);
    expect(ledger.accepted[0]?.event.author).toEqual({ role: 'customer', externalId: 'a' });
    await reading.wait(60_000, new AbortController().signal);
    expect(counted('inbound')).toMatchObject([{ result: 'accepted' }, { result: 'accepted' }]);
  });

  it('stores files before the events that refer to them', async () => {
    const order: string[] = [];
    const { accept, deps } = setUp({
      behaviour: {
        accept: async () => {
          order.push('events');
          return [{ kind: 'accepted', seq: 1 }];
        },
      },
    });
    const put = deps.blobs.put;
    deps.blobs.put = async (ref, bytes) => {
      order.push(ref);
      await put(ref, bytes);
    };
    await accept('slack', { events: [event('x')], blobs: [{ ref: 'sha256:aa', bytes: new Uint8Array([1]) }] });
    expect(order).toEqual(['sha256:aa', 'events']);
  });

  it('says why nothing came of a delivery, and keeps what a person should look at', async () => {
    const { accept, ledger, deps, counted } = setUp();
    expect(await accept('email', { events: [], unsupported: 'our own mail' }, 'INBOX/1')).toEqual([]);
    expect(deps.log.lines).toMatchObject([{ level: 'info', fields: { source: 'INBOX/1', reason: 'our own mail' } }]);
    await accept(
      'email',
      { events: [], quarantine: 'no mail at all', blobs: [{ ref: 'sha256:bb', bytes: new Uint8Array() }] },
      'INBOX/2',
    );
    expect(ledger.quarantined).toEqual([
      { channel: 'email', source: 'INBOX/2', reason: 'no mail at all', blobRef: 'sha256:bb' },
    ]);
    expect(counted('inbound')).toMatchObject([{ result: 'unsupported' }, { result: 'quarantined' }]);
  });

  it('refuses politely when the queue is full, before anything is stored', async () => {
    const { accept, ledger, deps, counted } = setUp({ depth: 10 });
    await expect(
      accept('slack', { events: [event('x')], blobs: [{ ref: 'sha256:cc', bytes: new Uint8Array() }] }),
    ).rejects.toMatchObject({
      code: 'overloaded',
      userMessage: expect.stringContaining('try again'),
    });
    expect([ledger.accepted, [...deps.kept.keys()]]).toEqual([[], []]);
    expect(counted('inbound')).toMatchObject([{ result: 'full' }]);
    expect(await accept('slack', { events: [], unsupported: 'nothing' })).toEqual([]);
  });

  it('does not let an event that can never be stored take its neighbours down', async () => {
    const calls: string[][] = [];
    const { accept, ledger, deps, counted } = setUp({
      behaviour: {
        accept: async (entries: readonly InboxEntry[]) => {
          const texts = entries.map(({ event: { body } }) => (body.kind === 'message' ? body.content.markdown : ''));
          calls.push(texts);
          await Promise.resolve();
          if (texts.includes('bad')) throw refused;
          return entries.map((_entry, seq) => ({ kind: 'accepted', seq }));
        },
      },
    });
    const bad = event('bad');
    const [first, spoilt, last] = await Promise.all([
      accept('slack', { events: [event('one')] }),
      accept('slack', { events: [event('two'), bad, event('three')] }, 'source-7'),
      accept('slack', { events: [event('four')] }),
    ]);
    expect([first.length, spoilt.length, last.length]).toEqual([1, 2, 1]);
    expect(calls).toEqual([['one'], ['two', 'bad', 'three', 'four'], ['two'], ['bad'], ['three'], ['four']]);
    expect(ledger.quarantined).toEqual([
      { channel: 'slack', source: 'source-7', reason: expect.stringContaining('22021') },
    ]);
    expect(counted('inbound').filter((value) => (value as { result: string }).result === 'quarantined')).toHaveLength(
      1,
    );
    expect(deps.log.lines.map(({ level }) => level)).toEqual(['warn']);
  });

  it('names the event itself where the delivery has no name', async () => {
    const { accept, ledger } = setUp({ behaviour: { accept: () => Promise.reject(refused) } });
    const bad = event('bad');
    expect(await accept('slack', { events: [bad] })).toEqual([]);
    expect(ledger.quarantined).toMatchObject([{ source: bad.dedupeKey }]);
  });

  it('does not acknowledge what the database could not take now', async () => {
    const { accept, ledger, reading } = setUp({
      behaviour: { accept: () => Promise.reject(new Error('connection refused')) },
    });
    await expect(accept('slack', { events: [event('x'), event('y')] })).rejects.toThrow('connection refused');
    expect(ledger.quarantined).toEqual([]);
    const stop = new AbortController();
    let woken = false;
    const waiting = reading.wait(60_000, stop.signal).then(() => {
      woken = true;
    });
    await Promise.resolve();
    expect(woken).toBe(false);
    stop.abort();
    await waiting;
  });

  it('does not acknowledge what could not even be put into quarantine', async () => {
    const { accept } = setUp({
      behaviour: {
        accept: () => Promise.reject(refused),
        quarantine: () => Promise.reject(new Error('connection refused')),
      },
    });
    await expect(accept('slack', { events: [event('x')] })).rejects.toThrow('connection refused');
  });
});
