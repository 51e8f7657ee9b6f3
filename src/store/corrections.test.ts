import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Correction } from '#core/correction.ts';
import type { Claim, NewMessage } from '#core/ledger.ts';
import type { Citation, InboundEvent, MessageId, MessageMeta } from '#core/message.ts';
import { aCase, answering, type Bench, committed, openBench, row } from '#test/contract/ledger-fixture.ts';
import { engines, openTestDatabase } from '#test/database.ts';
import { said } from '#test/spine.ts';
import { createAnswerLog } from './answer-log.ts';
import { createCorrections } from './corrections.ts';
import type { Database } from './database.ts';

const citation: Citation = {
  n: 1,
  documentId: 'returns.md',
  title: 'Returns',
  text: 'You may return it within 30 days.',
};
const document = { documentId: 'returns.md', version: 2, isGone: false } as const;
const newText = 'You may return it within 14 days.';

const citations: readonly Citation[] = [{ n: 1, documentId: 'plans.md', title: 'Plans', text: 'Plans cost money.' }];
const answer: MessageMeta = { kind: 'answer', confidence: 0.9, citations };
const notFound: MessageMeta = {
  kind: 'ask-back',
  confidence: 0.2,
  actions: [{ id: 'human', label: 'Bring in a colleague' }],
};

describe.each(engines)('answers and corrections (%s)', (engine) => {
  let database: Database;
  let bench: Bench;
  beforeAll(async () => {
    database = await openTestDatabase(engine);
    bench = openBench(database);
  });
  afterAll(() => database[Symbol.asyncDispose]());
  beforeEach(async () => {
    await bench.clear();
    await sql`truncate documents cascade`.execute(database.db);
    await publish('public');
  });

  const publish = (visibility: string, version: number = document.version) =>
    bench.run(sql`insert into documents (id, collection, source, title, url, visibility, content_hash, version)
      values ('returns.md', 'default', '/kb/returns.md', 'Returns', 'https://help.example.org/returns', ${visibility}, ${String(version)}, ${version}::int)
      on conflict (id) do update set visibility = excluded.visibility, version = excluded.version`);
  const corrections = (showsRows: readonly string[] = ['web']) => createCorrections(database.db, { showsRows });

  /** A conversation that was told the old text, delivered. */
  const told = async (
    thread: string,
    more: Partial<InboundEvent> = {},
    after?: (claim: Claim) => Parameters<typeof answering>[2],
  ): Promise<{ readonly claim: Claim; readonly message: MessageId; readonly escalationId: string | undefined }> => {
    const ledger = bench.worker();
    const claim = await bench.claimed(said(thread, 'How long may I return it?', more), ledger);
    const answer = answering(claim, ['You may return it within 30 days. [1]'], after?.(claim));
    const messages = answer.messages.map((message) => ({
      ...message,
      meta: { kind: 'answer' as const, confidence: 0.9, citations: [citation] },
    }));
    const result = committed(await ledger.commit({ ...answer, messages }));
    await bench.arrived(ledger, result.deliveries);
    return { claim, message: result.messages[0] as MessageId, escalationId: result.escalationId };
  };
  const draft = async (
    ...all: readonly { readonly claim: Claim; readonly message: MessageId }[]
  ): Promise<readonly Correction[]> => {
    await corrections().draft(
      document,
      all.map(({ claim, message }) => ({
        conversationId: claim.conversation.id,
        messageId: message,
        oldText: citation.text,
        newText,
        markdown: `It is: ${newText} [1]`,
      })),
    );
    return (await corrections().list('returns.md')).filter(({ status }) => status === 'draft');
  };
  const ids = (all: readonly Correction[]): readonly string[] => all.map(({ id }) => id);
  const outcomes = (sent: readonly { readonly outcome: string }[]): readonly string[] =>
    sent.map(({ outcome }) => outcome);

  it('go out as one row each, cited, under our name, and wake the delivering lane', async () => {
    const one = await told('t1');
    const drafts = await draft(one);
    expect(outcomes(await corrections().send(ids(drafts), 'Mira'))).toEqual(['sent']);
    const [, sent, ...rest] = await bench.outbox(one.claim.conversation.id);
    expect(rest).toEqual([]);
    expect(sent).toMatchObject({ text: `It is: ${newText} [1]`, attempt: 0, delivered: false });
    const [delivery] = await bench.worker().claimDelivering(10);
    expect(delivery?.dispatches[0]?.outbound).toMatchObject({
      address: { channel: 'slack', thread: 't1' },
      author: { role: 'bot', externalId: 'frontdesk' },
      meta: {
        kind: 'answer',
        citations: [{ n: 1, documentId: 'returns.md', text: newText, url: 'https://help.example.org/returns' }],
      },
    });
    expect(await corrections().list('returns.md')).toMatchObject([
      { status: 'sent', told: 'customer', decidedBy: 'Mira', delivery: 'pending' },
    ]);
    expect(await corrections().decided('returns.md')).toEqual(new Map([[one.claim.conversation.id, one.message]]));
  });

  it('reach a closed case where it was written, and leave it closed', async () => {
    const one = await told('t1');
    await bench.run(
      sql`update conversations set status = 'resolved', epoch = 3 where id = ${one.claim.conversation.id}::bigint`,
    );
    await corrections().send(ids(await draft(one)), 'Mira');
    expect(await bench.conversation(one.claim.conversation.id)).toMatchObject({
      status: 'resolved',
      epoch: 3,
      awake: false,
      delivering: true,
    });
  });

  it('make a turn that has not read them start again', async () => {
    const one = await told('t1');
    const claim = await bench.claimed(said('t1', 'And exchanges?'));
    await corrections().send(ids(await draft(one)), 'Mira');
    expect(await bench.worker().commit(answering(claim))).toBe('stale');
  });

  it('are sent exactly once by two operators at the same time', async () => {
    const all = [];
    for (const thread of Array.from({ length: 30 }, (_one, at) => `t${at}`)) all.push(await told(thread));
    const drafts = ids(await draft(...all));
    const [mira, tom] = await Promise.all([
      corrections().send(drafts, 'Mira'),
      corrections().send(drafts.toReversed(), 'Tom'),
    ]);
    const sent = [...mira, ...tom].filter(({ outcome }) => outcome === 'sent').map(({ id }) => id);
    expect(sent.toSorted()).toEqual(drafts.toSorted());
    expect(new Set(outcomes([...mira, ...tom]))).toEqual(new Set(['sent', 'already']));
    const rows = await bench.run(
      sql`select conversation_id, count(*)::int as rows from outbox o where o.payload->'meta' ? 'corrects' group by 1`,
    );
    expect(rows.map((each) => each.rows)).toEqual(drafts.map(() => 1));
  });

  it('can be sent after a crash between draft and sending, and once more after one while sending', async () => {
    const drafts = ids(await draft(await told('t1'), await told('t2')));
    await database.db
      .transaction()
      .execute(async (trx) => {
        await sql`select send_corrections(${`{${drafts.join(',')}}`}::bigint[], 'Mira', '{web}')`.execute(trx);
        throw new Error('killed');
      })
      .catch(() => undefined);
    expect((await corrections().list('returns.md')).map(({ status }) => status)).toEqual(['draft', 'draft']);
    expect(outcomes(await corrections().send(drafts, 'Mira'))).toEqual(['sent', 'sent']);
    expect(outcomes(await corrections().send(drafts, 'Mira'))).toEqual(['already', 'already']);
    expect(await bench.run(sql`select 1 from outbox o where o.payload->'meta' ? 'corrects'`)).toHaveLength(2);
  });

  describe('while a person has the conversation', () => {
    const held = async (desk: { readonly channel: 'web' | 'slack'; readonly ownThreads: boolean }) => {
      const one = await told('t1', {}, ({ conversation }) => ({
        changes: [{ conversation: conversation.id, version: conversation.version, status: 'human', owner: 'Mira' }],
        escalation: aCase(conversation.id, { claimedBy: 'Mira', desk: { ...desk, space: 'desk' } }),
        outbox: [row(conversation, 0, { by: 'human' })],
      }));
      return { one, sent: await corrections().send(ids(await draft(one)), 'Tom') };
    };
    const notes = (one: { readonly claim: Claim }) =>
      bench.run(
        sql`select visibility from messages where conversation_id = ${one.claim.conversation.id}::bigint and meta ? 'corrects'`,
      );

    it('go to their desk thread as a note', async () => {
      const { one, sent } = await held({ channel: 'slack', ownThreads: false });
      expect(outcomes(sent)).toEqual(['noted']);
      expect(await notes(one)).toEqual([{ visibility: 'internal' }]);
      expect(await bench.outbox(one.claim.conversation.id)).toHaveLength(1);
      expect(
        await bench.run(sql`select o.said_by, o.payload->>'markdown' as text from outbox o join conversations c on c.id = o.conversation_id
          where c.kind = 'desk' and o.payload->'meta' ? 'corrects'`),
      ).toEqual([{ said_by: 'system', text: expect.stringContaining(newText) }]);
    });

    it('are in the transcript alone where the desk shows that', async () => {
      const { one, sent } = await held({ channel: 'web', ownThreads: true });
      expect(outcomes(sent)).toEqual(['noted']);
      expect(await notes(one)).toEqual([{ visibility: 'internal' }]);
      expect(await bench.run(sql`select 1 from outbox o where o.payload->'meta' ? 'corrects'`)).toEqual([]);
    });

    it('wait where there is no case to note them in', async () => {
      const one = await told('t1');
      await bench.run(
        sql`update conversations set status = 'human', owner = 'Mira' where id = ${one.claim.conversation.id}::bigint`,
      );
      expect(outcomes(await corrections().send(ids(await draft(one)), 'Tom'))).toEqual(['held']);
      expect(await corrections().list('returns.md')).toMatchObject([{ status: 'draft' }]);
    });
  });

  it('never show a conversation what it may not see', async () => {
    const org = (organization: string, level: 'verified' | 'claimed' = 'verified') => ({
      identity: { level, organization },
    });
    const all = [
      await told('stranger'),
      await told('other', org('globex')),
      await told('claims', org('acme', 'claimed')),
      await told('mixed', org('acme')),
      await told('acme', org('acme')),
    ];
    await bench.claimed(
      said('mixed', 'Me too', { ...org('globex'), author: { role: 'customer', externalId: 'guest' } }),
    );
    const drafts = await draft(...all);
    await publish('internal');
    expect(new Set(outcomes(await corrections().send(ids(drafts), 'Mira')))).toEqual(new Set(['withheld']));
    await publish('org:acme');
    expect(outcomes(await corrections().send(ids(drafts), 'Mira'))).toEqual([
      'withheld',
      'withheld',
      'withheld',
      'withheld',
      'sent',
    ]);
  });

  it('are not sent once the document has changed again, is back, or is gone', async () => {
    const drafts = ids(await draft(await told('t1')));
    await publish('public', 3);
    expect(outcomes(await corrections().send(drafts, 'Mira'))).toEqual(['outdated']);
    await sql`delete from documents`.execute(database.db);
    expect(outcomes(await corrections().send(drafts, 'Mira'))).toEqual(['outdated']);
  });

  it('stay where nothing may be sent any more', async () => {
    const one = await told('t1');
    await bench.run(sql`update addresses set blocked = 'bounced'`);
    expect(outcomes(await corrections().send(ids(await draft(one)), 'Mira'))).toEqual(['unreachable']);
  });

  it('are dismissed by a person, and drafts of earlier versions give way', async () => {
    const [one, two] = [await told('t1'), await told('t2')];
    const [first] = await draft(one, two);
    expect(await corrections().dismiss([first?.id ?? ''], 'Mira')).toBe(1);
    await corrections().draft({ ...document, version: 3 }, []);
    expect(await corrections().list('returns.md')).toMatchObject([{ status: 'dismissed', version: 2 }]);
    expect(outcomes(await corrections().send([first?.id ?? ''], 'Tom'))).toEqual(['already']);
  });

  it('are for what was given: by the document that a message cites, and only if it arrived', async () => {
    const log = createAnswerLog(database.db);
    const one = await told('t1');
    await bench.run(sql`update outbox set dead_at = now() where message_id = ${(await told('t2')).message}::bigint`);
    const before = new Date(Date.now() + 60_000);
    expect(await log.citing('returns.md', { before, limit: 10 })).toMatchObject([
      {
        messageId: one.message,
        question: 'How long may I return it?',
        citations: [citation],
        customer: expect.stringMatching(/^person/),
      },
    ]);
    expect(await log.citing('return', { before, limit: 10 })).toEqual([]);
    expect(await log.citing('returns.md', { before, below: one.message, limit: 10 })).toEqual([]);
  });

  describe('the answer log', () => {
    const since = new Date(Date.now() - 86_400_000);
    const ask = async (
      thread: string,
      text: string,
      meta: MessageMeta,
      more: Parameters<typeof answering>[2] = {},
    ): Promise<MessageId> => {
      const claim = await bench.claimed(said(thread, text, { identity: { level: 'verified', organization: 'acme' } }));
      const plan = answering(claim, ['said'], more);
      const messages = plan.messages.map((message): NewMessage => ({ ...message, meta }));
      return committed(await bench.worker().commit({ ...plan, messages })).messages[0] as MessageId;
    };

    it('has each question with what was said before it and who asked, the newest first', async () => {
      await ask('t1', 'What does the small plan cost?', answer);
      await ask('t1', 'And the large one?', notFound);
      expect(await createAnswerLog(database.db).asked({ since, limit: 10 })).toMatchObject([
        {
          text: 'And the large one?',
          isAnswered: false,
          cited: [],
          thread: [
            { role: 'customer', text: 'What does the small plan cost?' },
            { role: 'bot', text: 'said', titles: ['Plans'] },
          ],
          audience: { organizations: ['acme'], identity: 'verified' },
        },
        { text: 'What does the small plan cost?', isAnswered: true, cited: ['plans.md'], thread: [] },
      ]);
      expect(await createAnswerLog(database.db).asked({ since: new Date(Date.now() + 60_000), limit: 10 })).toEqual([]);
    });

    it('leaves out greetings, notices, and what a tool has answered', async () => {
      await ask('t1', 'Hello', { kind: 'ask-back', confidence: 1 });
      await ask('t2', 'Where is my order?', { kind: 'answer', confidence: 0.9, citations: [] });
      await ask('t3', 'What does it cost?', { kind: 'notice' });
      expect(await createAnswerLog(database.db).asked({ since, limit: 10 })).toEqual([]);
    });

    it('knows what nothing answered: not found, handed over after an answer, voted down', async () => {
      await ask('t1', 'Do you ship to Mars?', notFound);
      await ask('t2', 'Is there a student plan?', answer);
      await ask('t2', 'A person please', { kind: 'escalate' }, await escalating('t2', 'Is there a student plan?'));
      await ask('t3', 'A person please', { kind: 'escalate' }, await escalating('t3', 'A person please'));
      const bad = await ask('t4', 'Can I pay by cheque?', answer);
      await bench.run(
        sql`insert into feedback (message_id, author_id, score) values (${bad}::bigint, 'a', -1), (${bad}::bigint, 'b', -1)`,
      );
      const found = await createAnswerLog(database.db).unanswered({ since, limit: 10 });
      expect(found.map(({ kind, text }) => `${kind}: ${text}`).toSorted()).toEqual([
        'handed-over: Is there a student plan?',
        'not-found: Do you ship to Mars?',
        'voted-down: Can I pay by cheque?',
      ]);
    });

    /** The next turn of this thread opens a case; its conversation exists or is about to. */
    const escalating = async (thread: string, question: string): Promise<Parameters<typeof answering>[2]> => {
      await bench.take(said(thread, 'Hm'));
      const [found] = await bench.run(sql`select conversation_id::text as id from addresses where thread = ${thread}`);
      const conversation = found?.id as Parameters<typeof aCase>[0];
      return { escalation: aCase(conversation, { brief: { question, why: 'Asked for.', tried: [] } }) };
    };
  });
});
