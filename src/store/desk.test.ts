import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { EscalationId } from '#core/message.ts';
import { aCase, answering, type Bench, committed, openBench } from '#test/contract/ledger-fixture.ts';
import { engines, openTestDatabase } from '#test/database.ts';
import { said } from '#test/spine.ts';
import type { Database } from './database.ts';
import { createDeskRows, type DeskRows } from './desk.ts';

describe.each(engines)('desk rows (%s)', (engine) => {
  let database: Database;
  let bench: Bench;
  let desk: DeskRows;
  beforeAll(async () => {
    database = await openTestDatabase(engine);
    bench = openBench(database);
    desk = createDeskRows(database.db);
  });
  afterAll(() => database[Symbol.asyncDispose]());
  beforeEach(() => bench.clear());

  const open = async (thread: string, more: Parameters<typeof said>[2] = {}): Promise<EscalationId> => {
    const claim = await bench.claimed(said(thread, `help ${thread}`, more));
    const plan = answering(claim, [], { escalation: aCase(claim.conversation.id) });
    const { escalationId } = committed(await bench.worker().commit(plan));
    return escalationId as EscalationId;
  };

  it('shows a case with its customer, and what they are known by', async () => {
    const id = await open('one', {
      author: { role: 'customer', externalId: 'T1:U1', name: 'Ada' },
      identity: { level: 'verified', organization: 'example.org' },
    });
    const found = await desk.get(id);
    expect(found).toMatchObject({
      id,
      code: '7F3K',
      status: 'open',
      reason: 'asked-for-human',
      channel: 'slack',
      customerId: 'T1:U1',
      customerName: 'Ada',
      organization: 'example.org',
      identity: 'verified',
      priority: 'normal',
      claimedBy: null,
      brief: { question: 'Where is my order?' },
    });
    expect(found?.waitingSince).not.toBeNull();
    for (const odd of ['', 'x', '999', '9'.repeat(30), "1'; --"]) expect(await desk.get(odd)).toBeUndefined();
  });

  it('lists by state, newest first, page by page, and counts', async () => {
    const ids = [await open('a'), await open('b'), await open('c'), await open('d')];
    await bench.run(sql`update escalations set status = 'claimed', claimed_by = 'Mira' where id = ${ids[1]}::bigint`);
    await bench.run(sql`update escalations set status = 'resolved' where id = ${ids[2]}::bigint`);
    expect(await desk.counts()).toEqual({ open: 2, claimed: 1, resolved: 1 });
    expect((await desk.list({ status: 'open', limit: 10 })).items.map(({ id }) => id)).toEqual([ids[3], ids[0]]);
    const first = await desk.list({ status: 'all', limit: 3 });
    expect([first.items.map(({ id }) => id), first.more]).toEqual([[ids[3], ids[2], ids[1]], true]);
    const second = await desk.list({ status: 'all', limit: 3, before: first.items.at(-1)?.id ?? '' });
    expect([second.items.map(({ id }) => id), second.more]).toEqual([[ids[0]], false]);
  });

  it('counts the wait from the first word that no person has answered', async () => {
    const id = await open('waiting');
    const conversation = (await desk.get(id))?.conversationId;
    await bench.run(sql`insert into messages (conversation_id, role, author_id, markdown, at) values
      (${conversation}::bigint, 'human', 'mira', 'Hello', now()), (${conversation}::bigint, 'customer', 'ada', 'More', '2026-06-01T10:00:00Z'::timestamptz)`);
    await bench.run(sql`update escalations set opened_at = '2026-06-01T09:30:00Z'`);
    expect(new Date((await desk.get(id))?.waitingSince ?? 0)).toEqual(new Date('2026-06-01T10:00:00Z'));
    await bench.run(
      sql`insert into messages (conversation_id, role, author_id, visibility, markdown) values (${conversation}::bigint, 'human', 'mira', 'internal', 'a note')`,
    );
    expect((await desk.get(id))?.waitingSince).not.toBeNull();
    await bench.run(
      sql`insert into messages (conversation_id, role, author_id, markdown) values (${conversation}::bigint, 'human', 'mira', 'Done')`,
    );
    expect((await desk.get(id))?.waitingSince).toBeNull();
  });

  it('keeps why a button did nothing', async () => {
    const id = await open('refused');
    await bench.run(sql`insert into refusals values (${id}::bigint, 'a1', 'Tom has it')`);
    expect(await desk.refusal(id, 'a1')).toBe('Tom has it');
    expect(await desk.refusal(id, 'a2')).toBeUndefined();
  });

  describe('how somebody’s newest conversation in a place stands', () => {
    const place = { channel: 'slack', space: 'support', externalId: 'T0ACME:U1' } as const;
    const author = { role: 'customer', externalId: place.externalId } as const;

    it('knows nothing of whoever has not written there', async () => {
      await open('one', { author });
      await open('elsewhere', { author, address: { channel: 'slack', space: 'C0OTHER', thread: 'elsewhere' } });
      expect(await desk.stateOf({ ...place, externalId: 'T0ACME:U2' })).toBeUndefined();
      expect(await desk.stateOf({ ...place, space: 'C0NEVER' })).toBeUndefined();
      expect(await desk.stateOf({ ...place, channel: 'teams' })).toBeUndefined();
      for (const odd of ["'; --", '', '\u{1f44b}'])
        expect(await desk.stateOf({ ...place, externalId: odd })).toBeUndefined();
    });

    it('says who has it, and by which code people speak of it while it is open', async () => {
      const id = await open('one', { author });
      expect(await desk.stateOf(place)).toEqual({ status: 'bot', code: '7F3K' });
      await bench.run(sql`update conversations set status = 'human', owner = 'Mira' where kind = 'customer'`);
      expect(await desk.stateOf(place)).toEqual({ status: 'human', owner: 'Mira', code: '7F3K' });
      await bench.run(sql`update escalations set status = 'resolved' where id = ${id}::bigint`);
      await bench.run(sql`update conversations set status = 'resolved', owner = null where kind = 'customer'`);
      expect(await desk.stateOf(place)).toEqual({ status: 'resolved' });
    });

    it('is that of the conversation they wrote in last', async () => {
      await open('old', { author });
      await bench.take(said('new', 'x', { author }));
      expect(await desk.stateOf(place)).toEqual({ status: 'bot' });
      const address = { channel: 'slack', space: 'support', thread: 'old', state: { user: 'U1' } } as const;
      await bench.take(said('old', 'again', { author, address }));
      expect(await desk.stateOf(place)).toEqual({ status: 'bot', code: '7F3K' });
    });
  });

  it('gives up on desk threads that have not become known for a while, and says where they were', async () => {
    await bench.run(sql`truncate held_events`);
    const inThread = (thread: string) =>
      said(thread, 'a reply', {
        attention: 'desk',
        author: { role: 'human', externalId: 'T0HOME:U1' },
        address: { channel: 'slack', space: 'C0DESK', thread },
      });
    await bench.take(inThread('1.1'), inThread('2.2'));
    expect(await desk.expireHeld(60)).toEqual([]);
    await bench.run(sql`update held_events set at = at - interval '61 s' where thread = '1.1'`);
    expect(await desk.expireHeld(60)).toEqual([{ channel: 'slack', space: 'C0DESK', thread: '1.1' }]);
    expect(await bench.run(sql`select thread from held_events`)).toEqual([{ thread: '2.2' }]);
  });

  it('knows the usual wait once there is enough to go by', async () => {
    for (const thread of ['1', '2', '3', '4']) await open(thread);
    const claimAll = sql`update escalations set claimed_at = opened_at + id * interval '10 minutes'`;
    await bench.run(claimAll);
    expect(await desk.usualWaitMinutes()).toBeUndefined();
    await open('5');
    await bench.run(claimAll);
    expect(await desk.usualWaitMinutes()).toBeCloseTo(30);
    await bench.run(sql`update escalations set claimed_at = now() - interval '40 days'`);
    expect(await desk.usualWaitMinutes()).toBeUndefined();
  });
});
