import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { MessageId } from '#core/message.ts';
import { aCase, answering, committed, openBench } from '#test/contract/ledger-fixture.ts';
import { openTestDatabase } from '#test/database.ts';
import { said } from '#test/spine.ts';
import { createChatStore, createDeskStore } from './compose-http.ts';
import { createChatRows } from './store/chat.ts';
import type { Database } from './store/database.ts';
import { createDeskRows } from './store/desk.ts';

let database: Database;
beforeAll(async () => {
  database = await openTestDatabase('embedded');
});
afterAll(() => database[Symbol.asyncDispose]());
beforeEach(() => openBench(database).clear());

it('shows votes in the console, and never on a customer’s page', async () => {
  const bench = openBench(database);
  const address = { channel: 'web', space: 'chat', thread: 'votes' } as const;
  const claim = await bench.claimed(said('votes', 'question', { address }));
  const { id } = claim.conversation;
  const plan = answering(claim, ['answer'], { escalation: aCase(id) });
  const { escalationId } = committed(await bench.worker().commit(plan));
  const rows = createChatRows(database.db, () => new Date());
  const desk = createDeskStore(createDeskRows(database.db), rows, {}, () => new Date());
  const chat = createChatStore(rows);

  const votesAtDesk = async () => (await desk.get(escalationId ?? ''))?.messages.map(({ votes }) => votes);
  expect(await votesAtDesk()).not.toContainEqual(expect.anything());
  const answer = (await rows.history(id, { limit: 10 })).items.find(({ markdown }) => markdown === 'answer')?.id;
  for (const [author, score] of [
    ['a', 1],
    ['b', 1],
    ['c', -1],
  ] as const)
    await bench.run(
      sql`insert into feedback (message_id, author_id, score) values (${answer}::bigint, ${author}, ${score})`,
    );

  expect(await votesAtDesk()).toContainEqual({ up: 2, down: 1 });
  const pages = [await chat.history(id, { limit: 10 }), await chat.history(id, { limit: 10, after: '0' as MessageId })];
  for (const { items } of pages) {
    expect(items.map(({ markdown }) => markdown)).toContain('answer');
    for (const item of items) expect(item).not.toHaveProperty('votes');
  }
});

describe('a case in the console', () => {
  const policy = { firstResponseMinutes: 60, nextResponseMinutes: 30 };
  const deskAt = (now: () => Date) =>
    createDeskStore(createDeskRows(database.db), createChatRows(database.db, now), policy, now);
  const inMinutes = (minutes: number) => () => new Date(Date.now() + minutes * 60_000);
  const open = async (thread: string, code = '7F3K') => {
    const bench = openBench(database);
    const claim = await bench.claimed(said(thread, 'a person please'));
    const { id, version } = claim.conversation;
    const changes = [{ conversation: id, version, status: 'waiting' }] as const;
    const plan = answering(claim, [], { changes, escalation: aCase(id, { code }) });
    return { bench, conversation: id, id: committed(await bench.worker().commit(plan)).escalationId ?? '' };
  };

  it('says which promise runs out first, and nothing once it is closed', async () => {
    const { bench, id } = await open('sla');
    const urgency = async (minutes: number, status: 'open' | 'claimed' | 'resolved' = 'open') => {
      const desk = deskAt(inMinutes(minutes));
      const listed = (await desk.list({ status, limit: 10 })).items[0]?.sla;
      expect((await desk.get(id))?.sla).toEqual(listed);
      return listed;
    };
    expect(await urgency(1)).toMatchObject({ clock: 'first', state: 'running' });
    expect(await urgency(61)).toMatchObject({ clock: 'first', state: 'overdue' });
    const at = (await urgency(1))?.dueAt ?? '';
    expect(Math.abs(Date.parse(at) - inMinutes(60)().getTime())).toBeLessThan(60_000);
    await bench.run(sql`update escalations set status = 'resolved'`);
    expect(await urgency(61, 'resolved')).toBeUndefined();
  });

  it('promises nothing where nothing is promised', async () => {
    const { id } = await open('free');
    const now = inMinutes(600);
    const desk = createDeskStore(createDeskRows(database.db), createChatRows(database.db, now), {}, now);
    expect(await desk.get(id)).not.toHaveProperty('sla');
  });

  it('is found by its code, however it is written; the newest of several', async () => {
    const first = await open('one', 'AB12');
    const second = await open('two', 'AB12');
    expect(BigInt(second.id)).toBeGreaterThan(BigInt(first.id));
    const desk = deskAt(() => new Date());
    for (const id of ['case-AB12', 'case-ab12', 'CASE-AB12', second.id])
      expect((await desk.get(id))?.id, id).toBe(second.id);
    expect((await desk.get(first.id))?.id).toBe(first.id);
    for (const id of ['case-ZZ99', 'AB12', 'case-', 'case-AB12%', "case-AB'12", `case-${'A'.repeat(13)}`, '-1', ''])
      expect(await desk.get(id), id).toBeUndefined();
  });

  it('names the article that was drafted from it', async () => {
    const { bench, id } = await open('drafted');
    const desk = deskAt(() => new Date());
    expect(await desk.get(id)).not.toHaveProperty('article');
    await bench.run(sql`insert into drafts (escalation_id, kind, question, answer, visibility, document_id)
      values (${id}::bigint, 'new', 'How long?', '14 days.', 'public', ${`team:${id}`})`);
    expect((await desk.get(id))?.article).toEqual({ id: expect.any(String), status: 'draft', decidedBy: undefined });
    await bench.run(
      sql`update drafts set status = 'published', decided_at = now(), decided_by = 'Mira' where escalation_id = ${id}::bigint`,
    );
    expect((await desk.get(id))?.article).toMatchObject({ status: 'published', decidedBy: 'Mira' });
  });

  it('shows what the customer said of it once it was closed, the newest word', async () => {
    const { bench, conversation, id } = await open('closed');
    const desk = deskAt(() => new Date());
    expect(await desk.get(id)).not.toHaveProperty('satisfaction');
    const said = async (asks: boolean, author: string, score: 1 | -1, ago: string) =>
      bench.run(sql`with m as (insert into messages (conversation_id, role, author_id, markdown, meta)
          values (${conversation}::bigint, 'bot', 'frontdesk', 'solved?', ${asks ? '{"asks": "satisfaction"}' : '{}'}::jsonb) returning id)
        insert into feedback (message_id, author_id, score, at) select m.id, ${author}, ${score}::smallint, now() - ${ago}::interval from m`);
    // A vote on an answer is no word on the case.
    await said(false, 'customer:closed', -1, '1 minute');
    expect(await desk.get(id)).not.toHaveProperty('satisfaction');
    await said(true, 'customer:closed', -1, '10 minutes');
    expect((await desk.get(id))?.satisfaction).toBe(-1);
    await said(true, 'customer:closed', 1, '5 minutes');
    expect((await desk.get(id))?.satisfaction).toBe(1);
  });
});
