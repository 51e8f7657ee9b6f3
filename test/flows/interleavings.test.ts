/**
 * A channel with its desk under everything at once: bursts, edits, deletions, bystanders, colleagues who answer themselves,
 * webhooks that come twice, people at the desk, platforms that are slow, limited or cut off, and workers that die. Seeded;
 * INTERLEAVINGS sets how many seeds are run, INTERLEAVINGS_FROM the first of them.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { HumanDesk } from '#core/escalation.ts';
import type { InboundEvent } from '#core/message.ts';
import { createCases } from '#src/store/cases.ts';
import type { Database } from '#src/store/database.ts';
import { engines, openTestDatabase } from '#test/database.ts';
import { checkPromises, gapsOf, watchHolds } from '#test/flows/promises.ts';
import { cuttable, decider, newSeen, randomOf, reach, type Seen } from '#test/flows/weather.ts';
import { until } from '#test/product.ts';
import { createRoom, type Room, said, startSpine } from '#test/spine.ts';

const from = Number(process.env.INTERLEAVINGS_FROM ?? 1);
const seeds = Array.from({ length: Number(process.env.INTERLEAVINGS ?? 4) }, (_, index) => from + index);
const steps = 60;

/** Every third desk is the console, whose threads we name ourselves; the others learn them from the card's receipt. */
const deskOf = (seed: number): HumanDesk['place'] =>
  seed % 3 === 0
    ? { channel: 'web', space: 'desk', ownThreads: true }
    : { channel: 'slack', space: 'desk', ownThreads: false };

const agents = ['Mira', 'Tom'] as const;
const deeds = [
  ...(['claim', 'reply', 'reply', 'reply', 'note', 'resolve'] as const),
  ...(['return', 'reassign', 'reopen', 'edit', 'delete'] as const),
];

/** The tokens by which texts are followed through everything: `m1` a customer's, `r1` a reply, `n1` a note, `k1` a colleague's. */
const people = (seed: number) => {
  let count = 0;
  const name = (who: string): string => `T${seed}:${who}`;
  return {
    token: (kind: string): string => {
      count += 1;
      return `${kind}${seed}x${count}`;
    },
    customers: [name('ada'), name('bob')],
    bystander: name('eve'),
    colleague: { role: 'human', externalId: name('kim'), name: 'Kim' } as const,
    agent: (who: string) => ({ role: 'human', externalId: name(who), name: who }) as const,
  };
};

/** The move that `dice` (0…1) falls on; nothing in what the weights leave over. */
const choose = <T>(moves: readonly (readonly [weight: number, move: T])[], dice: number): T | undefined => {
  let left = dice;
  for (const [weight, move] of moves) {
    left -= weight;
    if (left < 0) return move;
  }
  return undefined;
};

const play = async (database: Database, engine: string, seed: number): Promise<void> => {
  const random = randomOf(seed);
  const pick = <T>(items: readonly T[]): T | undefined => items[Math.floor(random() * items.length)];
  const room: Room = createRoom();
  const desk = deskOf(seed);
  const record: Seen = newSeen();
  room.searchable = seed % 5 !== 4;
  const { token, customers, bystander, colleague, agent } = people(seed);
  const space = `support-${engine}-${seed}`;

  let born = 0;
  const startWorker = async () => {
    born += 1;
    const name = `${space}-${born}`;
    const link = cuttable(database);
    const adapter = reach(room, link, record, random);
    const spine = await startSpine(link.database, { adapter }, { worker: name, decide: decider(random, record), desk });
    return { name, spine, cut: link.cut };
  };
  const expire = (name: string) =>
    sql`update conversations set
      reading_until = case when reading_by = ${name} then '-infinity' else reading_until end,
      delivering_until = case when delivering_by = ${name} then '-infinity' else delivering_until end
      where reading_by = ${name} or delivering_by = ${name}`.execute(database.db);
  const workers = [await startWorker(), await startWorker()];
  const dead: Promise<void>[] = [];
  await using door = await startSpine(database, room, { worker: `${space}-door`, start: false, desk });

  const take = async (event: InboundEvent) => {
    const [result] = await door.say(event);
    if (result?.kind === 'accepted' || result?.kind === 'held') record.accepted.push(event);
    return result;
  };
  const write = (thread: string, author: InboundEvent['author'], markdown: string, more: Partial<InboundEvent> = {}) =>
    said(thread, markdown, { address: { channel: 'slack', space, thread, state: { thread } }, author, ...more });

  /** What customers said, with the newest of their words. */
  const { words } = record;
  const ask = async (): Promise<void> => {
    const customer = pick(customers) as string;
    const theirs = [...record.threads].filter(([, owner]) => owner === customer).map(([thread]) => thread);
    const isRoot = theirs.length === 0 || random() < 0.25;
    const thread = isRoot ? token('t') : (pick(theirs) as string);
    record.threads.set(thread, customer);
    const attention = pick(['addressed', 'addressed', 'open', 'overheard'] as const) as 'addressed';
    const first = token('m');
    const event = write(
      thread,
      { role: 'customer', externalId: customer },
      `${first} ${random() < 0.25 ? 'person' : 'word'}?`,
      {
        attention,
        ...(isRoot ? { joinsWithinMs: random() < 0.8 ? 60_000 : 1 } : {}),
        ...(random() < 0.1 ? { toOthers: true } : {}),
      },
    );
    const result = await take(event);
    if (result?.kind === 'overheard') {
      // The same message comes again as a mention.
      if (random() < 0.5 || (await take({ ...event, attention: 'addressed' }))?.kind !== 'accepted') return;
      words.push({
        event: { ...event, attention: 'addressed' },
        tokens: [first],
        key: event.dedupeKey,
        isDeleted: false,
      });
    } else words.push({ event, tokens: [first], key: event.dedupeKey, isDeleted: false });
    if (random() < 0.1) expect((await door.say(event))[0]?.kind).toBe('duplicate');
  };
  const change = async (): Promise<void> => {
    const entry = pick(words.slice(-3));
    if (entry === undefined || entry.isDeleted) return;
    const { address, author, externalId: of = '', attention } = entry.event;
    if (random() < 0.35) {
      entry.isDeleted = true;
      await take({ ...write(address.thread, author, ''), body: { kind: 'delete', of }, attention: 'overheard' });
      return;
    }
    const next = token('m');
    entry.tokens.push(next);
    const content = { markdown: `${next} edited?`, attachments: [] };
    const edit: InboundEvent = {
      ...write(address.thread, author, ''),
      body: { kind: 'edit', of, content },
      ...(attention === undefined ? {} : { attention }),
    };
    entry.key = edit.dedupeKey;
    await take(edit);
  };
  const chatter = async (): Promise<void> => {
    const thread = pick([...record.threads.keys()]);
    if (thread === undefined) return;
    const isColleague = random() < 0.6;
    const author = isColleague ? colleague : ({ role: 'customer', externalId: bystander } as const);
    const text = `${token(isColleague ? 'k' : 'b')} ${random() < 0.3 ? 'well?' : 'well'}`;
    await take(write(thread, author, text, { attention: 'overheard' }));
  };

  /** Somebody at the desk does something with a case that they see, or that the console shows. */
  const act = async (): Promise<void> => {
    const deed = pick(deeds) as (typeof deeds)[number];
    const who = agent(pick(agents) as string);
    const cards = [...room.shown.values()].filter(
      (one) => one.space === 'desk' && one.message?.meta.card !== undefined,
    );
    const card = random() < 0.7 ? cards.at(-1) : pick(cards);
    const inConsole = desk.ownThreads || random() < 0.15;
    const { rows } = await sql<{ id: string }>`select id::text from escalations order by id desc limit 3`.execute(
      database.db,
    );
    const thread = inConsole ? pick(rows)?.id : card?.thread;
    if (thread === undefined) return;
    const base = {
      ...said(thread, ''),
      address: { channel: inConsole ? ('web' as const) : desk.channel, space: 'desk', thread },
      author: inConsole ? { ...who, externalId: `agent:${who.name}` } : who,
      ...(inConsole ? {} : { attention: 'desk' as const }),
    };
    if (deed === 'edit' || deed === 'delete') {
      const reply = pick(record.replies.slice(-2));
      if (reply === undefined || reply.isChanged || reply.event.externalId === undefined) return;
      reply.isChanged = true;
      const { externalId: of, address, author, attention } = reply.event;
      const content = { markdown: `${reply.token} again`, attachments: [] };
      const body = deed === 'edit' ? { kind: deed, of, content } : { kind: deed, of };
      await take({ ...base, address, author, body, ...(attention === undefined ? {} : { attention }) });
      return;
    }
    if (deed !== 'reply' && deed !== 'note') {
      await take({ ...base, body: { kind: 'action', action: deed, value: '' } });
      return;
    }
    const mark = token(deed === 'reply' ? 'r' : 'n');
    const event: InboundEvent = {
      ...base,
      body: { kind: 'message', content: { markdown: deed === 'reply' ? mark : `// ${mark}`, attachments: [] } },
    };
    await take(event);
    if (deed === 'reply') record.replies.push({ token: mark, event, isChanged: false });
  };
  const cases = createCases(database.db);
  const remind = async (): Promise<void> => {
    const open = await cases.open();
    await cases.tell(
      open.map(({ id, deskConversationId: conversation }) => ({
        conversation,
        key: `remind:${id}`,
        action: 'remind',
        value: '',
      })),
    );
  };
  const kill = async (): Promise<void> => {
    const place = Math.floor(random() * workers.length);
    const killed = workers[place] as (typeof workers)[number];
    killed.cut();
    dead.push(killed.spine.worker.stop(0));
    workers[place] = await startWorker();
    await pause(random() * 30);
    await expire(killed.name);
  };

  const moves: readonly (readonly [weight: number, move: () => Promise<unknown>])[] = [
    [0.34, ask],
    [0.1, change],
    [0.12, chatter],
    [0.26, act],
    [0.06, async () => (record.limited = !record.limited)],
    [0.06, kill],
    [0.02, remind],
  ];
  for (let step = 0; step < steps; step += 1) {
    await choose(moves, random())?.();
    await pause(random() < 0.1 ? 250 : random() * 40);
  }
  record.limited = false;
  const left = async () => {
    await sql`update conversations set wake_at = least(wake_at, now()), deliver_at = least(deliver_at, now())
      where wake_at > now() or deliver_at > now()`.execute(database.db);
    const { rows } = await sql`
      select 'unread' as what, to_jsonb(c) as row from conversations c where c.inbox_seq > c.consumed_seq
      union all select 'unsent', to_jsonb(o) from outbox o where o.delivered_at is null and o.dead_at is null
      union all select 'held', to_jsonb(h) from held_events h`.execute(database.db);
    return rows;
  };
  await until('everything has its outcome', async () => (await left()).length === 0, 25_000).catch(() => undefined);
  const rest = await left();
  await Promise.all(workers.map(({ spine }) => spine.worker.stop(1_000)));
  await Promise.all(dead);
  expect(rest, `seed ${seed}: nothing is left`).toEqual([]);
  const gaps = await gapsOf(database, record);
  if (process.env.INTERLEAVINGS !== undefined)
    console.log(`seed ${seed}: ${words.length} questions, gaps in ms:`, gaps);
  expect(gaps, `seed ${seed}: sends that began after a claim`).toEqual([]);
  await checkPromises(database, { room, record, desk, colleague: colleague.externalId, seed });
};

describe.each(engines)('a channel and its desk under everything at once (%s)', (engine) => {
  let database: Database;
  beforeAll(async () => {
    database = await openTestDatabase(engine);
    await watchHolds(database);
  });
  afterAll(() => database[Symbol.asyncDispose]());

  it.each(seeds)('loses, doubles and misdirects nothing (seed %i)', { timeout: 60_000 }, async (seed) => {
    await sql`truncate conversations, people, dedupe, pacing, held_events, decisions, holds restart identity cascade`.execute(
      database.db,
    );
    await play(database, engine, seed);
  });
});
