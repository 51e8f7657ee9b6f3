import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ConversationId, EscalationId } from '#core/message.ts';
import { aCase, answering, atDesk, type Bench, committed, openBench } from '#test/contract/ledger-fixture.ts';
import { engines, openTestDatabase } from '#test/database.ts';
import { said } from '#test/spine.ts';
import { type Cases, createCases } from './cases.ts';
import type { Database } from './database.ts';
import { sweepRows } from './housekeeping.ts';

describe.each(engines)('cases (%s)', (engine) => {
  let database: Database;
  let bench: Bench;
  let cases: Cases;
  beforeAll(async () => {
    database = await openTestDatabase(engine);
    bench = openBench(database);
    cases = createCases(database.db);
  });
  afterAll(() => database[Symbol.asyncDispose]());
  beforeEach(() => bench.clear());

  const open = async (thread: string): Promise<EscalationId> => {
    const claim = await bench.claimed(said(thread, `help ${thread}`));
    const plan = answering(claim, [], { escalation: aCase(claim.conversation.id) });
    return committed(await bench.worker().commit(plan)).escalationId as EscalationId;
  };
  const set = (id: EscalationId, change: ReturnType<typeof sql>) =>
    bench.run(sql`update escalations set ${change} where id = ${id}::bigint`);
  const kinds = async (id: EscalationId) =>
    (await cases.open()).find((one) => one.id === id)?.events.map(({ kind }) => kind);
  const told = async (): Promise<readonly unknown[]> =>
    (await bench.worker().claimReading(100))
      .filter(({ conversation }) => conversation.kind === 'desk')
      .flatMap(({ pending }) => pending.map(({ event }) => event.body));
  const nudge = (conversation: ConversationId, key: string) => ({
    conversation,
    key,
    action: 'remind',
    value: 'words',
  });

  it('log what happens to them, whoever changes them', async () => {
    const id = await open('one');
    await set(id, sql`status = 'claimed', claimed_by = 'Mira', claimed_by_id = 'm'`);
    await set(id, sql`claimed_by = 'Tom', claimed_by_id = 't'`);
    await set(id, sql`brief = brief`);
    expect(await kinds(id)).toEqual(['opened', 'claimed', 'reassigned']);
    await set(id, sql`status = 'resolved'`);
    expect(await kinds(id)).toBeUndefined();
    await set(id, sql`status = 'claimed'`);
    expect(await kinds(id)).toEqual(['opened', 'claimed', 'reassigned', 'returned', 'reopened']);
    await bench.run(sql`update conversations set status = 'resolved' where kind = 'customer'`);
    await set(id, sql`status = 'resolved'`);
    await set(id, sql`status = 'claimed'`);
    expect((await kinds(id))?.slice(-2)).toEqual(['resolved', 'reopened']);
  });

  it('say what the two sides said since, and no note', async () => {
    const id = await open('one');
    await bench.run(sql`insert into messages (conversation_id, role, author_id, author_name, visibility, markdown, at)
      select e.conversation_id, r.role, 'x', 'Mira', r.visibility, 'x', e.opened_at + r.n * interval '1 second'
        from escalations e, (values (1, 'human', 'customer'), (2, 'human', 'internal'), (3, 'customer', 'customer'), (-9, 'customer', 'customer'), (4, 'bot', 'customer')) r (n, role, visibility)
        where e.id = ${id}::bigint`);
    expect((await kinds(id))?.toSorted()).toEqual(['customer-wrote', 'opened', 'person-replied']);
  });

  it('are told something once, however many look at them at the same time', async () => {
    const ids: EscalationId[] = [];
    for (let n = 0; n < 10; n += 1) ids.push(await open(`many ${n}`));
    const all = await cases.open();
    expect(all.map(({ id }) => id)).toEqual(ids);
    const nudges = all.map(({ id, deskConversationId }) => nudge(deskConversationId, `remind:${id}`));
    const claiming = async () => {
      for (const id of ids) await bench.take(atDesk(id, 'claim'));
    };
    await Promise.all([claiming(), cases.tell(nudges), cases.tell(nudges), cases.tell(nudges)]);
    await cases.tell(nudges);
    expect((await cases.open()).every((one) => one.told.includes(`remind:${one.id}`))).toBe(true);
    const reminders = (await told()).filter((body) => JSON.stringify(body).includes('"remind"'));
    expect(reminders).toHaveLength(ids.length);
    expect(reminders[0]).toEqual({ kind: 'action', action: 'remind', value: 'words' });
  });

  it('are told something once, however long they stay open', async () => {
    await open('old');
    const nudges = (await cases.open()).map(({ id, deskConversationId }) => nudge(deskConversationId, `remind:${id}`));
    await cases.tell(nudges);
    for (const claim of await bench.worker().claimReading(10)) await bench.worker().commit(answering(claim, []));
    await bench.run(sql`update inbox set at = at - interval '31 days'`);
    await sweepRows(database.db);
    expect(await bench.run(sql`select 1 from inbox i where i.event->>'dedupeKey' like 'remind:%'`)).toEqual([]);
    expect((await cases.open())[0]?.told).toEqual([nudges[0]?.key]);
    await cases.tell(nudges);
    expect(await told()).toEqual([]);
  });

  it('are looked after all, however many there are', async () => {
    const id = await open('one');
    await bench.run(sql`with c as (insert into conversations (kind, channel, title, priority, customer_id)
        select 'desk', 'web', '', 1, 'desk' from generate_series(1, 2500) returning id)
      insert into escalations (code, conversation_id, desk_conversation_id, epoch, reason, brief)
        select 'X' || c.id, e.conversation_id, c.id, 0, 'policy', '{}' from c, escalations e where e.id = ${id}::bigint`);
    const all = await cases.open();
    expect(new Set(all.map((one) => one.id)).size).toBe(2_501);
    expect(all).toHaveLength(2_501);
  });

  it('stay where they moved to, whoever still writes where they were', async () => {
    const id = await open('moved');
    const [{ desk } = { desk: '' }] = await bench.run(
      sql`update conversations set channel = 'teams' where kind = 'desk' returning id::text as desk`,
    );
    const at = (space: string) =>
      ({ channel: 'teams', space, thread: `root of ${space}`, state: { serviceUrl: space } }) as const;
    const landed = async (space: string) => {
      await bench.run(sql`insert into addresses (channel, space, thread, conversation_id, state)
        values ('teams', ${space}, ${at(space).thread}, ${desk as string}::bigint, '{}')`);
      await bench.run(sql`with m as (insert into messages (conversation_id, role, author_id, markdown, meta)
          values (${desk as string}::bigint, 'bot', 'frontdesk', 'card', '{"card": {}}') returning id)
        insert into outbox (conversation_id, message_id, said_by, channel, space, thread, payload, delivered_at)
          select ${desk as string}::bigint, m.id, 'system', 'teams', ${space}, '+', '{}', now() from m`);
    };
    const home = async () => {
      await bench.take({ ...atDesk(id, 'claim'), address: at('first'), attention: 'desk' });
      const claims = await bench.worker().claimReading(10);
      const { conversation } = claims.find((claim) => claim.conversation.kind === 'desk') ?? {};
      await bench.expire();
      return conversation?.address.space;
    };
    await landed('first');
    expect(await home()).toBe('first');
    await landed('second');
    expect(await home()).toBe('second');
  });

  it('have their card drawn anew where it is, also when it had not landed there yet as that was written', async () => {
    await open('moved');
    const [{ desk } = { desk: '' }] = await bench.run(
      sql`update conversations set channel = 'slack', deliver_at = now(), delivering_until = null where kind = 'desk' returning id::text as desk`,
    );
    const at = desk as string;
    for (const space of ['first', 'second'])
      await bench.run(
        sql`insert into addresses (channel, space, thread, conversation_id) values ('slack', ${space}, ${`root of ${space}`}, ${at}::bigint)`,
      );
    await bench.run(sql`delete from outbox`);
    await bench.run(sql`with m as (insert into messages (conversation_id, role, author_id, markdown, external_id, meta)
        values (${at}::bigint, 'bot', 'frontdesk', 'card', 'second:1', '{"card": {}}') returning id),
      moved as (insert into outbox (conversation_id, message_id, said_by, channel, space, thread, payload, delivered_at)
        select ${at}::bigint, m.id, 'system', 'slack', 'second', '+', '{"markdown": "moved"}', now() from m)
      insert into outbox (conversation_id, message_id, said_by, channel, space, thread, payload)
        select ${at}::bigint, m.id, 'system', 'slack', 'first', 'root of first', x.payload::jsonb
          from m, (values ('{"markdown": "claimed", "redraws": true}'), ('{"markdown": "words"}')) x (payload)`);
    const lanes = await bench.worker().claimDelivering(5);
    const sent = lanes.flatMap(({ dispatches }) =>
      dispatches.map(({ outbound: { address, content, replaces } }) => [
        content.markdown,
        address.space,
        address.thread,
        replaces,
      ]),
    );
    expect(sent).toEqual([
      ['claimed', 'second', 'root of second', 'second:1'],
      ['words', 'first', 'root of first', undefined],
    ]);
  });

  // The embedded database has one session: no row is ever in use by another.
  if (engine === 'postgres')
    it('hold nobody up: one whose row is in use is left for the next time', async () => {
      await open('free');
      const busy = await open('busy');
      const nudges = (await cases.open()).map(({ id, deskConversationId }) =>
        nudge(deskConversationId, `remind:${id}`),
      );
      await database.db.transaction().execute(async (trx) => {
        await sql`select from conversations k join escalations e on e.desk_conversation_id = k.id where e.id = ${busy}::bigint for no key update of k`.execute(
          trx,
        );
        expect(await cases.tell(nudges)).toBe(1);
      });
      expect(await cases.tell(nudges)).toBe(2);
      expect(await told()).toHaveLength(2);
    });

  it('have a card at their thread, and say why a button did nothing', async () => {
    const id = await open('one');
    const place = { channel: 'web', space: 'desk', thread: id } as const;
    await bench.run(
      sql`update messages set meta = '{"card": {"code": "7F3K"}}' where conversation_id = (select desk_conversation_id from escalations)`,
    );
    await bench.run(sql`insert into refusals values (${id}::bigint, 'a1', 'Tom has it')`);
    expect(await cases.cardAt(place, 'a1')).toEqual({ card: { code: '7F3K' }, refusal: 'Tom has it' });
    expect(await cases.cardAt(place, undefined)).toEqual({ card: { code: '7F3K' } });
    expect(await cases.cardAt({ ...place, thread: 'nowhere' }, 'a1')).toEqual({});
  });

  it('leave a card behind where they have moved on from, and show themselves everywhere else', async () => {
    const id = await open('moved');
    const [{ desk } = { desk: '' }] = await bench.run(
      sql`update messages set meta = '{"card": {"code": "7F3K"}}' where conversation_id = (select desk_conversation_id from escalations) returning conversation_id::text as desk`,
    );
    const shown = (space: string, card: string) =>
      bench.run(sql`with a as (insert into addresses (channel, space, thread, conversation_id)
          values ('slack', ${space}, 'root', ${desk as string}::bigint))
        insert into outbox (conversation_id, message_id, said_by, channel, space, thread, payload)
          select ${desk as string}::bigint, m.id, 'system', 'slack', ${space}, 'root', jsonb_build_object('meta', jsonb_build_object('card', ${card}::jsonb))
            from messages m where m.conversation_id = ${desk as string}::bigint order by m.id limit 1`);
    const codeAt = async (channel: 'slack' | 'web', space: string, thread = 'root') =>
      (await cases.cardAt({ channel, space, thread }, undefined)).card;
    await shown('first', '{"code": "7F3K"}');
    expect(await codeAt('slack', 'first')).toEqual({ code: '7F3K' });
    await bench.run(
      sql`update outbox set payload = '{"meta": {"card": {"code": "7F3K", "superseded": "moved"}}}' where space = 'first'`,
    );
    await shown('second', '{"code": "7F3K"}');
    expect(await codeAt('slack', 'first')).toEqual({ code: '7F3K', superseded: 'moved' });
    expect(await codeAt('slack', 'second')).toEqual({ code: '7F3K' });
    expect(await codeAt('web', 'desk', id)).toEqual({ code: '7F3K' });
  });
});
