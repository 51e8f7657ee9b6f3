/** What must hold after everything, whatever happened. */
import { sql } from 'kysely';
import { expect } from 'vitest';
import type { HumanDesk } from '#core/escalation.ts';
import type { OutboundPayload } from '#core/ledger.ts';
import type { MessageMeta } from '#core/message.ts';
import type { Database } from '#src/store/database.ts';
import type { Room } from '#test/spine.ts';
import type { Seen } from './weather.ts';

/** Writes down, in the transaction that changes it, from when to when a person has a conversation. */
export const watchHolds = async ({ db }: Database): Promise<void> => {
  await sql`create table holds (conversation_id bigint, at timestamptz not null, held boolean not null)`.execute(db);
  await sql`create function note_hold() returns trigger language plpgsql as 'begin
    insert into holds values (new.id, clock_timestamp(), new.status = ''human''); return null; end'`.execute(db);
  await sql`create trigger note_hold after update of status on conversations for each row
    when ((old.status = 'human') <> (new.status = 'human')) execute function note_hold()`.execute(db);
};

/** How long after a claim each text of the bot began to be sent or shown all the same, in milliseconds. */
export const gapsOf = async ({ db }: Database, { begun }: Pick<Seen, 'begun'>): Promise<readonly number[]> => {
  const { rows } = await sql<{
    conversation: string;
    at: Date;
    held: boolean;
  }>`select conversation_id::text as conversation, at, held from holds order by at`.execute(db);
  const holds = Map.groupBy(rows, ({ conversation }) => conversation);
  return begun.flatMap(({ conversation, at }) => {
    // In the same millisecond nobody can say which came first.
    const last = holds.get(conversation)?.findLast((row) => row.at.getTime() < at);
    return last?.held === true ? [at - last.at.getTime()] : [];
  });
};

interface World {
  readonly room: Room;
  readonly record: Seen;
  readonly desk: HumanDesk['place'];
  readonly colleague: string;
  readonly seed: number;
}

interface Row {
  readonly id: string;
  readonly conversation: string;
  readonly kind: string;
  readonly customer: string;
  readonly by: string;
  readonly role: string;
  readonly meta: MessageMeta;
  readonly payload: OutboundPayload;
  readonly delivered: boolean;
  readonly dead: boolean;
  readonly error: string | null;
  /** Another conversation's message, passed on. */
  readonly isPassedOn: boolean;
}

const has = (text: string | null | undefined, token: string): boolean => (text ?? '').split(/[\s?]+/).includes(token);

export const checkPromises = async (database: Database, world: World): Promise<void> => {
  const { record, seed } = world;
  const all = async <T>(statement: ReturnType<typeof sql<T>>): Promise<readonly T[]> =>
    (await statement.execute(database.db)).rows;
  const outbox =
    await all(sql<Row>`select o.id::text, o.conversation_id::text as conversation, c.kind, c.customer_id as customer,
      o.said_by as by, m.role, m.meta, o.payload, o.delivered_at is not null as delivered, o.dead_at is not null as dead, o.error,
      m.conversation_id <> o.conversation_id as "isPassedOn"
    from outbox o join conversations c on c.id = o.conversation_id join messages m on m.id = o.message_id order by o.id`);

  // Everything that was taken in is there once.
  const keys = await all(sql<{ key: string }>`select event->>'dedupeKey' as key from inbox`);
  for (const { dedupeKey } of record.accepted)
    expect(keys.filter(({ key }) => key === dedupeKey).length, `seed ${seed}: ${dedupeKey}`).toBe(1);

  await checkQuestions(all, outbox, world);
  checkSends(outbox, world);
  checkReplies(outbox, await all(sql<{ action: string }>`select action_id as action from refusals`), world);
  await checkSilence(all, world);
  await checkCards(all, world);
};

type All = <T>(statement: ReturnType<typeof sql<T>>) => Promise<readonly T[]>;

/** Every question has one outcome, and every version of its words at most one. */
const checkQuestions = async (all: All, outbox: readonly Row[], { record, seed }: World): Promise<void> => {
  const answers = await all(sql<{ text: string }>`
    select m.markdown as text from messages m where m.role = 'bot' and m.visibility = 'customer' and m.meta->>'kind' = 'answer'
    union all select e.brief->>'question' from escalations e where e.reason <> 'delivery-failure'`);
  // A failure's case repeats what was asked, whether or not it was answered before.
  const failures = await all(
    sql<{ text: string }>`select e.brief->>'question' as text from escalations e where e.reason = 'delivery-failure'`,
  );
  const decisions = await all(sql<{ key: string; reason: string }>`select key, reason from decisions`);
  const shown = outbox.filter((row) => row.kind === 'desk' && row.isPassedOn).map(({ payload }) => payload.markdown);
  const outcomes = [...answers.map(({ text }) => text), ...shown];
  for (const { event, tokens, isDeleted, key: newest } of record.words) {
    const counts = tokens.map((token) => outcomes.filter((text) => has(text, token)).length);
    const decision = decisions.find(({ key }) => key === newest)?.reason;
    const context = `seed ${seed}: ${tokens} ${JSON.stringify(event.attention)} ${counts} ${decision}`;
    for (const n of counts) expect(n, context).toBeLessThanOrEqual(1);
    if (isDeleted || event.attention !== 'addressed' || counts.at(-1) === 1) continue;
    if (failures.some(({ text }) => has(text, tokens.at(-1) ?? ''))) continue;
    // A colleague had answered before we read it.
    expect(`${decision}`, context).toMatch(/ answers here$/);
  }
};

/** What was delivered was seen once, in its own place, in order; what was withdrawn, never; nothing partial stays. */
const checkSends = (all: readonly Row[], { room, record, desk, seed }: World): void => {
  // The console shows the rows themselves: nothing of them arrives in the room.
  const outbox = all.filter(({ kind }) => kind === 'customer' || desk.channel !== 'web');
  const arrivals = Map.groupBy(room.arrived, ({ id }) => id);
  for (const row of outbox) {
    const arrived = arrivals.get(row.id) ?? [];
    const context = `seed ${seed}: ${JSON.stringify(row)}`;
    expect(row.delivered !== row.dead, context).toBe(true);
    // Without a search nobody knows what became of a send whose worker died.
    if (room.searchable) expect(arrived.length, context).toBe(row.delivered ? 1 : 0);
    else expect(arrived.length, context).toBeGreaterThanOrEqual(row.delivered ? 1 : 0);
    for (const { address } of row.kind === 'customer' ? arrived : [])
      expect(record.threads.get(address.thread), context).toBe(row.customer);
    // Notes are for the team alone.
    if (row.kind === 'customer') expect(row.payload.markdown, context).not.toMatch(/\bn\d+x\d+\b/);
  }
  for (const [id, rows] of Map.groupBy(outbox, ({ conversation }) => conversation)) {
    const delivered = rows.filter((row) => row.delivered).map((row) => row.id);
    const seen = room.arrived.filter(({ conversationId }) => conversationId === id).map((one) => one.id);
    if (room.searchable) expect(seen, `seed ${seed}: the order in ${id}`).toEqual(delivered);
  }
  for (const { id, message } of room.shown.values())
    if (message === undefined && record.shownBy.get(id)?.() !== true)
      expect([...record.orphans], `seed ${seed}: partial`).toContain(id);
};

/** A reply reaches its customer once and is confirmed once, or it is said why not. Nothing of the desk reaches the model. */
const checkReplies = (
  outbox: readonly Row[],
  refusals: readonly { readonly action: string }[],
  { record, desk, seed }: World,
): void => {
  for (const question of record.asked) expect(question, `seed ${seed}: asked`).not.toMatch(/\b[rn]\d+x\d+\b/);
  for (const { token, event, isChanged } of record.replies) {
    const relayed = outbox.filter((row) => row.kind === 'customer' && has(row.payload.markdown, token));
    const context = `seed ${seed}: ${token} ${JSON.stringify(relayed)}`;
    const isRefused = refusals.some(({ action }) => action === event.externalId);
    if (isRefused) expect(relayed.length, context).toBe(0);
    else if (isChanged) expect(relayed.length, context).toBeLessThanOrEqual(1);
    else expect(relayed.length, context).toBe(1);
    if (desk.channel === 'web') continue;
    const told = outbox.filter((row) => row.kind === 'desk' && row.meta.receipt?.of === event.externalId);
    expect(
      told.map(({ meta }) => meta.receipt?.ok),
      `${context} told ${JSON.stringify(told)}`,
    ).toEqual(isRefused ? [false] : relayed.map((row) => row.delivered));
  }
};

/** After a colleague's word the bot says nothing before it is asked, or the conversation is handed back to it. */
const checkSilence = async (all: All, { colleague, seed }: World): Promise<void> => {
  const broken = await all(sql`
    select b.id, b.markdown, k.markdown as after from messages b
      join lateral (select x.* from messages x where x.conversation_id = b.conversation_id and x.author_id = ${colleague} and x.id < b.id
        order by x.id desc limit 1) k on true
      where b.role = 'bot' and b.meta->>'kind' in ('answer', 'ask-back', 'escalate')
        -- The clock says so to the customer, also in the moment before a colleague's word is read.
        and b.markdown not like 'Nobody has been able to take%'
        and not exists (select from inbox i where i.conversation_id = b.conversation_id and i.seq > k.seq and i.at <= b.at
          and i.event->>'attention' = 'addressed')
        and not exists (select from messages n where n.conversation_id = b.conversation_id and n.id between k.id and b.id
          and n.meta->>'kind' = 'notice' and n.visibility = 'customer')
        and not exists (select from inbox f where f.conversation_id = b.conversation_id and f.seq > k.seq and f.event->'body'->>'action' = 'delivery-failed')`);
  expect(broken, `seed ${seed}: spoke after a colleague`).toEqual([]);
};

/** A card shows how its case stands. */
const checkCards = async (all: All, { room, desk, seed }: World): Promise<void> => {
  if (desk.channel === 'web') return;
  const cases = await all(sql<{ code: string; status: string; by: string | null; card: string | null; told: boolean }>`
    select e.id::text as code, e.status, e.claimed_by as by,
      (select k.external_id from messages k where k.conversation_id = e.desk_conversation_id order by k.id limit 1) as card,
      exists (select from messages n where n.conversation_id = e.conversation_id and n.visibility = 'internal' and n.markdown like 'The desk could not%') as told
    from escalations e`);
  for (const { status, by, card, told } of cases) {
    const context = `seed ${seed}: ${card} ${status} ${by}`;
    // The desk's channel is gone: whoever reads the conversation in the console knows.
    if (card === null) expect(told, context).toBe(true);
    else
      expect(room.shown.get(card)?.message?.meta.card, context).toMatchObject({
        status,
        ...(by === null ? {} : { claimedBy: by }),
      });
  }
};
