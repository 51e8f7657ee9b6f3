import { describe, expect, it } from 'vitest';
import type { Claim, DeliveryClaim, Ledger } from '#core/ledger.ts';
import type { ConversationId } from '#core/message.ts';
import { aClaim, fakeLedger, fakePipeline, says } from '#test/fakes/pipeline.ts';
import { eventually } from '#test/servers/eventually.ts';
import type { Deliver } from './deliver.ts';
import type { TurnResult } from './take-turn.ts';
import { createWorker, type WorkSettings } from './work.ts';

const id = (n: number) => `${n}` as ConversationId;
const claimOf = (n: number, more: { readonly version?: number; readonly attempts?: number } = {}): Claim =>
  aClaim([says('x')], { conversation: { id: id(n), version: more.version ?? 0 }, attempts: more.attempts ?? 0 });
const deliveryOf = (n: number): DeliveryClaim => ({ conversationId: id(n), status: 'bot', dispatches: [], askedAt: 0 });
const committed = (...deliveries: readonly DeliveryClaim[]): TurnResult => ({ kind: 'committed', deliveries });

/** Something that a test lets happen later. */
const gate = () => {
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
};

interface Options {
  readonly due?: Claim[];
  readonly lanes?: DeliveryClaim[];
  readonly takeTurn?: (claim: Claim, signal: AbortSignal) => Promise<TurnResult>;
  readonly deliver?: Deliver;
  readonly rows?: Partial<Ledger>;
  readonly settings?: Partial<WorkSettings>;
}

/** A worker whose due work stands in `due` and `lanes`, and what it did. */
const start = ({
  due = [],
  lanes = [],
  takeTurn = async () => committed(),
  deliver = async () => undefined,
  rows = {},
  settings = {},
}: Options) => {
  const released: { readonly id: ConversationId; readonly pauseMs: number; readonly failed: boolean }[] = [];
  const gaveUp: ConversationId[] = [];
  const { log, tracer } = fakePipeline();
  const ledger = fakeLedger({
    claimReading: async (limit) => due.splice(0, limit),
    claimDelivering: async (limit) => lanes.splice(0, limit),
    renewReading: async (ids) => new Map(ids.map((one) => [one, 0])),
    releaseReading: async (one, options) => void released.push({ id: one, ...options }),
    ...rows,
  });
  const worker = createWorker(
    {
      ledger,
      takeTurn,
      giveUp: async (claim) => {
        gaveUp.push(claim.conversation.id);
        return committed();
      },
      deliver,
      log,
      tracer,
      onDepth: () => undefined,
    },
    { concurrency: 2, pollMs: 5, heartbeatMs: 10, maxAttempts: 3, ...settings },
  );
  worker.start();
  return { worker, due, lanes, released, gaveUp, log, [Symbol.asyncDispose]: () => worker.stop(0) };
};

describe('the reading lane', () => {
  it('runs as many turns at once as it may, and no more', async () => {
    let now = 0;
    let most = 0;
    let done = 0;
    const due = Array.from({ length: 9 }, (_, n) => claimOf(n));
    await using _worker = start({
      due,
      takeTurn: async () => {
        now += 1;
        most = Math.max(most, now);
        await new Promise((resolve) => setTimeout(resolve, 2));
        now -= 1;
        done += 1;
        return committed();
      },
    });
    await eventually('all are read', () => done === 9);
    expect(most).toBe(2);
  });

  it('goes on reading while platforms hang', async () => {
    const hanging = gate();
    const read: ConversationId[] = [];
    const due = Array.from({ length: 12 }, (_, n) => claimOf(n));
    await using running = start({
      due,
      lanes: Array.from({ length: 6 }, (_, n) => deliveryOf(100 + n)),
      takeTurn: async (claim) => {
        read.push(claim.conversation.id);
        return committed(deliveryOf(Number(claim.conversation.id)));
      },
      deliver: () => hanging.opened,
    });
    await eventually('all are read though nothing is sent', () => read.length === 12);
    expect(running.worker.busy()).toBeGreaterThan(2);
    hanging.open();
    await eventually('all is sent', () => running.worker.busy() === 0);
  });

  it('gives a conversation that moved on back at once, and one that failed back with a growing pause', async () => {
    await using running = start({
      due: [claimOf(1), claimOf(2, { attempts: 0 }), claimOf(3, { attempts: 2 })],
      takeTurn: async (claim) => {
        if (claim.conversation.id === id(1)) return { kind: 'stale' };
        throw new Error('the model is away');
      },
    });
    await eventually('all are given back', () => running.released.length === 3);
    expect(running.released).toEqual([
      { id: '1', pauseMs: 0, failed: false },
      { id: '2', pauseMs: 500, failed: true },
      { id: '3', pauseMs: 2_000, failed: true },
    ]);
  });

  it('hands a batch that failed too often to the last resort', async () => {
    await using running = start({ due: [claimOf(1, { attempts: 3 }), claimOf(2, { attempts: 2 })] });
    await eventually('one was given up', () => running.gaveUp.length === 1);
    expect(running.gaveUp).toEqual(['1']);
  });

  it('says once that the database is away, keeps asking, and says when it is back', async () => {
    let away = true;
    let read = 0;
    const due = [claimOf(1)];
    await using running = start({
      rows: {
        claimReading: (limit) =>
          away ? Promise.reject(new Error('connection refused')) : Promise.resolve(due.splice(0, limit)),
        claimDelivering: () => (away ? Promise.reject(new Error('connection refused')) : Promise.resolve([])),
      },
      takeTurn: async () => {
        read += 1;
        return committed();
      },
    });
    await new Promise((resolve) => setTimeout(resolve, 40));
    away = false;
    await eventually('it is read', () => read === 1);
    expect(running.log.lines.map(({ level, message }) => [level, message])).toEqual([
      ['error', 'the database does not answer, work waits'],
      ['info', 'the database answers again'],
    ]);
  });
});

describe('the heartbeat', () => {
  it.each<[string, Awaited<ReturnType<Ledger['renewReading']>>]>([
    ['the lease is lost', new Map()],
    ['the version has moved', new Map([[id(1), 1]])],
  ])('aborts the turn when %s', async (_what, held) => {
    await using running = start({
      due: [claimOf(1)],
      rows: { renewReading: async () => held },
      takeTurn: (_claim, signal) =>
        new Promise((resolve) => signal.addEventListener('abort', () => resolve({ kind: 'stale' }))),
    });
    await eventually('it is given back', () => running.released.length === 1);
  });

  it('leaves alone what began while the database was asked', async () => {
    const asking = gate();
    const reasons: string[] = [];
    let asked = 0;
    const due = [claimOf(1)];
    await using _running = start({
      due,
      rows: {
        async renewReading(ids) {
          asked += 1;
          if (asked === 1) {
            due.push(claimOf(2));
            await asking.opened;
          }
          return new Map(ids.map((one) => [one, 0]));
        },
      },
      takeTurn: async (claim, signal) => {
        if (claim.conversation.id === id(2)) asking.open();
        await new Promise((resolve) => setTimeout(resolve, 40));
        if (signal.aborted) reasons.push(claim.conversation.id);
        return committed();
      },
    });
    await eventually('the heart has beaten on', () => asked >= 3);
    expect(reasons).toEqual([]);
  });

  it('keeps the lease of a conversation’s next turn while its last answer is still being sent', async () => {
    const sending = gate();
    const thinking = gate();
    const renewed: (readonly ConversationId[])[] = [];
    const due = [claimOf(1)];
    let turns = 0;
    await using _running = start({
      due,
      rows: {
        async renewReading(ids) {
          renewed.push(ids);
          return new Map(ids.map((one) => [one, turns - 1]));
        },
      },
      takeTurn: async () => {
        turns += 1;
        if (turns === 1) return committed(deliveryOf(1));
        await thinking.opened;
        return committed();
      },
      deliver: async () => {
        due.push(claimOf(1, { version: 1 }));
        await eventually('the next turn has begun', () => turns === 2);
        sending.open();
      },
    });
    await sending.opened;
    renewed.length = 0;
    await eventually('the heart beats for it', () => renewed.length > 1);
    expect(renewed.at(-1)).toEqual(['1']);
    thinking.open();
  });

  it('aborts a delivery before its lease ends when the database cannot renew it', async () => {
    let aborted = false;
    await using _running = start({
      lanes: [deliveryOf(1)],
      rows: { renewDelivering: () => Promise.reject(new Error('connection refused')) },
      deliver: (_claim, signal) =>
        new Promise((resolve) =>
          signal.addEventListener('abort', () => {
            aborted = true;
            resolve();
          }),
        ),
    });
    await eventually('aborted', () => aborted);
  });

  it('aborts a delivery whose lane was lost', async () => {
    let aborted = false;
    await using _running = start({
      lanes: [deliveryOf(1)],
      rows: { renewDelivering: async () => new Map() },
      deliver: (_claim, signal) =>
        new Promise((resolve) =>
          signal.addEventListener('abort', () => {
            aborted = true;
            resolve();
          }),
        ),
    });
    await eventually('it is aborted', () => aborted);
  });
});

describe('stopping', () => {
  it('lets running work finish within the deadline', async () => {
    let finished = false;
    const running = start({
      due: [claimOf(1)],
      takeTurn: async () => {
        await new Promise((resolve) => setTimeout(resolve, 50));
        finished = true;
        return committed();
      },
    });
    await eventually('it runs', () => running.worker.busy() === 1);
    await running.worker.stop(10_000);
    expect([finished, running.released]).toEqual([true, []]);
  });

  it('gives back what does not finish, also when every place is taken', async () => {
    const running = start({
      due: [claimOf(1), claimOf(2), claimOf(3)],
      takeTurn: (_claim, signal) =>
        new Promise((resolve) => signal.addEventListener('abort', () => resolve({ kind: 'stale' }))),
    });
    await eventually('both places are taken', () => running.worker.busy() === 2);
    // These turns end when they are told to, and not before: had they not been told, nothing would be released here.
    await running.worker.stop(30);
    expect(running.released.map((one) => one.id).sort()).toEqual(['1', '2']);
    expect(running.due).toHaveLength(1);
  });

  it('takes nothing new', async () => {
    const running = start({});
    await running.worker.stop(0);
    running.due.push(claimOf(1));
    running.lanes.push(deliveryOf(1));
    running.worker.reading.raise();
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect([running.due.length, running.lanes.length]).toEqual([1, 1]);
  });
});

it('only looks at the queue where others do the work', async () => {
  const { log, tracer } = fakePipeline();
  const claimed: string[] = [];
  const ledger = fakeLedger({
    depth: async () => ({ reading: 7, delivering: 1 }),
    claimReading: async () => {
      claimed.push('reading');
      return [];
    },
  });
  const never = () => Promise.reject(new Error('not here'));
  const worker = createWorker(
    { ledger, takeTurn: never, giveUp: never, deliver: never, log, tracer, onDepth: () => undefined },
    { concurrency: 1, pollMs: 5, heartbeatMs: 10, depthMs: 5, maxAttempts: 1 },
  );
  worker.watch();
  await eventually('the depth is known', () => worker.depth() === 7);
  await worker.stop(0);
  expect(claimed).toEqual([]);
});

it('goes on after a delivery that could not be recorded', async () => {
  let delivered = 0;
  await using running = start({
    lanes: [deliveryOf(1), deliveryOf(2)],
    deliver: async (claim) => {
      if (claim.conversationId === id(1)) throw new Error('connection refused');
      delivered += 1;
    },
  });
  await eventually('the other is delivered', () => delivered === 1);
  expect(running.log.lines).toMatchObject([{ level: 'error', message: 'could not record a delivery' }]);
});
