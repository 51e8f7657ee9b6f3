import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { recordingLog } from '#test/recording-log.ts';
import { freePort } from '#test/servers/free-port.ts';
import { hasRedis, type RedisServer, startRedis } from '#test/servers/redis.ts';
import { requireServer } from '#test/servers/require.ts';
import { openRedis, type RedisSettings } from './redis.ts';

const waiting = { timeout: 5_000, interval: 10 };
const quick = { retryMs: 20, mostRetryMs: 100 };

describe('Redis that is not there', () => {
  it('is one warning without the password, no error, and no waiting', async () => {
    const log = recordingLog();
    const url = `redis://frontdesk:geheim-42@127.0.0.1:${await freePort()}`;
    await using redis = openRedis({ url, ...quick }, log);
    expect(await redis.run((client) => client.get('key'))).toEqual({ ok: false, why: 'away' });
    await vi.waitFor(() => expect(log.lines).toHaveLength(1), waiting);
    const { ok, detail } = await redis.check();
    expect(ok).toBe(false);
    expect(detail).toMatch(/ECONNREFUSED.*Check REDIS_URL/);
    expect(log.lines).toMatchObject([{ level: 'warn', message: 'Redis is unavailable; going on without it' }]);
    expect(JSON.stringify(log.lines)).not.toContain('geheim');
  });

  it('closes before it was ever open', async () => {
    const log = recordingLog();
    await openRedis({ url: `redis://127.0.0.1:${await freePort()}` }, log)[Symbol.asyncDispose]();
    expect(log.lines).toEqual([]);
  });
});

describe.skipIf(requireServer('redis-server', hasRedis) === 'skip')('the way to Redis (needs redis-server)', () => {
  let server: RedisServer;
  let log: ReturnType<typeof recordingLog>;
  beforeEach(async () => {
    server = await startRedis();
    log = recordingLog();
  });
  afterEach(() => server[Symbol.asyncDispose]());

  const open = async (settings: Partial<RedisSettings> = {}) => {
    const redis = openRedis({ url: server.url, ...quick, ...settings }, log);
    await vi.waitFor(() => expect(redis.available()).toBe(true), waiting);
    return redis;
  };
  const warnings = () => log.lines.filter(({ level }) => level === 'warn').map(({ message }) => message);

  it('runs commands and checks', async () => {
    await using redis = await open();
    expect(await redis.run((client) => client.set('key', 'value'))).toEqual({ ok: true, value: 'OK' });
    expect(await redis.run((client) => client.get('key'))).toEqual({ ok: true, value: 'value' });
    expect(await redis.check()).toEqual({ ok: true, detail: 'answers' });
    expect(log.lines).toEqual([]);
  });

  it('comes up by itself when Redis starts later', async () => {
    await server.stop();
    await using redis = openRedis({ url: server.url, ...quick }, log);
    await vi.waitFor(() => expect(warnings()).toHaveLength(1), waiting);
    await server.start();
    await vi.waitFor(() => expect(redis.available()).toBe(true), waiting);
    expect(log.lines.at(-1)).toMatchObject({ level: 'info', message: 'Redis is back' });
  });

  it('notices a silent death while nobody asks, by its heartbeat', async () => {
    await using redis = await open({ heartbeatMs: 50 });
    server.freeze();
    await vi.waitFor(() => expect(redis.available()).toBe(false), waiting);
    server.thaw();
    await vi.waitFor(() => expect(redis.available()).toBe(true), waiting);
    expect(warnings()).toHaveLength(1);
  });

  it('warns again for the next outage', async () => {
    await using redis = await open();
    for (const outage of [1, 2]) {
      await server.stop();
      await vi.waitFor(() => expect(redis.available()).toBe(false), waiting);
      await server.start();
      await vi.waitFor(() => expect(redis.available()).toBe(true), waiting);
      expect(warnings()).toHaveLength(outage);
    }
  });

  it('takes a refused command as an answer: said once, and the rest goes on', async () => {
    await using redis = await open();
    await redis.run((client) => client.set('text', 'not a list'));
    for (let attempt = 0; attempt < 5; attempt += 1) {
      expect(await redis.run((client) => client.lpush('text', 'x'))).toEqual({ ok: false, why: 'refused' });
    }
    expect(redis.available()).toBe(true);
    expect(warnings()).toEqual(['Redis refuses a command; going on without it']);
  });

  it('hears its channels again after an outage, and only those that somebody listens to', async () => {
    await using redis = await open();
    await using other = await open();
    const kept: string[] = [];
    const dropped: string[] = [];
    redis.subscribe('kept', (payload) => kept.push(payload));
    const drop = redis.subscribe('dropped', (payload) => dropped.push(payload));
    const heard = async (payload: string) =>
      vi.waitFor(async () => {
        await other.run((client) => client.publish('dropped', payload));
        await other.run((client) => client.publish('kept', payload));
        expect(kept).toContain(payload);
      }, waiting);

    await heard('before');
    expect(dropped).toContain('before');
    await server.stop();
    drop();
    await server.start();
    await heard('after');
    expect(dropped).not.toContain('after');
    expect(await other.run((client) => client.pubsub('CHANNELS'))).toEqual({ ok: true, value: ['kept'] });
  });

  it('leaves no connection behind', async () => {
    await using watcher = await open();
    const redis = await open();
    redis.subscribe('channel', () => undefined);
    const clients = async () => {
      const reply = await watcher.run((client) => client.client('LIST'));
      return reply.ok ? String(reply.value).trim().split('\n').length : undefined;
    };
    await vi.waitFor(async () => expect(await clients()).toBe(3), waiting);
    await redis[Symbol.asyncDispose]();
    await vi.waitFor(async () => expect(await clients()).toBe(1), waiting);
    expect(await redis.run((client) => client.ping())).toEqual({ ok: false, why: 'away' });
    expect(log.lines).toEqual([]);
  });
});
