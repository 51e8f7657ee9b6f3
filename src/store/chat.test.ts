import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ConversationId, MessageId } from '#core/message.ts';
import { answering, committed, openBench } from '#test/contract/ledger-fixture.ts';
import { engines, openTestDatabase } from '#test/database.ts';
import { said } from '#test/spine.ts';
import { type ChatRows, createChatRows, type PageMessage } from './chat.ts';
import type { Database } from './database.ts';

describe.each(engines)('chat rows (%s)', (engine) => {
  let database: Database;
  let chat: ChatRows;
  let now = new Date();
  beforeAll(async () => {
    database = await openTestDatabase(engine);
    chat = createChatRows(database.db, () => now);
  });
  afterAll(() => database[Symbol.asyncDispose]());

  /** A conversation of a web session with a question, an answer that is being sent, and a note. */
  const talk = async (thread: string) => {
    const bench = openBench(database);
    const ledger = bench.worker();
    const address = { channel: 'web', space: 'chat', thread } as const;
    const attachments = [{ name: 'a.png', mime: 'image/png', bytes: 1, ref: `sha256:${thread}` }];
    const claim = await bench.claimed(
      said(thread, 'question', { address, body: { kind: 'message', content: { markdown: 'question', attachments } } }),
    );
    const { id } = claim.conversation;
    const plan = answering(claim, ['one', 'two']);
    const [first] = plan.messages;
    const note = {
      ...first,
      conversation: id,
      visibility: 'internal',
      markdown: 'note',
    } as (typeof plan.messages)[number];
    const { deliveries } = committed(await ledger.commit({ ...plan, messages: [...plan.messages, note] }));
    return { id, bench, ledger, deliveries, rows: deliveries[0]?.dispatches.map(({ outbound }) => outbound.id) ?? [] };
  };
  const page = async (id: ConversationId, more: Partial<Parameters<ChatRows['history']>[1]> = {}) =>
    chat.history(id, { limit: 10, ...more });

  describe('sessions', () => {
    it('open with the right token alone, and never show it', async () => {
      const { id, token } = await chat.createSession();
      expect(await chat.authenticate(id, token)).toMatchObject({ id });
      expect(await chat.authenticate(id, 'wrong')).toBe('forbidden');
      expect(await chat.authenticate('00000000-0000-4000-8000-000000000000', token)).toBe('unknown');
      for (const odd of ['', 'undefined', 'null', "'; drop table web_sessions; --", '\0'])
        expect(await chat.authenticate(odd, token)).toBe('unknown');
      const { rows } = await sql<{
        stored: string;
      }>`select token_hash as stored from web_sessions where id = ${id}::uuid`.execute(database.db);
      expect(rows[0]?.stored).not.toContain(token);
    });

    it('know their conversation, also from memory, and still want the token then', async () => {
      const { id, token } = await chat.createSession();
      const { id: conversationId } = await talk(id);
      expect(await chat.authenticate(id, token)).toMatchObject({ conversationId });
      expect(await chat.authenticate(id, token)).toMatchObject({ conversationId });
      expect(await chat.authenticate(id, 'wrong')).toBe('forbidden');
    });

    it('end, remembered or not', async () => {
      const { id, token, expiresAt } = await chat.createSession();
      await talk(id);
      await chat.authenticate(id, token);
      const before = now;
      now = new Date(expiresAt.getTime() + 1);
      expect(await chat.authenticate(id, token)).toBe('expired');
      now = before;
    });
  });

  describe('history', () => {
    it('shows the customer what is theirs, the team everything', async () => {
      const { id } = await talk('visible');
      expect((await page(id)).items.map(({ markdown }) => markdown)).toEqual(['question', 'one', 'two']);
      expect((await page(id, { internal: true })).items.map(({ markdown }) => markdown)).toEqual([
        'question',
        'one',
        'two',
        'note',
      ]);
    });

    it('pages backwards without a gap or a repeat', async () => {
      const { id } = await talk('pages');
      const seen: string[] = [];
      for (let before: MessageId | undefined, more = true; more; ) {
        const found = await page(id, { limit: 1, ...(before === undefined ? {} : { before }) });
        seen.unshift(...found.items.map(({ markdown }) => markdown));
        before = found.items[0]?.id;
        more = found.more;
      }
      expect(seen).toEqual(['question', 'one', 'two']);
    });

    it('says how far each message is', async () => {
      const { id, ledger, rows } = await talk('delivery');
      const states = async () => (await page(id)).items.map(({ delivery }) => delivery?.state);
      expect(await states()).toEqual([undefined, 'pending', 'pending']);
      await ledger.finishDelivering([
        {
          conversation: id,
          results: [
            { id: rows[0] ?? '', ok: true },
            { id: rows[1] ?? '', ok: false, permanent: true, error: 'no such channel' },
          ],
        },
      ]);
      expect(await states()).toEqual([undefined, 'delivered', 'failed']);
      expect((await page(id)).items[2]?.delivery?.error).toBe('no such channel');
    });

    it('counts votes for the team, and never shows them to customers', async () => {
      const { id, bench } = await talk('votes');
      const [, one, two] = (await page(id)).items;
      await bench.run(sql`insert into feedback (message_id, author_id, score) values
        (${one?.id}::bigint, 'a', 1), (${one?.id}::bigint, 'b', 1), (${one?.id}::bigint, 'c', -1), (${two?.id}::bigint, 'a', -1)`);
      const votes = (items: readonly PageMessage[]) => items.map((item) => item.votes);
      expect(votes((await page(id, { internal: true })).items)).toEqual([
        null,
        { up: 2, down: 1 },
        { up: 0, down: 1 },
        null,
      ]);
      const question = (await page(id)).items[0]?.id as MessageId;
      expect(votes((await page(id)).items)).toEqual([null, null, null]);
      expect(votes(await chat.since({ id, after: question, limit: 10 }))).toEqual([null, null]);
    });

    it('leaves out what was deleted', async () => {
      const { id, bench } = await talk('deleted');
      await bench.run(
        sql`update messages set deleted_at = now() where conversation_id = ${id}::bigint and markdown = 'one'`,
      );
      expect((await page(id)).items.map(({ markdown }) => markdown)).toEqual(['question', 'two']);
    });
  });

  it('gives many askers at once each their own', async () => {
    const talks = [await talk('many-1'), await talk('many-2'), await talk('many-3')];
    const firsts = await Promise.all(talks.map(async ({ id }) => (await page(id)).items[0]?.id as MessageId));
    const [states, since] = await Promise.all([
      Promise.all([...talks.map(({ id }) => id), '999999' as ConversationId].map((id) => chat.state(id))),
      Promise.all(
        talks.map(({ id }, index) => chat.since({ id, after: firsts[index] as MessageId, limit: index + 1 })),
      ),
    ]);
    expect(states.map(({ status }) => status)).toEqual(['bot', 'bot', 'bot', 'bot']);
    expect(since.map((messages) => messages.map(({ markdown }) => markdown))).toEqual([
      ['one'],
      ['one', 'two'],
      ['one', 'two'],
    ]);
    expect(
      since.flat().every(({ conversationId }, index) => conversationId === talks[[0, 1, 1, 2, 2][index] ?? 0]?.id),
    ).toBe(true);
  });

  it('knows whose a file is', async () => {
    const { id, bench } = await talk('files');
    const ref = 'sha256:files';
    await chat.recordUpload('web:s1', { ref: 'sha256:up', name: 'a', mime: 'text/plain', bytes: 1 });
    await chat.recordUpload('web:s1', { ref: 'sha256:up', name: 'b', mime: 'text/plain', bytes: 1 });
    expect(await chat.ownsAttachment({ upload: 'web:s1' }, 'sha256:up')).toBe(true);
    expect(await chat.ownsAttachment({ upload: 'web:s2' }, 'sha256:up')).toBe(false);
    expect(await chat.ownsAttachment({ upload: 'web:s2', conversationId: id }, ref)).toBe(true);
    expect(await chat.ownsAttachment({ upload: 'web:s2' }, ref)).toBe(false);
    await bench.run(sql`update messages set visibility = 'internal' where conversation_id = ${id}::bigint`);
    expect(await chat.ownsAttachment({ upload: 'web:s2', conversationId: id }, ref)).toBe(false);
    expect(await chat.ownsAttachment({ upload: 'web:s2', conversationId: id, internal: true }, ref)).toBe(true);
  });
});
