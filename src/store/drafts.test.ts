import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ArticleDraft } from '#core/article-draft.ts';
import type { Card } from '#core/escalation.ts';
import type { Commit } from '#core/ledger.ts';
import type { EscalationId } from '#core/message.ts';
import { aCase, answering, atDesk, type Bench, committed, only, openBench } from '#test/contract/ledger-fixture.ts';
import { engines, openTestDatabase } from '#test/database.ts';
import { theCard } from '#test/fakes/pipeline.ts';
import { said } from '#test/spine.ts';
import { createCases } from './cases.ts';
import type { Database } from './database.ts';
import { createDraftRows, type DraftRows, type NewDraft } from './drafts.ts';

const aDraft: NewDraft = {
  ...{ kind: 'new', question: 'How long do refunds take?', answer: 'Refunds take 14 days.', language: 'en' },
  ...{ visibility: 'public', documentId: 'team:1', flags: ['order 7'] },
  similarTo: [{ documentId: 'refunds', title: 'Refunds', score: 0.5 }],
};

describe.each(engines)('articles drafted from cases (%s)', (engine) => {
  let database: Database;
  let bench: Bench;
  let drafts: DraftRows;
  beforeAll(async () => {
    database = await openTestDatabase(engine);
    bench = openBench(database);
    drafts = createDraftRows(database.db);
  });
  afterAll(() => database[Symbol.asyncDispose]());
  beforeEach(() => bench.clear());

  const set = (id: EscalationId, status: string) =>
    bench.run(sql`update escalations set status = ${status}, claimed_by = 'Mira',
      resolved_at = case when ${status} = 'resolved' then now() end where id = ${id}::bigint`);
  /** A case in which a person replied; closed unless said otherwise. */
  const closedCase = async (thread: string, status = 'resolved'): Promise<EscalationId> => {
    const claim = await bench.claimed(said(thread, `How long do refunds take, ${thread}?`));
    const { id } = claim.conversation;
    const plan = answering(claim, ['not sure'], { escalation: aCase(id) });
    const escalation = committed(await bench.worker().commit(plan)).escalationId as EscalationId;
    for (const [visibility, markdown] of [
      ['customer', 'Refunds take 14 days.'],
      ['internal', 'careful, angry'],
    ])
      await bench.run(sql`insert into messages (conversation_id, role, author_id, author_name, visibility, markdown)
        values (${id}::bigint, 'human', 'm', 'Mira', ${visibility}, ${markdown})`);
    if (status === 'resolved') await set(escalation, status);
    return escalation;
  };
  const draw = (escalationId: EscalationId, more: Partial<NewDraft> = {}) =>
    drafts.record([{ escalationId, outcome: 'drafted', draft: { ...aDraft, ...more } }]);
  const waiting = async (): Promise<ArticleDraft> => only(await drafts.waiting(10));
  const decide = async (escalation: EscalationId, article: NonNullable<Commit['article']>) => {
    const claim = await bench.claimed(atDesk(escalation, 'publish'));
    return bench.worker().commit(answering(claim, [], { article }));
  };

  it('come from closed cases, with what the two sides said, each case once', async () => {
    await closedCase('open', 'claimed');
    const id = await closedCase('one');
    const [found] = await drafts.unlearnt(10);
    expect(found).toMatchObject({ escalationId: id, question: 'Where is my order?', organization: null });
    expect(found?.messages).toEqual([
      { role: 'customer', name: null, markdown: 'How long do refunds take, one?' },
      { role: 'human', name: 'Mira', markdown: 'Refunds take 14 days.' },
    ]);
    const counts = await Promise.all([draw(id), draw(id), draw(id)]);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(1);
    expect(await drafts.unlearnt(10)).toEqual([]);
    const { similarTo: _similarTo, ...expected } = aDraft;
    expect(await waiting()).toEqual({ id: expect.any(String), status: 'draft', ...expected });
    const { items } = await drafts.list({ status: 'draft', limit: 5 });
    expect(items).toMatchObject([{ escalationId: id, code: '7F3K', similarTo: aDraft.similarTo, confirmations: 0 }]);
  });

  it('are none where a case teaches nothing or confirms what is known', async () => {
    const [nothing, known] = [await closedCase('one'), await closedCase('two')];
    await drafts.record([
      { escalationId: nothing, outcome: 'nothing', reason: 'too short' },
      { escalationId: known, outcome: 'confirmed', documentId: 'team:1' },
    ]);
    expect([await drafts.unlearnt(10), await drafts.waiting(10)]).toEqual([[], []]);
    await draw(await closedCase('three'));
    expect(await drafts.get((await waiting()).id)).toMatchObject({ confirmations: 1 });
  });

  it('go when the case goes on, and the case is looked at again when it is closed', async () => {
    const id = await closedCase('one');
    await draw(id);
    await set(id, 'claimed');
    expect(await drafts.waiting(10)).toEqual([]);
    // Whoever had looked at it in the meantime writes nothing.
    expect(await draw(id)).toBe(0);
    await set(id, 'resolved');
    expect(await drafts.unlearnt(10)).toMatchObject([{ escalationId: id }]);
  });

  it('are decided on with the commit that says so, which draws the card; the desk’s claim knows them', async () => {
    const id = await closedCase('one');
    await draw(id);
    const draft = await waiting();
    const claim = await bench.claimed(atDesk(id, 'publish'));
    expect(claim.escalation?.article).toEqual(draft);
    const card: Card = { ...theCard, title: 'with an article' };
    const decision = { draft, status: 'published', decidedBy: 'Tom' } as const;
    const stale = answering({ ...claim, conversation: { ...claim.conversation, version: 99 } }, []);
    expect(await bench.worker().commit({ ...stale, article: { escalationId: id, decision } })).toBe('stale');
    expect(await waiting()).toEqual(draft);
    committed(await bench.worker().commit(answering(claim, [], { article: { escalationId: id, card, decision } })));
    expect(await drafts.counts()).toEqual({ draft: 0, published: 1, dismissed: 0 });
    const again = await bench.claimed(atDesk(id, 'restore'));
    expect(again.escalation).toMatchObject({ card, article: { status: 'published', decidedBy: 'Tom' } });
    // A published one stays when its case goes on, and the case teaches nothing twice.
    await set(id, 'claimed');
    await set(id, 'resolved');
    expect([(await drafts.counts()).published, await drafts.unlearnt(10)]).toEqual([1, []]);
  });

  it('may be changed until somebody has decided', async () => {
    const id = await closedCase('one');
    await draw(id);
    const draft = await waiting();
    const change = { question: 'How long?', answer: '14 days.', visibility: 'internal' } as const;
    expect(await drafts.change(draft.id, change)).toBe(true);
    expect(await waiting()).toMatchObject(change);
    committed(
      (await decide(id, { escalationId: id, decision: { draft, status: 'dismissed', decidedBy: 'Tom' } })) as never,
    );
    expect(await drafts.change(draft.id, change)).toBe(false);
    expect(await drafts.change('99', change)).toBe(false);
    expect(await drafts.list({ status: 'dismissed', limit: 5 })).toMatchObject({
      items: [{ draft: change }],
      more: false,
    });
  });

  it('are told to their desks once as they are', async () => {
    const cases = createCases(database.db);
    const id = await closedCase('one');
    await draw(id);
    const untold = await drafts.untold(10);
    expect(untold).toMatchObject([{ action: 'drafted' }]);
    expect(await cases.tell(untold)).toBe(1);
    expect(await drafts.untold(10)).toEqual([]);
    await drafts.change((await waiting()).id, { question: 'How long?', answer: '14 days.', visibility: 'public' });
    expect(await drafts.untold(10)).toHaveLength(1);
  });

  it('are settled in the state that was read, and in no other', async () => {
    const id = await closedCase('one');
    await draw(id);
    const draft = await waiting();
    expect(await drafts.unsettled(10)).toEqual([]);
    await decide(id, { escalationId: id, decision: { draft, status: 'published', decidedBy: 'Tom' } });
    const [read] = await drafts.unsettled(10);
    if (read === undefined) throw new Error('Nothing is to be settled.');
    expect(await drafts.settled({ ...read, changedAt: '2020-01-01' })).toBe(false);
    expect(await drafts.settled(read)).toBe(true);
    expect(await drafts.unsettled(10)).toEqual([]);
    await decide(id, { escalationId: id, decision: { draft: { ...draft, status: 'published' }, status: 'draft' } });
    const [undone] = await drafts.unsettled(10);
    expect(undone).toMatchObject({ documentId: draft.documentId });
    expect(await drafts.publishedAs(draft.documentId)).toBeUndefined();
  });

  it('that cannot be published are drafts again', async () => {
    const id = await closedCase('one');
    await draw(id);
    await decide(id, { escalationId: id, decision: { draft: await waiting(), status: 'published', decidedBy: 'Tom' } });
    const [read] = await drafts.unsettled(10);
    if (read === undefined) throw new Error('Nothing is to be settled.');
    await drafts.refused(read);
    expect(await waiting()).toMatchObject({ status: 'draft' });
    expect(await drafts.untold(10)).toHaveLength(1);
    expect(await drafts.unsettled(10)).toEqual([]);
  });

  it('know what is published in the same place', async () => {
    const [one, two] = [await closedCase('one'), await closedCase('two')];
    await draw(one);
    const first = await waiting();
    await decide(one, { escalationId: one, decision: { draft: first, status: 'published', decidedBy: 'Tom' } });
    await draw(two, { answer: 'Refunds take 30 days.' });
    const second = await waiting();
    expect(await drafts.publishedAs(second.documentId)).toMatchObject({
      id: first.id,
      answer: 'Refunds take 14 days.',
    });
    expect(await drafts.publishedAs('team:99')).toBeUndefined();
    await decide(two, { escalationId: two, decision: { draft: second, status: 'published', decidedBy: 'Tom' } });
    expect(await drafts.publishedAs(second.documentId)).toMatchObject({ id: second.id });
    expect([...(await drafts.readersOf(['team:1', 'team:99']))]).toEqual([['team:1', 'public']]);
  });

  it('come in pages', async () => {
    for (const thread of ['one', 'two', 'three']) {
      const id = await closedCase(thread);
      await draw(id, { documentId: `team:${id}` });
    }
    const first = await drafts.list({ status: 'draft', limit: 2 });
    const rest = await drafts.list({ status: 'draft', limit: 2, before: first.items.at(-1)?.draft.id ?? '' });
    expect([first.items.length, first.more, rest.items.length, rest.more]).toEqual([2, true, 1, false]);
  });
});
