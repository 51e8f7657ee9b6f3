import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { ConversationId } from '#core/message.ts';
import { conversation, sampleSession, sessionStoreContract } from '#test/contract/session-store.ts';
import { recordingLog } from '#test/recording-log.ts';
import { hasRedis, type RedisServer, startRedis } from '#test/servers/redis.ts';
import { requireServer } from '#test/servers/require.ts';
import { openRedis, type Redis } from './redis.ts';
import { createMemorySessions, createRedisSessions } from './session.ts';

const hour = 3_600_000;
const waiting = { timeout: 30_000, interval: 10 };

sessionStoreContract('the memory of this process', async () => {
  let now = new Date('2026-03-01T09:00:00Z');
  return {
    store: createMemorySessions({ ttlMs: hour, max: 100, now: () => now }),
    expire: async () => {
      now = new Date(now.getTime() + hour);
    },
    [Symbol.asyncDispose]: async () => undefined,
  };
});

describe('sessions in memory', () => {
  const loaded = async (store: ReturnType<typeof createMemorySessions>, ids: readonly string[]) => {
    const sessions = await Promise.all(ids.map((id) => store.load(conversation(id), 1)));
    return ids.filter((_, index) => sessions[index] !== undefined);
  };

  it('are at most `max`: the least recently used makes room', async () => {
    const store = createMemorySessions({ ttlMs: hour, max: 3, now: () => new Date() });
    for (const id of ['a', 'b', 'c']) await store.save(conversation(id), sampleSession(1));
    await store.load(conversation('a'), 1);
    await store.save(conversation('d'), sampleSession(1));
    expect(await loaded(store, ['a', 'b', 'c', 'd'])).toEqual(['a', 'c', 'd']);
  });

  it('take an older version again once the newer one has expired', async () => {
    let now = 0;
    const store = createMemorySessions({ ttlMs: 1_000, max: 3, now: () => new Date(now) });
    await store.save(conversation('a'), sampleSession(9));
    now = 1_000;
    await store.save(conversation('a'), sampleSession(1));
    expect(await loaded(store, ['a'])).toEqual(['a']);
  });
});

describe.skipIf(requireServer('redis-server', hasRedis) === 'skip')('sessions in Redis (needs redis-server)', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  /** Patient, so that a busy machine is no outage. */
  const connect = async (log = recordingLog(), commandTimeoutMs = 10_000) => {
    const redis = openRedis({ url: server.url, commandTimeoutMs, retryMs: 20, mostRetryMs: 100 }, log);
    await vi.waitFor(() => expect(redis.available()).toBe(true), waiting);
    return redis;
  };
  const storeOver = (redis: Redis, log = recordingLog()) =>
    createRedisSessions({
      redis,
      ttlMs: hour,
      local: createMemorySessions({ ttlMs: hour, max: 100, now: () => new Date() }),
      log,
    });
  const keyOf = (redis: Redis, id: ConversationId) => `${redis.prefix}session:${id}`;

  sessionStoreContract('Redis', async () => {
    const redis = await connect();
    await redis.client.flushall();
    return {
      store: storeOver(redis),
      expire: async (id) => {
        const left = await redis.client.pttl(keyOf(redis, id));
        expect(left).toBeGreaterThan(hour - 60_000);
        expect(left).toBeLessThanOrEqual(hour);
        await redis.client.pexpire(keyOf(redis, id), 0);
      },
      [Symbol.asyncDispose]: () => redis[Symbol.asyncDispose](),
    };
  });

  it('are shared: one process saves and another loads, drops, and keeps the newest', async () => {
    await using one = await connect();
    await using two = await connect();
    const [here, there] = [storeOver(one), storeOver(two)];
    await here.save(conversation('shared'), sampleSession(2));
    expect(await there.load(conversation('shared'), 2)).toEqual(sampleSession(2));
    await there.save(conversation('shared'), sampleSession(1));
    expect(await here.load(conversation('shared'), 2)).toEqual(sampleSession(2));
    await there.drop(conversation('shared'));
    expect(await here.load(conversation('shared'), 2)).toBeUndefined();
  });

  it.each([
    ['not JSON', 'truncated {'],
    ['another shape', JSON.stringify({ version: 4, window: 'none' })],
    [
      'an impossible date',
      JSON.stringify({ ...sampleSession(4), window: [{ ...sampleSession(4).window[0], at: 'soon' }] }),
    ],
    ['another version than its field says', JSON.stringify(sampleSession(5))],
  ])('count as absent when the value is %s, and are saved over', async (_, corrupt) => {
    await using redis = await connect();
    const store = storeOver(redis);
    await redis.client.hset(keyOf(redis, conversation('bad')), { version: '4', session: corrupt });
    expect(await store.load(conversation('bad'), 4)).toBeUndefined();
    await store.save(conversation('bad'), sampleSession(4));
    expect(await store.load(conversation('bad'), 4)).toEqual(sampleSession(4));
  });

  it('replace a key of another type', async () => {
    await using redis = await connect();
    const store = storeOver(redis);
    await redis.client.set(keyOf(redis, conversation('string')), 'not a hash');
    expect(await store.load(conversation('string'), 1)).toBeUndefined();
    await store.save(conversation('string'), sampleSession(1));
    expect(await store.load(conversation('string'), 1)).toEqual(sampleSession(1));
    expect(redis.available()).toBe(true);
  });

  it('go on without Redis under load: nothing throws, one warning, and Redis is used again by itself', async () => {
    const log = recordingLog();
    await using redis = await connect(log);
    const store = storeOver(redis, log);
    const turns = Array.from({ length: 8 }, () => 0);
    let loading = true;
    const takeTurns = async (worker: number) => {
      for (let version = 1; loading; version += 1) {
        const id = conversation(`load-${worker}`);
        await store.save(id, sampleSession(version));
        expect(await store.load(id, version)).toEqual(sampleSession(version));
        turns[worker] = version;
        await delay(1);
      }
    };
    const workers = Promise.all(turns.map((_, worker) => takeTurns(worker)));
    /** So many more turns of everybody: nobody hangs. */
    const more = async (count: number) => {
      const target = Math.max(...turns) + count;
      await vi.waitFor(() => expect(Math.min(...turns)).toBeGreaterThan(target), waiting);
    };
    const warnings = () => log.lines.filter(({ level }) => level === 'warn');

    await more(12);
    await server.stop();
    await more(60);
    expect(redis.available()).toBe(false);
    expect(warnings()).toHaveLength(1);

    await server.start();
    await vi.waitFor(() => expect(redis.available()).toBe(true), waiting);
    await more(12);
    expect(await redis.client.keys('*session:load-*')).toHaveLength(8);
    loading = false;
    await workers;
    expect(warnings().map(({ message }) => message)).toEqual(['Redis is unavailable; going on without it']);
    expect(log.lines.filter(({ message }) => message === 'Redis is back')).toHaveLength(1);
  });

  it('make up for a drop that Redis missed', async () => {
    await using redis = await connect(recordingLog(), 2_000);
    const store = storeOver(redis);
    await store.save(conversation('erased'), sampleSession(1));
    server.freeze();
    try {
      await store.drop(conversation('erased'));
      expect(await store.load(conversation('erased'), 1)).toBeUndefined();
    } finally {
      server.thaw();
    }
    await vi.waitFor(() => expect(redis.available()).toBe(true), waiting);
    expect(await store.load(conversation('erased'), 1)).toBeUndefined();
    expect(await redis.client.exists(keyOf(redis, conversation('erased')))).toBe(0);
  });

  it('wait for a Redis that hangs no longer than the command timeout, and then not at all', async () => {
    const log = recordingLog();
    await using redis = await connect(log, 2_000);
    const store = storeOver(redis, log);
    await store.save(conversation('hang'), sampleSession(1));
    server.freeze();
    try {
      expect(await store.load(conversation('hang'), 1)).toEqual(sampleSession(1));
      expect(log.lines.at(-1)?.fields).toMatchObject({ reason: 'no answer within 2000 ms' });
      const asked = vi.spyOn(redis.client, 'sendCommand');
      for (let version = 2; version <= 50; version += 1) await store.save(conversation('hang'), sampleSession(version));
      expect(await store.load(conversation('hang'), 50)).toEqual(sampleSession(50));
      expect(asked.mock.calls.map(([{ name }]) => name).filter((name) => name !== 'ping')).toEqual([]);
      asked.mockRestore();
    } finally {
      server.thaw();
    }
    await vi.waitFor(() => expect(redis.available()).toBe(true), waiting);
    expect(log.lines.filter(({ level }) => level === 'warn')).toHaveLength(1);
    expect(await store.load(conversation('hang'), 50)).toBeUndefined();
  });
});
