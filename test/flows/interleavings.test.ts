/**
 * One conversation under everything at once: a burst of messages, edits, deletions, webhooks that come twice, people at the
 * desk, platforms that are slow, limited or cut off, and workers that die. Seeded; INTERLEAVINGS sets how many seeds are run.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ConversationId, InboundEvent, Outbound, SendResult } from '#core/message.ts';
import type { Turn, TurnOutcome } from '#core/turn.ts';
import type { Database } from '#src/store/database.ts';
import { engines, openTestDatabase } from '#test/database.ts';
import { until } from '#test/product.ts';
import { createPlatform, echo, type Platform, said, startSpine } from '#test/spine.ts';

const seeds = Array.from({ length: Number(process.env.INTERLEAVINGS ?? 2) }, (_, index) => index + 1);
const steps = 50;
/** A send that was decided on before a claim may begin this much after it, in milliseconds. */
const inFlightMs = 300;

/** A small generator of numbers from 0 to 1 (xorshift), the same for the same seed. */
const randomOf = (seed: number): (() => number) => {
  let state = (seed * 2_654_435_761) >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
};

/** A database that stops answering this one worker: no statement begins any more, and no answer comes back. */
const cuttable = (database: Database) => {
  let isCut = false;
  const refuse = <T>(value: T): T => {
    if (isCut) throw new Error('This process was killed.');
    return value;
  };
  const db = database.db.withPlugin({
    transformQuery: ({ node }) => refuse(node),
    transformResult: async ({ result }) => refuse(result),
  });
  const cut = (): void => {
    isCut = true;
  };
  return { database: { ...database, db }, cut, isCut: () => isCut };
};

const decide =
  (random: () => number) =>
  async (turn: Turn): Promise<TurnOutcome> => {
    await pause(random() * 100);
    if (random() < 0.04) throw new Error('The model failed.');
    if (!turn.question.includes('person')) return echo(turn);
    const brief = { question: turn.question, why: 'asked', tried: [] };
    return {
      kind: 'escalate',
      reason: 'asked-for-human',
      confidence: 1,
      brief,
      holding: { markdown: 'holding', attachments: [] },
    };
  };

/** What the world saw of one run. */
interface Seen {
  /** When answers of the bot began to be sent. */
  readonly begun: number[];
  /** While a person had the conversation, as far as the person could know. */
  readonly held: { readonly from: number; to: number }[];
  limited: boolean;
}

/** The platform as one worker reaches it. */
const reach = (platform: Platform, isCut: () => boolean, record: Seen, random: () => number): Platform => {
  const send = async (message: Outbound): Promise<SendResult> => {
    if (message.content.markdown.startsWith('re: ')) record.begun.push(performance.now());
    await pause(random() < 0.1 ? 700 : random() * 40);
    if (isCut()) throw new Error('This process was killed.');
    if (record.limited) return { ok: false, code: 'rate_limited', message: '429', retryAfterMs: 50, permanent: false };
    if (random() < 0.05) throw new Error('The connection was cut before anything arrived.');
    platform.arrived.push(message);
    await pause(random() * 20);
    if (random() < 0.05) throw new Error('The connection was cut after it had arrived.');
    return { ok: true, externalId: `sent:${message.id}`, address: message.address };
  };
  return { ...platform, adapter: { ...platform.adapter, send } };
};

const play = async (database: Database, engine: string, seed: number): Promise<void> => {
  const random = randomOf(seed);
  const pick = <T>(items: readonly T[]): T | undefined => items[Math.floor(random() * items.length)];
  const thread = `model-${engine}-${seed}`;
  const platform = createPlatform();
  const record: Seen = { begun: [], held: [], limited: false };
  const rows = async <T>(statement: ReturnType<typeof sql<T>>): Promise<readonly T[]> =>
    (await statement.execute(database.db)).rows;

  let born = 0;
  const startWorker = async () => {
    born += 1;
    const name = `${thread}-${born}`;
    const link = cuttable(database);
    const spine = await startSpine(link.database, reach(platform, link.isCut, record, random), {
      worker: name,
      decide: decide(random),
    });
    return { name, spine, cut: link.cut };
  };
  const expire = (name: string) =>
    sql`update conversations set
      reading_until = case when reading_by = ${name} then '-infinity' else reading_until end,
      delivering_until = case when delivering_by = ${name} then '-infinity' else delivering_until end
      where reading_by = ${name} or delivering_by = ${name}`.execute(database.db);
  const workers = [await startWorker(), await startWorker()];
  const dead: Promise<void>[] = [];
  await using door = await startSpine(database, platform, { worker: `${thread}-door`, start: false });

  const sent: InboundEvent[] = [];
  const deleted = new Set<string>();
  let accepted = 0;
  const take = async (event: InboundEvent) => {
    const [result] = await door.say(event);
    if (result?.kind === 'accepted') accepted += 1;
    return result;
  };
  const tokenOf = (event: InboundEvent): string =>
    event.body.kind === 'message' ? (event.body.content.markdown.split(' ')[0] ?? '') : '';
  const [first] = [said(thread, 'm1 hello')];
  sent.push(first);
  const conversation = (await take(first))?.conversationId as ConversationId;

  const atDesk = async (n: number, action: string): Promise<void> => {
    const [open] = await rows(
      sql<{
        id: string;
      }>`select id::text from escalations where conversation_id = ${conversation}::bigint order by escalations.id desc limit 1`,
    );
    if (open === undefined) return;
    const ends = action === 'resolve' || action === 'return';
    const last = record.held.at(-1);
    if (ends && last?.to === Number.POSITIVE_INFINITY) last.to = performance.now();
    const result = await take({
      ...said(thread, ''),
      address: { channel: 'web', space: 'desk', thread: open.id },
      author: { role: 'human', externalId: 'agent:Mira', name: 'Mira' },
      body:
        action === 'reply'
          ? { kind: 'message', content: { markdown: `reply ${n}`, attachments: [] } }
          : { kind: 'action', action, value: '' },
    });
    expect(await door.settled(result?.conversationId as ConversationId, result?.seq ?? 0, 20_000)).toBe(true);
    const [now] = await rows(
      sql<{ status: string }>`select status from conversations where id = ${conversation}::bigint`,
    );
    if (!ends && now?.status === 'human' && record.held.at(-1)?.to !== Number.POSITIVE_INFINITY)
      record.held.push({ from: performance.now() + inFlightMs, to: Number.POSITIVE_INFINITY });
  };

  let desk = Promise.resolve();
  for (let step = 2; step < steps; step += 1) {
    const dice = random();
    if (dice < 0.4) {
      const event = said(thread, `m${step} ${random() < 0.12 ? 'person' : 'word'}`);
      sent.push(event);
      await take(event);
    } else if (dice < 0.45) expect((await door.say(pick(sent) as InboundEvent))[0]?.kind).toBe('duplicate');
    else if (dice < 0.55) {
      const of = pick(sent.slice(-3)) as InboundEvent;
      const content = { markdown: `${tokenOf(of)} edited`, attachments: [] };
      await take({ ...said(thread, ''), body: { kind: 'edit', of: of.externalId as string, content } });
    } else if (dice < 0.6) {
      const of = pick(sent.slice(-3)) as InboundEvent;
      deleted.add(tokenOf(of));
      await take({ ...said(thread, ''), body: { kind: 'delete', of: of.externalId as string } });
    } else if (dice < 0.75) {
      const action = pick(['claim', 'reply', 'reply', 'resolve', 'return']) as string;
      desk = desk.then(() => atDesk(step, action));
    } else if (dice < 0.8) record.limited = !record.limited;
    else if (dice < 0.87) {
      const place = Math.floor(random() * workers.length);
      const killed = workers[place] as (typeof workers)[number];
      killed.cut();
      dead.push(killed.spine.worker.stop(0));
      workers[place] = await startWorker();
      await pause(random() * 30);
      await expire(killed.name);
    }
    await pause(random() * 40);
  }
  record.limited = false;
  await desk;
  await until('everything has its outcome', async () => {
    await sql`update conversations set wake_at = least(wake_at, now()), deliver_at = least(deliver_at, now())
      where wake_at > now() or deliver_at > now()`.execute(database.db);
    const [left] = await rows(sql<{ unread: boolean; pending: boolean }>`select
      exists (select from conversations c where c.inbox_seq > c.consumed_seq) as unread,
      exists (select from outbox o where o.delivered_at is null and o.dead_at is null) as pending`);
    return left?.unread === false && left.pending === false;
  });
  await Promise.all(workers.map(({ spine }) => spine.worker.stop(1_000)));
  await Promise.all(dead);

  // Everything that was accepted is there once.
  const texts = await rows(sql<{ text: string; place: string }>`
    select m.markdown as text, 'answer' as place from messages m where m.conversation_id = ${conversation}::bigint and m.role = 'bot' and m.visibility = 'customer'
    union all select e.brief->>'question', 'case' from escalations e where e.conversation_id = ${conversation}::bigint
    union all select o.payload->>'markdown', 'desk' from outbox o join escalations e on e.desk_conversation_id = o.conversation_id
      join messages m on m.id = o.message_id and m.conversation_id = e.conversation_id where e.conversation_id = ${conversation}::bigint`);
  for (const event of sent) {
    const token = tokenOf(event);
    const outcomes = texts.filter(({ text }) => text.split(/\s+/).includes(token));
    const context = `${thread}: ${token} ${JSON.stringify(outcomes)}`;
    if (deleted.has(token)) expect(outcomes.length, context).toBeLessThanOrEqual(1);
    else expect(outcomes.length, context).toBe(1);
  }
  const [counts] = await rows(sql<{
    inbox: number;
  }>`select count(*)::int as inbox from inbox i where i.conversation_id = ${conversation}::bigint
    or i.conversation_id in (select desk_conversation_id from escalations where conversation_id = ${conversation}::bigint)`);
  expect(counts?.inbox, thread).toBe(accepted);
  // What was delivered was seen once, in order; what was withdrawn, never.
  const delivered = await rows(sql<{ id: string }>`select id::text from outbox
    where conversation_id = ${conversation}::bigint and delivered_at is not null order by outbox.id`);
  expect(
    platform.arrived.map(({ id }) => id),
    thread,
  ).toEqual(delivered.map(({ id }) => id));
  for (const at of record.begun)
    for (const { from, to } of record.held)
      expect(at > from && at < to, `${thread}: an answer after a claim`).toBe(false);
};

describe.each(engines)('one conversation under everything at once (%s)', (engine) => {
  let database: Database;
  beforeAll(async () => {
    database = await openTestDatabase(engine);
  });
  afterAll(() => database[Symbol.asyncDispose]());

  it.each(seeds)('loses, doubles and misdirects nothing (seed %i)', { timeout: 60_000 }, (seed) =>
    play(database, engine, seed),
  );
});
