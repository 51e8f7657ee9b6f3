import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Decoded, Delivery } from '#core/channel.ts';
import { anAdapter } from '#test/fakes/pipeline.ts';
import { recordingLog } from '#test/recording-log.ts';
import type { Accept } from './accept.ts';
import { type ListenerLeases, listen } from './listen.ts';

const settings = { leaseMs: 3_000, retryMs: 100 };
const mail = (uid: number): Delivery => ({
  kind: 'mail',
  mailbox: 'INBOX',
  uid,
  raw: new TextEncoder().encode(`mail ${uid}`),
});

/** A mailbox whose next mail is asked for, and thereby the last one acknowledged, as `listen` does it. */
const mailbox = (count: number) => {
  const acknowledged: number[] = [];
  return {
    acknowledged,
    async *listen(signal: AbortSignal): AsyncIterable<Delivery> {
      for (let uid = acknowledged.length + 1; uid <= count && !signal.aborted; uid += 1) {
        yield mail(uid);
        acknowledged.push(uid);
      }
      if (!signal.aborted) await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
    },
  };
};
const uidOf = (delivery: Delivery): number => (delivery.kind === 'mail' ? delivery.uid : 0);

const alwaysOurs = (): ListenerLeases & { readonly released: string[] } => {
  const released: string[] = [];
  return { released, acquire: async () => true, release: async (name) => void released.push(name) };
};

describe('listen', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  const start = (
    box: { listen(signal: AbortSignal): AsyncIterable<Delivery> },
    accept: Accept,
    {
      leases = alwaysOurs(),
      receive,
    }: { readonly leases?: ListenerLeases; readonly receive?: (delivery: Delivery) => Promise<Decoded> } = {},
  ) => {
    const stop = new AbortController();
    const log = recordingLog();
    const adapter = anAdapter({
      id: 'email',
      async *listen(signal) {
        yield* box.listen(signal);
      },
      receive: async (delivery) => ({
        ...(await (receive ?? (async () => ({ events: [] })))(delivery)),
        response: { status: 200, body: '' },
      }),
    });
    const running = listen(adapter, accept, leases, { log }, stop.signal, settings);
    return {
      log,
      async end() {
        stop.abort();
        await running;
      },
    };
  };

  it('acknowledges a delivery only once it was accepted, one after the other', async () => {
    const box = mailbox(3);
    const seen: (readonly [string | undefined, number])[] = [];
    const listener = start(box, async (_channel, _decoded, source) => {
      seen.push([source, box.acknowledged.length]);
      return [];
    });
    await vi.waitFor(() => expect(box.acknowledged).toEqual([1, 2, 3]));
    expect(seen).toEqual([
      ['INBOX/1', 0],
      ['INBOX/2', 1],
      ['INBOX/3', 2],
    ]);
    await listener.end();
  });

  it('waits with what cannot be taken in now, longer each time, and asks for nothing else meanwhile', async () => {
    const box = mailbox(2);
    const tries: number[] = [];
    const started = Date.now();
    let full = true;
    const listener = start(box, async () => {
      tries.push(Date.now() - started);
      if (full) throw new Error('overloaded');
      return [];
    });
    await vi.advanceTimersByTimeAsync(1_600);
    expect(tries).toEqual([0, 100, 300, 700, 1_500]);
    expect(box.acknowledged).toEqual([]);
    full = false;
    await vi.advanceTimersByTimeAsync(2_000);
    expect(box.acknowledged).toEqual([1, 2]);
    await listener.end();
  });

  it('puts a delivery that its adapter cannot read into quarantine, raw bytes and all, and goes on', async () => {
    const box = mailbox(3);
    const taken: { readonly source: string | undefined; readonly decoded: Decoded }[] = [];
    let tries = 0;
    const listener = start(
      box,
      async (_channel, decoded, source) => {
        taken.push({ decoded, source });
        return [];
      },
      {
        receive: async (delivery) => {
          if (uidOf(delivery) !== 2) return { events: [] };
          tries += 1;
          throw new TypeError('Cannot read properties of undefined');
        },
      },
    );
    await vi.advanceTimersByTimeAsync(5_000);
    expect(box.acknowledged).toEqual([1, 2, 3]);
    expect(tries).toBe(3);
    expect(taken.map(({ source }) => source)).toEqual(['INBOX/1', 'INBOX/2', 'INBOX/3']);
    expect(taken[1]?.decoded).toMatchObject({
      events: [],
      quarantine: 'could not be read: Cannot read properties of undefined',
      blobs: [{ ref: expect.stringMatching(/^sha256:[0-9a-f]{64}$/), bytes: new TextEncoder().encode('mail 2') }],
    });
    await listener.end();
  });

  it('gives an adapter that failed for a moment another try', async () => {
    const box = mailbox(1);
    const taken: Decoded[] = [];
    let tries = 0;
    const listener = start(
      box,
      async (_channel, decoded) => {
        taken.push(decoded);
        return [];
      },
      {
        receive: async () => {
          tries += 1;
          if (tries < 3) throw new Error('keys could not be fetched');
          return { events: [], unsupported: 'fine' };
        },
      },
    );
    await vi.advanceTimersByTimeAsync(2_000);
    expect(taken).toMatchObject([{ unsupported: 'fine' }]);
    await listener.end();
  });

  it('starts again after the channel failed, but not at once', async () => {
    let starts = 0;
    const listener = start(
      {
        // biome-ignore lint/correctness/useYield: it fails before there is anything.
        async *listen() {
          starts += 1;
          throw new Error('connection lost');
        },
      },
      async () => [],
    );
    await vi.advanceTimersByTimeAsync(1_000);
    expect(starts).toBe(3);
    expect(listener.log.lines.every(({ message }) => message === 'listening stopped, it starts again')).toBe(true);
    await listener.end();
  });

  it('does not keep a processor busy with a channel that ends at once', async () => {
    let starts = 0;
    const listener = start(
      {
        // biome-ignore lint/correctness/useYield: there is nothing to give.
        async *listen() {
          starts += 1;
        },
      },
      async () => [],
    );
    await vi.advanceTimersByTimeAsync(1_000);
    expect(starts).toBe(3);
    await listener.end();
  });

  it('waits for its turn while another process listens', async () => {
    const box = mailbox(1);
    let ours = false;
    const listener = start(box, async () => [], {
      leases: { acquire: async () => ours, release: async () => undefined },
    });
    await vi.advanceTimersByTimeAsync(10_000);
    expect(box.acknowledged).toEqual([]);
    ours = true;
    await vi.advanceTimersByTimeAsync(1_100);
    expect(box.acknowledged).toEqual([1]);
    await listener.end();
  });

  it('stops reading when its lease is lost, without acknowledging what was not taken in, and comes back', async () => {
    const box = mailbox(2);
    let held = true;
    let accepting = false;
    const sources: (string | undefined)[] = [];
    const listener = start(
      box,
      async (_channel, _decoded, source) => {
        if (!accepting) throw new Error('the database does not answer');
        sources.push(source);
        return [];
      },
      { leases: { acquire: async () => held, release: async () => undefined } },
    );
    held = false;
    await vi.advanceTimersByTimeAsync(20_000);
    expect(box.acknowledged).toEqual([]);
    accepting = true;
    await vi.advanceTimersByTimeAsync(20_000);
    expect(sources).toEqual([]);
    held = true;
    await vi.advanceTimersByTimeAsync(5_000);
    expect(sources).toEqual(['INBOX/1', 'INBOX/2']);
    await listener.end();
  });

  it('keeps its lease while the database does not answer for a moment', async () => {
    const box = mailbox(1);
    let answering = true;
    let waiting: (() => void) | undefined;
    const listener = start(
      box,
      () =>
        new Promise((resolve) => {
          waiting = () => resolve([]);
        }),
      {
        leases: {
          acquire: () => (answering ? Promise.resolve(true) : Promise.reject(new Error('away'))),
          release: async () => undefined,
        },
      },
    );
    await vi.advanceTimersByTimeAsync(10);
    answering = false;
    await vi.advanceTimersByTimeAsync(2_500);
    waiting?.();
    await vi.advanceTimersByTimeAsync(10);
    expect(box.acknowledged).toEqual([1]);
    await listener.end();
  });

  it('ends when told to, gives its lease back, and calls that no failure', async () => {
    const leases = alwaysOurs();
    const listener = start(mailbox(0), async () => [], { leases });
    await vi.advanceTimersByTimeAsync(100);
    await listener.end();
    expect(leases.released).toEqual(['listen:email']);
    const stuck = start(mailbox(1), () => Promise.reject(new Error('overloaded')));
    await vi.advanceTimersByTimeAsync(100);
    await stuck.end();
    expect([...listener.log.lines, ...stuck.log.lines].filter(({ level }) => level === 'error')).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });
});
