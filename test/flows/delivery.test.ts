import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '#src/store/database.ts';
import { engines, openTestDatabase } from '#test/database.ts';
import { until } from '#test/product.ts';
import { createPlatform, echo, said, startSpine } from '#test/spine.ts';

const texts = (platform: ReturnType<typeof createPlatform>): readonly string[] =>
  platform.arrived.map((message) => message.content.markdown);

describe.each(engines)('delivering (%s)', (engine) => {
  let database: Database;
  beforeAll(async () => {
    database = await openTestDatabase(engine);
  });
  afterAll(() => database[Symbol.asyncDispose]());

  it('goes on reading and answering while the platform answers 429 for minutes, then delivers in order', async () => {
    const platform = createPlatform();
    let limited = true;
    platform.script = () =>
      limited
        ? { ok: false, code: 'rate_limited', message: 'Retry-After: 300', retryAfterMs: 300_000, permanent: false }
        : 'take';
    await using spine = await startSpine(database, platform);
    for (const text of ['one', 'two', 'three']) {
      const [accepted] = await spine.say(said('limited', text));
      expect(accepted?.kind).toBe('accepted');
      expect(await spine.settled(accepted?.conversationId as never, accepted?.seq as number, 10_000)).toBe(true);
    }
    expect(platform.arrived).toEqual([]);
    await until('the first was refused, and all three wait for its pause', async () => {
      const { rows } = await sql<{
        pending: number;
        due: boolean;
      }>`select count(*)::int as pending, bool_or(c.deliver_at <= now() + interval '200 seconds') as due
        from outbox o join conversations c on c.id = o.conversation_id where o.thread = 'limited' and o.delivered_at is null`.execute(
        database.db,
      );
      return rows[0]?.pending === 3 && rows[0].due === false;
    });
    limited = false;
    // The pause is over, for this conversation and for the whole place.
    await sql`delete from pacing`.execute(database.db);
    await sql`update conversations set deliver_at = now() where deliver_at is not null`.execute(database.db);
    await until('all three are there', () => platform.arrived.length === 3);
    expect(texts(platform)).toEqual(['re: one', 're: two', 're: three']);
  });

  it('tells a person when a message cannot be delivered for good', async () => {
    const platform = createPlatform();
    platform.script = () => ({
      ok: false,
      code: 'channel_not_found',
      message: 'The channel is gone.',
      permanent: true,
    });
    await using spine = await startSpine(database, platform);
    await spine.say(said('gone', 'hello?'));
    await until('a case is open', async () => {
      const { rows } = await sql<{
        reason: string;
      }>`select e.reason from escalations e join addresses a on a.conversation_id = e.conversation_id where a.thread = 'gone'`.execute(
        database.db,
      );
      return rows[0]?.reason === 'delivery-failure';
    });
  });

  it('looks a half-sent message up instead of sending it twice', async () => {
    const platform = createPlatform();
    let cut = true;
    platform.script = (message) => {
      if (!cut) return 'take';
      cut = false;
      platform.arrived.push(message);
      throw new Error('The connection was cut after the platform had taken it.');
    };
    await using spine = await startSpine(database, platform);
    await spine.say(said('half', 'once please'));
    await until('it is recorded as delivered', async () => {
      const { rows } = await sql<{
        done: boolean;
      }>`select bool_and(delivered_at is not null) as done from outbox where thread = 'half'`.execute(database.db);
      return rows[0]?.done === true;
    });
    expect(texts(platform)).toEqual(['re: once please']);
  });

  it('sends no text of the bot after a person has claimed the conversation', async () => {
    const platform = createPlatform();
    let entered = (): void => {};
    let release = (): void => {};
    const thinking = new Promise<void>((resolve) => {
      entered = resolve;
    });
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    await using spine = await startSpine(database, platform, {
      decide: async (turn) => {
        if (turn.question === 'a person please') {
          return {
            kind: 'escalate',
            reason: 'asked-for-human',
            confidence: 1,
            brief: { question: 'q', why: 'w', tried: [] },
            holding: { markdown: 'holding', attachments: [] },
          };
        }
        entered();
        await gate;
        return echo(turn);
      },
    });
    const [first] = await spine.say(said('claimed', 'a person please'));
    await spine.settled(first?.conversationId as never, 1, 10_000);
    // The bot has it again and is writing when somebody claims.
    await sql`update conversations set status = 'bot' where id = ${first?.conversationId}::bigint`.execute(database.db);
    const { rows } = await sql<{
      id: string;
    }>`select id::text from escalations where conversation_id = ${first?.conversationId}::bigint`.execute(database.db);
    const [second] = await spine.say(said('claimed', 'still there?'));
    await thinking;
    const [claim] = await spine.say({
      ...said('x', ''),
      address: { channel: 'web', space: 'desk', thread: rows[0]?.id as string },
      author: { role: 'human', externalId: 'agent:Mira', name: 'Mira' },
      body: { kind: 'action', action: 'claim', value: '' },
    });
    await spine.settled(claim?.conversationId as never, claim?.seq as number, 10_000);
    release();
    await spine.settled(second?.conversationId as never, second?.seq as number, 10_000);
    await until('Mira has joined', () => texts(platform).some((text) => text.includes('Mira')));
    expect(texts(platform)).toEqual(['holding', 'Mira from support has joined.']);
  });

  it('answers a burst as one and keeps the order of what follows', async () => {
    const platform = createPlatform();
    platform.adapter.capabilities.settleMs = 100;
    await using spine = await startSpine(database, platform);
    const accepted = await spine.say(said('burst', 'first'), said('burst', 'second'), said('burst', 'third'));
    await spine.settled(accepted[2]?.conversationId as never, accepted[2]?.seq as number, 10_000);
    await until('one answer', () => platform.arrived.length === 1);
    expect(texts(platform)).toEqual(['re: first\nsecond\nthird']);
  });

  it('hands a batch that keeps failing to a person, with what the customer wrote', async () => {
    const platform = createPlatform();
    await using spine = await startSpine(database, platform, { decide: () => Promise.reject(new Error('broken')) });
    await spine.say(said('broken', 'my question'));
    await until(
      'a case is open',
      async () => {
        const { rows } = await sql<{
          question: string;
        }>`select e.brief->>'question' as question from escalations e join addresses a on a.conversation_id = e.conversation_id where a.thread = 'broken'`.execute(
          database.db,
        );
        return rows[0]?.question === 'my question';
      },
      20_000,
    );
    expect(texts(platform)[0]).toContain('passed this to our support team');
  });
});
