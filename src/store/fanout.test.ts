import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Fanout } from '#core/channel.ts';
import { fanoutContract } from '#test/contract/fanout.ts';
import { recordingLog } from '#test/recording-log.ts';
import { hasRedis, type RedisServer, startRedis } from '#test/servers/redis.ts';
import { requireServer } from '#test/servers/require.ts';
import { createLocalFanout, createNotifyFanout, createRedisFanout, type SharedFanout } from './fanout.ts';
import { type ListenClient, postgresListenClient } from './listen-client.ts';
import { maxPayloadBytes, type NotifyFanoutOptions } from './notify-fanout.ts';
import { openRedis } from './redis.ts';

const waiting = { timeout: 5_000, interval: 10 };

const listen = (fanout: Fanout, topic: string): unknown[] => {
  const events: unknown[] = [];
  fanout.subscribe(topic, (event) => events.push(event));
  return events;
};

fanoutContract('one process', async (log) => {
  const fanout = createLocalFanout(log);
  return { here: fanout, there: fanout, [Symbol.asyncDispose]: async () => undefined };
});

describe.skipIf(requireServer('redis-server', hasRedis) === 'skip')('Redis (needs redis-server)', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const connect = async (log = recordingLog()) => {
    const redis = openRedis({ url: server.url, retryMs: 20, mostRetryMs: 100 }, log);
    await vi.waitFor(() => expect(redis.available()).toBe(true), waiting);
    return redis;
  };

  fanoutContract('Redis pub/sub', async (log) => {
    await using stack = new AsyncDisposableStack();
    const redis = [stack.use(await connect(log)), stack.use(await connect(log))] as const;
    const here = stack.use(createRedisFanout({ redis: redis[0], log }));
    const there = stack.use(createRedisFanout({ redis: redis[1], log }));
    const opened = stack.move();
    return { here, there, [Symbol.asyncDispose]: () => opened.disposeAsync() };
  });

  it('tells this process while Redis is away, and the others again when it is back', async () => {
    const log = recordingLog();
    await using one = await connect(log);
    await using two = await connect();
    await using here = createRedisFanout({ redis: one, log });
    await using there = createRedisFanout({ redis: two, log: recordingLog() });
    const near = listen(here, 'chat:1');
    const far = listen(there, 'chat:1');
    await server.stop();
    for (let id = 0; id < 1_000; id += 1) here.publish('chat:1', { id });
    expect(near).toHaveLength(1_000);
    await server.start();
    await vi.waitFor(() => {
      here.publish('chat:1', 'back');
      expect(far).toContain('back');
    }, waiting);
    expect(log.lines.filter(({ level }) => level === 'warn')).toHaveLength(1);
  });

  it('passes over messages of others on its channels', async () => {
    const log = recordingLog();
    await using redis = await connect(log);
    await using fanout = createRedisFanout({ redis, log });
    const heard = listen(fanout, 'chat:1');
    const channel = `${redis.prefix}fanout:chat:1`;
    await vi.waitFor(async () => {
      for (const payload of ['{', '{"from":7}', 'null']) await redis.client.publish(channel, payload);
      await redis.client.publish(channel, JSON.stringify({ from: 'somebody else', event: 'ours' }));
      expect(heard).toContain('ours');
    }, waiting);
    expect(new Set(heard)).toEqual(new Set(['ours']));
  });

  it('keeps an event that is no JSON at home, and says so', async () => {
    const log = recordingLog();
    await using redis = await connect(log);
    await using fanout = createRedisFanout({ redis, log });
    const heard = listen(fanout, 'chat:1');
    fanout.publish('chat:1', { big: 1n });
    expect(heard).toHaveLength(1);
    expect(log.lines).toMatchObject([{ level: 'warn' }]);
  });
});

describe('NOTIFY', () => {
  /** Stands for the database: every payload goes to every connection that listens. */
  const exchange = () => {
    const clients = new Set<(notification: { payload: string }) => void>();
    const payloads: string[] = [];
    const listenClient = async (): Promise<ListenClient> => {
      let told: ((notification: { payload: string }) => void) | undefined;
      return {
        query: async () => undefined,
        on: (event: string, listener: (argument: never) => void) => {
          if (event !== 'notification') return;
          told = listener as (notification: { payload: string }) => void;
          clients.add(told);
        },
        end: async () => {
          if (told !== undefined) clients.delete(told);
        },
      };
    };
    const notify = async (_channel: string, payload: string) => {
      payloads.push(payload);
      for (const told of clients) told({ payload });
    };
    return { listenClient, notify, payloads };
  };

  let wire: ReturnType<typeof exchange>;
  let log: ReturnType<typeof recordingLog>;
  let opened: AsyncDisposableStack;
  const open = (options: Partial<NotifyFanoutOptions> = {}) =>
    opened.use(createNotifyFanout({ ...wire, log, ...options }));
  beforeEach(() => {
    vi.useFakeTimers();
    wire = exchange();
    log = recordingLog();
    opened = new AsyncDisposableStack();
  });
  afterEach(async () => {
    vi.useRealTimers();
    await opened.disposeAsync();
  });

  it('gathers events for 20 ms into one notification, in order', async () => {
    const [here, there] = [open(), open()];
    const far = [listen(there, 'chat:1'), listen(there, 'desk')];
    for (const id of [1, 2, 3]) {
      here.publish('chat:1', { type: 'changed', id });
      here.publish('desk', { type: 'changed', id });
      await vi.advanceTimersByTimeAsync(5);
    }
    expect(wire.payloads).toEqual([]);
    await vi.advanceTimersByTimeAsync(10);
    expect(wire.payloads).toHaveLength(1);
    const expected = [1, 2, 3].map((id) => ({ type: 'changed', id }));
    expect(far).toEqual([expected, expected]);
  });

  it('sends equal neighbours on a topic once, and never an older state after a newer', async () => {
    const [here, there] = [open(), open()];
    const far = listen(there, 'chat:1');
    for (const text of ['a', 'a', 'b', 'b', 'a']) here.publish('chat:1', { type: 'status', text });
    await vi.advanceTimersByTimeAsync(20);
    expect(far).toEqual(['a', 'b', 'a'].map((text) => ({ type: 'status', text })));
  });

  it('keeps partial text at home', async () => {
    const [here, there] = [open(), open()];
    const [near, far] = [listen(here, 'chat:1'), listen(there, 'chat:1')];
    here.publish('chat:1', { type: 'partial', text: 'Open Bill' });
    await vi.advanceTimersByTimeAsync(100);
    expect(near).toHaveLength(1);
    expect(far).toEqual([]);
    expect(wire.payloads).toEqual([]);
  });

  it('fills payloads up to what PostgreSQL takes, and loses nothing between them', async () => {
    const [here, there] = [open(), open()];
    const far = listen(there, 'chat:1');
    const events = Array.from({ length: 200 }, (_, id) => ({ id, text: '🧾'.repeat(id % 50) }));
    for (const event of events) here.publish('chat:1', event);
    await vi.advanceTimersByTimeAsync(20);
    expect(far).toEqual(events);
    const bytes = wire.payloads.map((payload) => Buffer.byteLength(payload));
    expect(Math.max(...bytes)).toBeLessThanOrEqual(maxPayloadBytes);
    expect(bytes.length).toBeLessThanOrEqual(Math.ceil(bytes.reduce((sum, each) => sum + each, 0) / 7_000));
  });

  it('takes an event that just fits, and says when one does not', async () => {
    const [here, there] = [open(), open()];
    const far = listen(there, 'chat:1');
    const frame = JSON.stringify({ from: '0'.repeat(36), events: [['chat:1', '']] }).length;
    const fits = 'x'.repeat(maxPayloadBytes - frame);
    here.publish('chat:1', fits);
    here.publish('chat:1', `${fits}x`);
    await vi.advanceTimersByTimeAsync(20);
    expect(far).toEqual([fits]);
    expect(wire.payloads.map((payload) => payload.length)).toEqual([maxPayloadBytes]);
    expect(log.lines).toMatchObject([{ level: 'warn', fields: { topic: 'chat:1' } }]);
  });

  it('sends a big event as its ids and reads the rest at the other side, in order', async () => {
    const pack = (_topic: string, event: unknown) => ({ id: (event as { id: number }).id });
    const unpack = async (_topic: string, packed: unknown) => {
      const { id } = packed as { id: number };
      if (id === 3) throw new Error('the database is busy');
      if (id === 1) await Promise.resolve();
      return id === 4 ? undefined : { id, text: `text of ${id}` };
    };
    const [here, there] = [open({ pack }), open({ unpack })];
    const far = listen(there, 'chat:1');
    for (const id of [1, 2, 3, 4, 5]) here.publish('chat:1', { id, text: 'long '.repeat(5_000) });
    await vi.advanceTimersByTimeAsync(20);
    await vi.waitFor(() => expect(far).toHaveLength(3));
    expect(far).toEqual([1, 2, 5].map((id) => ({ id, text: `text of ${id}` })));
  });

  it('unpacks nothing that nobody listens to', async () => {
    const unpack = vi.fn();
    const [here] = [open(), open({ unpack })];
    here.publish('chat:1', { id: 1 });
    await vi.advanceTimersByTimeAsync(20);
    expect(wire.payloads).toHaveLength(1);
    expect(unpack).not.toHaveBeenCalled();
  });

  it('drops what cannot be sent, with one warning per outage', async () => {
    let broken = true;
    const notify = (channel: string, payload: string) =>
      broken ? Promise.reject(new Error('connection refused')) : wire.notify(channel, payload);
    const [here, there] = [open({ notify }), open()];
    const far = listen(there, 'chat:1');
    for (const id of [1, 2, 3]) {
      here.publish('chat:1', { id });
      await vi.advanceTimersByTimeAsync(20);
    }
    broken = false;
    here.publish('chat:1', { id: 4 });
    await vi.advanceTimersByTimeAsync(20);
    expect(far).toEqual([{ id: 4 }]);
    expect(log.lines.map(({ level }) => level)).toEqual(['warn', 'info']);
  });

  it('holds a bounded number of events while the database hangs, the newest', async () => {
    const stuck = Promise.withResolvers<void>();
    const notify = async (channel: string, payload: string) => {
      await stuck.promise;
      await wire.notify(channel, payload);
    };
    const [here, there] = [open({ notify }), open()];
    const far = listen(there, 'chat:1');
    here.publish('chat:1', 'first');
    await vi.advanceTimersByTimeAsync(20);
    for (let id = 0; id < 3_000; id += 1) here.publish('chat:1', id);
    stuck.resolve();
    await vi.advanceTimersByTimeAsync(20);
    expect(far).toHaveLength(1_001);
    expect(far.at(-1)).toBe(2_999);
  });

  it('sends what is still waiting when it is disposed', async () => {
    const there = open();
    const far = listen(there, 'chat:1');
    const here = createNotifyFanout({ ...wire, log });
    await vi.advanceTimersByTimeAsync(1);
    here.publish('chat:1', 'last words');
    await here[Symbol.asyncDispose]();
    await vi.waitFor(() => expect(far).toEqual(['last words']));
  });
});

const databaseUrl = process.env.TEST_DATABASE_URL;

describe.skipIf(requireServer('PostgreSQL (TEST_DATABASE_URL)', databaseUrl !== undefined) === 'skip')(
  'PostgreSQL (needs TEST_DATABASE_URL)',
  () => {
    let pool: pg.Pool;
    beforeAll(() => {
      pool = new pg.Pool({ connectionString: databaseUrl, max: 2 });
    });
    afterAll(() => pool.end());

    const open = (channel: string, log = recordingLog()): SharedFanout =>
      createNotifyFanout({
        listenClient: postgresListenClient(databaseUrl ?? ''),
        notify: (name, payload) => pool.query('select pg_notify($1, $2)', [name, payload]),
        log,
        channel,
        retryMs: 20,
      });
    const channelName = () => `fanout "test" ${randomBytes(6).toString('hex')}`;

    fanoutContract('PostgreSQL LISTEN/NOTIFY', async (log) => {
      const channel = channelName();
      const [here, there] = [open(channel, log), open(channel, log)];
      return {
        here,
        there,
        [Symbol.asyncDispose]: async () => {
          await Promise.all([here[Symbol.asyncDispose](), there[Symbol.asyncDispose]()]);
        },
      };
    });

    it('carries payloads of the full size', async () => {
      const channel = channelName();
      await using here = open(channel);
      await using there = open(channel);
      const far = listen(there, 't');
      const frame = JSON.stringify({ from: '0'.repeat(36), events: [['t', '']] }).length;
      const event = 'ü'.repeat(Math.floor((maxPayloadBytes - frame) / 2));
      await vi.waitFor(() => {
        here.publish('t', event);
        expect(far).toContain(event);
      }, waiting);
    });

    it('listens again by itself when the server ends its connection: one warning', async () => {
      const channel = channelName();
      const log = recordingLog();
      await using here = open(channel);
      await using there = open(channel, log);
      const far = listen(there, 'chat:1');
      const heard = (text: string) =>
        vi.waitFor(() => {
          here.publish('chat:1', text);
          expect(far).toContain(text);
        }, waiting);
      await heard('before');
      await pool.query(
        `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'frontdesk-listen' and query like '%' || $1 || '%'`,
        [channel.replaceAll('"', '""')],
      );
      await vi.waitFor(() => expect(log.lines.map(({ level }) => level)).toContain('warn'), waiting);
      await heard('after');
      expect(log.lines.map(({ level }) => level)).toEqual(['warn', 'info']);
    });
  },
);

describe('a LISTEN connection', () => {
  it('is opened again until it succeeds, and closed even when it comes too late', async () => {
    const log = recordingLog();
    const late = Promise.withResolvers<ListenClient>();
    const ended = vi.fn(async () => undefined);
    let attempts = 0;
    const fanout = createNotifyFanout({
      listenClient: () => {
        attempts += 1;
        return attempts < 3 ? Promise.reject(new Error('too many connections')) : late.promise;
      },
      notify: async () => undefined,
      log,
      retryMs: 1,
    });
    await vi.waitFor(() => expect(attempts).toBe(3), waiting);
    const disposed = fanout[Symbol.asyncDispose]();
    late.resolve({ query: async () => undefined, on: () => undefined, end: ended });
    await disposed;
    expect(ended).toHaveBeenCalledOnce();
    expect(log.lines).toMatchObject([{ level: 'warn', fields: { reason: 'too many connections' } }]);
  });
});
