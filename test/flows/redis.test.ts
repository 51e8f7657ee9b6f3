import { setTimeout as delay } from 'node:timers/promises';
import { LLMock } from '@copilotkit/aimock';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { openChatSocket, partialsIn, repliesIn } from '#test/chat-socket.ts';
import { engines, openTestDatabase } from '#test/database.ts';
import { openChat, type Product, startProduct, until } from '#test/product.ts';
import { hasRedis, startRedis } from '#test/servers/redis.ts';
import { requireServer } from '#test/servers/require.ts';

const how = requireServer('Redis', hasRedis);

/** Two questions with different answers, so that an answer shows which question it belongs to. */
const questions = [
  { text: 'How do I reset my password?', about: /password/i },
  { text: 'My label printer is offline', about: /printer/i },
] as const;

const count = (product: Product, words: string): number =>
  product
    .log()
    .split('\n')
    .filter((line) => line.includes(words)).length;

const warnings = (product: Product): readonly string[] =>
  product
    .log()
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as { level: string; message: string })
    .filter(({ level }) => level === 'warn' || level === 'error')
    .map(({ message }) => message);

describe.runIf(engines.includes('postgres') && how === 'run')('PostgreSQL and Redis', () => {
  it('loses and doubles nothing while Redis is stopped and started under a steady load', {
    timeout: 120_000,
  }, async () => {
    await using redis = await startRedis();
    await using database = await openTestDatabase('postgres');
    const env = {
      DATABASE_URL: database.url as string,
      REDIS_URL: redis.url,
      RATE_LIMIT_PER_MINUTE: '100000',
    };
    await using worker = await startProduct({ role: 'worker', env });
    await using web = await startProduct({ role: 'web', env });
    await until('the sample knowledge is there', () => count(worker, 'the sample knowledge base is ready') === 1);

    const chats = await Promise.all(Array.from({ length: 15 }, () => openChat(web.url)));
    using page = await openChatSocket(web.url, chats[0] as (typeof chats)[number]);
    const waits: number[] = [];
    const wrong: unknown[] = [];
    let running = true;
    let sent = 0;
    /** Each customer writes on as soon as the last message is answered, at a pace of a few messages a second for all. */
    const customers = chats.map(async (chat, index) => {
      await delay(index * 40);
      for (let turn = 0; running; turn += 1) {
        const question = questions[turn % 2] ?? questions[0];
        const asked = performance.now();
        const { status, body } = await chat.say(question.text, { wait: 60 });
        waits.push(performance.now() - asked);
        sent += 1;
        const isAnswered =
          status === 201 &&
          body.settled &&
          body.replies.length === 1 &&
          body.replies[0]?.kind === 'answer' &&
          body.replies[0].citations.some(({ title }) => question.about.test(title));
        if (!isAnswered) wrong.push({ question: question.text, status, body });
        await delay(500);
      }
    });
    const atLeast = (more: number) => {
      const goal = sent + more;
      return until(`${more} more answers`, () => sent >= goal);
    };
    await atLeast(45);
    await redis.stop();
    await until('the outage is noticed', () =>
      [web, worker].every((product) => count(product, 'Redis is unavailable') === 1),
    );
    const health = (await (await fetch(`${web.url}/health`)).json()) as {
      dependencies: { name: string; ok: boolean; detail: string }[];
    };
    expect(health.dependencies.find(({ name }) => name === 'redis')).toMatchObject({ ok: false });
    expect((await fetch(`${web.url}/readyz`)).status).toBe(200);
    await atLeast(60);
    await redis.start();
    await until('it is back', () => [web, worker].every((product) => count(product, 'Redis is back') === 1));
    const heard = repliesIn(page.events).length;
    await until('the open page hears again', () => repliesIn(page.events).length > heard);
    await atLeast(45);
    running = false;
    await Promise.all(customers);
    expect(wrong).toEqual([]);

    const { rows } = await sql<{
      chat: string;
      roles: string;
      unread: boolean;
      undelivered: boolean;
    }>`select c.customer_id as chat,
        (select string_agg(m.role, ' ' order by m.id) from messages m where m.conversation_id = c.id) as roles,
        c.inbox_seq > c.consumed_seq as unread,
        exists (select from outbox o where o.conversation_id = c.id and o.delivered_at is null) as undelivered
      from conversations c where c.kind = 'customer'`.execute(database.db);
    expect(rows).toHaveLength(chats.length);
    for (const row of rows) {
      expect(row.roles).toMatch(/^customer bot(?: customer bot)*$/);
      expect(row).toMatchObject({ unread: false, undelivered: false });
    }
    expect(rows.reduce((sum, { roles }) => sum + roles.split(' ').length, 0)).toBe(2 * sent);

    const shown = repliesIn(page.events).map(({ id }) => id);
    expect(new Set(shown).size).toBe(shown.length);
    for (const product of [web, worker]) {
      expect(warnings(product)).toEqual(['Redis is unavailable; going on without it']);
      expect(count(product, 'Redis is back')).toBe(1);
    }
    // Without fan-out a waiting request finds the answer in the rows, a little later: not only when its minute is over.
    expect(Math.max(...waits)).toBeLessThan(30_000);
    expect(await web.stop()).toBe(0);
    expect(await worker.stop()).toBe(0);
  });

  it('shows an answer live, also while it is written, on the sockets of both of two processes', {
    timeout: 60_000,
  }, async () => {
    await using stack = new AsyncDisposableStack();
    const model = new LLMock({ port: 0 });
    await model.start();
    stack.defer(() => model.stop());
    const answer =
      'Open the sign-in page and choose “Forgot password” [1]. The link in the mail is good for an hour [1].';
    model.onMessage(/password/, { content: answer }, { chunkSize: 8, latency: 60 });
    await using redis = await startRedis();
    await using database = await openTestDatabase('postgres');
    const env = {
      DATABASE_URL: database.url as string,
      REDIS_URL: redis.url,
      OPENAI_BASE_URL: `${model.url}/v1`,
      OPENAI_API_KEY: 'key-of-the-test',
    };
    await using first = await startProduct({ env });
    await using second = await startProduct({ env });
    await until('the sample knowledge is there', async () => {
      const { rows } = await sql<{ n: number }>`select count(*)::int as n from documents`.execute(database.db);
      return (rows[0]?.n ?? 0) >= 40;
    });

    const chat = await openChat(first.url);
    using here = await openChatSocket(first.url, chat);
    using there = await openChatSocket(second.url, chat);
    // Whichever process takes the turn, one of the two sockets is in the other one.
    const posted = await chat.say('How do I reset my password?', { at: second.url });
    expect(posted.body).toMatchObject({ settled: true, replies: [{ kind: 'answer', markdown: answer }] });
    for (const { events } of [here, there]) {
      await until('the answer on the socket', () => repliesIn(events).length > 0, 10_000);
      expect(repliesIn(events)).toMatchObject([{ kind: 'answer', markdown: answer, citations: [{ n: 1 }] }]);
      const partials = partialsIn(events);
      expect(partials.length).toBeGreaterThan(3);
      for (const text of partials) expect(answer.startsWith(text)).toBe(true);
      expect(events.findLastIndex(({ type }) => type === 'partial')).toBeLessThan(
        events.findIndex((event) => event.type === 'message' && event.message.author.role === 'bot'),
      );
    }
  });
});

describe.skipIf(how === 'skip')('Redis and the embedded database', () => {
  it('starts and answers without Redis, and takes it up when it is there', { timeout: 60_000 }, async () => {
    await using redis = await startRedis();
    await redis.stop();
    await using product = await startProduct({ env: { REDIS_URL: redis.url } });
    await until('the sample knowledge is there', () => count(product, 'the sample knowledge base is ready') === 1);
    const chat = await openChat(product.url);
    expect((await chat.say(questions[0].text)).body.replies).toMatchObject([{ kind: 'answer' }]);
    expect(count(product, 'Redis is unavailable')).toBe(1);
    await redis.start();
    await until('it is taken up', () => count(product, 'Redis is back') === 1);
    expect((await chat.say(questions[1].text)).body.replies).toMatchObject([{ kind: 'answer' }]);
    expect(warnings(product)).toEqual(['Redis is unavailable; going on without it']);
  });
});
