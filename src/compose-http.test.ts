import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
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

it('shows votes in the console, and never on a customer’s page', async () => {
  const bench = openBench(database);
  const address = { channel: 'web', space: 'chat', thread: 'votes' } as const;
  const claim = await bench.claimed(said('votes', 'question', { address }));
  const { id } = claim.conversation;
  const plan = answering(claim, ['answer'], { escalation: aCase(id) });
  const { escalationId } = committed(await bench.worker().commit(plan));
  const rows = createChatRows(database.db, () => new Date());
  const desk = createDeskStore(createDeskRows(database.db), rows);
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
