import fc from 'fast-check';
import { Redis } from 'ioredis';
import { describe, expect, it } from 'vitest';
import { recordingLog } from '#test/recording-log.ts';
import { hasRedis, startRedis } from '#test/servers/redis.ts';
import { requireServer } from '#test/servers/require.ts';
import { createLimiter, createLocalLimiter, drip, type Take } from './rate-limit.ts';

const minute = 60_000;

/** How many of `count` requests at once may pass. */
const passing = async (take: Take, key: string, perMinute: number, count: number): Promise<number> => {
  let passed = 0;
  for (let n = 0; n < count; n += 1) if ((await take(key, perMinute)) === 0) passed += 1;
  return passed;
};

describe('the algorithm', () => {
  const rates = fc.integer({ min: 1, max: 10_000 });

  it('lets exactly a full allowance through at once', () => {
    fc.assert(
      fc.property(rates, (perMinute) => {
        const take = createLocalLimiter(() => 1_000);
        let passed = 0;
        while (take('k', perMinute) === 0 && passed <= perMinute) passed += 1;
        expect(passed).toBe(perMinute);
      }),
      { numRuns: 50 },
    );
  });

  it('never lets more than two allowances through in a minute, however the requests come', () => {
    fc.assert(
      fc.property(rates, fc.array(fc.nat(minute - 1), { maxLength: 300 }), (perMinute, times) => {
        let fullAt: number | undefined;
        let passed = 0;
        for (const now of times.toSorted((a, b) => a - b)) {
          const step = drip(fullAt, now, perMinute);
          if ('waitMs' in step) continue;
          fullAt = step.fullAt;
          passed += 1;
        }
        expect(passed).toBeLessThanOrEqual(2 * perMinute);
      }),
    );
  });

  it('lets a request through after the wait that it named', () => {
    fc.assert(
      fc.property(rates, fc.nat(minute), (perMinute, ahead) => {
        const step = drip(minute + ahead, 0, perMinute);
        if (!('waitMs' in step)) return;
        expect(drip(minute + ahead, step.waitMs, perMinute)).toHaveProperty('fullAt');
      }),
    );
  });
});

describe('in one process', () => {
  it('keeps keys apart and forgives with time', async () => {
    let now = 0;
    const take = createLocalLimiter(() => now);
    expect(await passing(take, 'a', 6, 10)).toBe(6);
    expect(await passing(take, 'b', 6, 10)).toBe(6);
    expect(take('a', 6)).toBeCloseTo(10_000);
    now += 10_000;
    expect(await passing(take, 'a', 6, 10)).toBe(1);
    now += minute;
    expect(await passing(take, 'a', 6, 10)).toBe(6);
  });

  it('knows no limit of 0', async () => {
    expect(
      await passing(
        createLocalLimiter(() => 0),
        'a',
        0,
        1_000,
      ),
    ).toBe(1_000);
  });

  it('still counts after many strangers came by', async () => {
    let now = 0;
    const take = createLocalLimiter(() => now);
    await passing(take, 'guest', 5, 5);
    for (let n = 0; n < 5_000; n += 1) take(`stranger ${n}`, 5);
    expect(take('guest', 5)).toBeGreaterThan(0);
    now += 2 * minute;
    for (let n = 0; n < 5_000; n += 1) take(`other ${n}`, 5);
    expect(take('guest', 5)).toBe(0);
  });
});

describe('with a Redis that cannot help', () => {
  it('refuses to start with something else', () => {
    expect(() => createLimiter({ redis: {}, log: recordingLog(), now: () => 0 })).toThrow(/ioredis/);
  });

  const refusal = Object.assign(new Error('NOPERM this user may not run eval'), { name: 'ReplyError' });
  it.each([
    ['refuses', 'warn', async () => Promise.reject(refusal)],
    ['is gone, which its connection says', 'debug', async () => Promise.reject(new Error('Connection is closed.'))],
    ['never answers', 'debug', async () => new Promise<never>(() => undefined)],
  ])('counts in this process when it %s, and says so once (%s)', async (_name, level, answer) => {
    const log = recordingLog();
    let asked = 0;
    const redis = {
      eval: async () => {
        asked += 1;
        return answer();
      },
    };
    const take = createLimiter({ redis, log, now: () => 0 });
    expect(await passing(take, 'a', 3, 6)).toBe(3);
    expect(asked).toBe(1);
    expect(log.lines).toMatchObject([{ level }]);
  });
});

describe.skipIf(requireServer('redis-server', hasRedis) === 'skip')('through Redis (needs redis-server)', () => {
  it('shares allowances, survives an outage and comes back', async () => {
    await using server = await startRedis();
    const clients = [1, 2].map(() => new Redis(server.url, { enableOfflineQueue: true, maxRetriesPerRequest: 1 }));
    for (const client of clients) client.on('error', () => undefined);
    try {
      let now = 0;
      const log = recordingLog();
      const [one, two] = clients.map((redis) => createLimiter({ redis, log, now: () => now }));
      if (one === undefined || two === undefined) throw new Error('two limiters were made');
      const passed = await Promise.all([passing(one, 'a', 20, 15), passing(two, 'a', 20, 15)]);
      // The clock goes on while the requests are made: a drip more may pass.
      expect(passed[0] + passed[1]).toBeGreaterThanOrEqual(20);
      expect(passed[0] + passed[1]).toBeLessThanOrEqual(22);
      expect(await two('b', 20)).toBe(0);
      const wait = await one('a', 20);
      expect(wait).toBeGreaterThan(0);
      expect(wait).toBeLessThanOrEqual(3_000);
      expect(await clients[0]?.pttl('frontdesk:rate:a')).toBeLessThanOrEqual(minute);

      server.freeze();
      expect(await passing(one, 'a', 5, 10)).toBe(5);
      server.thaw();
      now += 10_000;
      expect(await one('a', 20)).toBeGreaterThan(0);
      expect(log.lines).toMatchObject([{ level: 'debug' }]);
    } finally {
      for (const client of clients) client.disconnect();
    }
  });
});
