import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { createLedger } from '#src/store/ledger.ts';
import { engines, openTestDatabase } from '#test/database.ts';
import { openChat, type Product, startProduct, until } from '#test/product.ts';

/** Every message that was accepted has exactly one committed outcome and is answered exactly once. */
const verdict = sql<{
  unread: number;
  undelivered: number;
  unanswered: number;
  doubled: number;
  answered: number;
}>`select
  (select count(*)::int from conversations where inbox_seq > consumed_seq) as unread,
  (select count(*)::int from outbox where delivered_at is null) as undelivered,
  (select count(*)::int from conversations c where kind = 'customer' and not exists (select from messages m where m.conversation_id = c.id and m.role = 'bot')) as unanswered,
  (select count(*)::int from (select 1 from messages where role = 'bot' and visibility = 'customer' group by conversation_id having count(*) > 1) d) as doubled,
  (select count(*)::int from messages where role = 'bot' and visibility = 'customer') as answered`;

describe.runIf(engines.includes('postgres'))('kill -9 of workers on PostgreSQL', () => {
  it('loses nothing and answers nothing twice while two workers are killed at random under 300 messages', {
    timeout: 180_000,
  }, async () => {
    await using database = await openTestDatabase('postgres');
    const env = { DATABASE_URL: database.url as string, LOG_LEVEL: 'info', RATE_LIMIT_PER_MINUTE: '100000' };
    await using web = await startProduct({ role: 'web', env });
    const workers: (Product | undefined)[] = await Promise.all([
      startProduct({ role: 'worker', env }),
      startProduct({ role: 'worker', env }),
    ]);
    const total = 300;
    let sent = 0;
    let kills = 0;
    // On a slow machine a worker takes its time to come back: messages go on until two have been killed.
    const goesOn = () => sent < total || kills < 2;
    const customers = Array.from({ length: 10 }, async () => {
      while (goesOn()) {
        sent += 1;
        const chat = await openChat(web.url);
        expect((await chat.say('How do I reset my password?', { wait: 0 })).status).toBe(201);
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    });
    const killer = (async () => {
      while (goesOn()) {
        await new Promise((resolve) => setTimeout(resolve, 300 + Math.random() * 700));
        const place = kills % 2;
        await workers[place]?.kill();
        kills += 1;
        workers[place] = await startProduct({ role: 'worker', env });
      }
    })();
    await Promise.all([...customers, killer]);
    const ask = async () => (await verdict.execute(database.db)).rows[0];
    await until('everything is answered and delivered', async () => {
      const state = await ask();
      return state?.unread === 0 && state.undelivered === 0;
    });
    expect(await ask()).toEqual({ unread: 0, undelivered: 0, unanswered: 0, doubled: 0, answered: sent });
    await Promise.all(workers.map((worker) => worker?.[Symbol.asyncDispose]()));
  });

  it('takes a dead worker’s conversation over as soon as its lease is over', { timeout: 180_000 }, async () => {
    await using database = await openTestDatabase('postgres');
    const env = { DATABASE_URL: database.url as string };
    await using web = await startProduct({ role: 'web', env });
    const chat = await openChat(web.url);
    await chat.say('How do I reset my password?', { wait: 0 });
    const dead = createLedger(database.db, { worker: 'dead', leaseMs: 8_000 });
    await until('the dead worker has claimed it', async () => (await dead.claimReading(1)).length === 1);
    const [lease] = (
      await sql<{ until: Date; left: number }>`select reading_until as until,
        extract(epoch from reading_until - clock_timestamp())::float as left
        from conversations where reading_by = 'dead'`.execute(database.db)
    ).rows;
    expect(lease?.left).toBeLessThanOrEqual(8);
    await using _worker = await startProduct({ role: 'worker', env });
    const [ready] = (await sql<{ at: Date }>`select clock_timestamp() as at`.execute(database.db)).rows;
    await until('somebody else answers', async () =>
      (await chat.history()).some((message) => message.author.role === 'bot'),
    );
    // By the database's clock, and from when there was both an end of the lease and somebody to take over. Usually it is less
    // than a second: workers look four times in one.
    const [answer] = (
      await sql<{ early: boolean; late: number }>`select at < ${lease?.until} as early,
        extract(epoch from at - greatest(${lease?.until}::timestamptz, ${ready?.at}::timestamptz))::float as late
        from messages where role = 'bot'`.execute(database.db)
    ).rows;
    expect(answer?.early).toBe(false);
    expect(answer?.late).toBeLessThan(30);
  });
});

describe('kill -9 on the embedded database', () => {
  it('answers every acknowledged message exactly once across restarts', { timeout: 180_000 }, async () => {
    let product = await startProduct({ env: { RATE_LIMIT_PER_MINUTE: '100000' } });
    const { home } = product;
    const chats: Awaited<ReturnType<typeof openChat>>[] = [];
    for (let round = 0; round < 4; round += 1) {
      // By what has happened, not by the clock: on a slow machine a fixed moment is before the first acknowledgement.
      const killAt = chats.length + 1 + Math.floor(Math.random() * 12);
      const customers = Array.from({ length: 15 }, async () => {
        try {
          const chat = await openChat(product.url);
          if ((await chat.say('How do I reset my password?', { wait: 0 })).status === 201) chats.push(chat);
        } catch {
          // Not acknowledged: the customer's page sends it again, with the same id.
        }
      });
      await until('enough messages are acknowledged', async () => chats.length >= killAt);
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 100));
      await product.kill();
      await Promise.all(customers);
      product = await startProduct({
        home,
        port: Number(new URL(product.url).port),
        env: { RATE_LIMIT_PER_MINUTE: '100000' },
      });
    }
    for (const chat of chats) {
      await until('the message is answered', async () =>
        (await chat.history()).some((message) => message.author.role === 'bot'),
      );
      const history = await chat.history();
      expect(history.map((message) => message.author.role)).toEqual(['customer', 'bot']);
    }
    expect(await product.stop()).toBe(0);
    await product[Symbol.asyncDispose]();
  });
});
