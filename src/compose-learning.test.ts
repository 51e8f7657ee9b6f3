import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EscalationId, InboundEvent } from '#core/message.ts';
import { createKnowledge, type KnowledgeBase, type OwnDocument } from '#knowledge/index.ts';
import { openTestDatabase, quietLog } from '#test/database.ts';
import { createPlatform, said, startSpine } from '#test/spine.ts';
import { createAnswerer } from './agent/index.ts';
import { createLearning } from './compose-learning.ts';
import { askHuman } from './pipeline/steps/ask-human.ts';
import { compose } from './pipeline/steps/compose.ts';
import { retrieve } from './pipeline/steps/retrieve.ts';
import { createCases } from './store/cases.ts';
import type { Database } from './store/database.ts';
import { createDeskRows } from './store/desk.ts';
import { createDraftRows } from './store/drafts.ts';

const article = (id: string, title: string, text: string): OwnDocument => ({
  ...{ id, collection: 'default', source: `test:${id}`, visibility: 'public', document: { title, text } },
});

describe('what people answer', () => {
  let database: Database;
  let knowledge: KnowledgeBase;
  let learning: ReturnType<typeof createLearning>;
  let spine: Awaited<ReturnType<typeof startSpine>>;
  const platform = createPlatform();
  beforeAll(async () => {
    database = await openTestDatabase('embedded');
    knowledge = createKnowledge({ db: database.db, log: quietLog });
    await knowledge.put(
      article('refunds', 'Refunds', 'Refunds for annual plans take 14 days. Monthly plans are not refunded.'),
    );
    await knowledge.put(
      article('export', 'Export data', 'Exports hold all orders of a year. Open Settings and choose Export.'),
    );
    const answerer = await createAnswerer({}, { knowledge, log: quietLog });
    const rows = createDraftRows(database.db);
    spine = await startSpine(database, platform, {
      decide: compose([askHuman([]), retrieve(knowledge, 6), (turn) => answerer.answer(turn)]),
      settleArticles: () => learning.settle(),
    });
    learning = createLearning({
      ...{ drafts: rows, cases: createCases(database.db), knowledge, log: quietLog },
      reading: spine.reading,
      now: () => new Date(),
    });
  });
  afterAll(async () => {
    await spine[Symbol.asyncDispose]();
    await database[Symbol.asyncDispose]();
  });

  /** Takes an event in and waits for its outcome. */
  const settle = async (event: InboundEvent): Promise<void> => {
    const [taken] = await spine.say(event);
    if (taken?.conversationId === undefined) throw new Error('The event was not taken in.');
    expect(await spine.settled(taken.conversationId, taken.seq, 10_000)).toBe(true);
  };
  const answerTo = async (thread: string, question: string, more: Partial<InboundEvent> = {}) => {
    const before = platform.arrived.length;
    await settle(said(thread, question, more));
    await expect.poll(() => platform.arrived.length).toBeGreaterThan(before);
    return platform.arrived.at(-1);
  };
  const press = async (id: EscalationId, action: string, agent = 'Mira') => {
    await settle({
      ...said('desk', ''),
      address: { channel: 'web', space: 'desk', thread: id },
      author: { role: 'human', externalId: `agent:${agent}`, name: agent },
      body: { kind: 'action', action, value: '' },
    });
    // The knowledge base follows the commit.
    await learning.settle();
  };
  /** A customer asks, a person is needed, answers and closes the case. */
  const caseOf = async (
    thread: string,
    question: string,
    reply: string,
    more: Partial<InboundEvent> = {},
  ): Promise<EscalationId> => {
    await settle(said(thread, question, more));
    await settle(said(thread, '', { ...more, body: { kind: 'action', action: 'human', value: '' } }));
    const [{ id } = { id: '' as EscalationId }] = (await createDeskRows(database.db).list({ status: 'open', limit: 1 }))
      .items;
    await settle({
      ...said('desk', reply),
      address: { channel: 'web', space: 'desk', thread: id },
      author: { role: 'human', externalId: 'agent:Mira', name: 'Mira' },
    });
    await press(id, 'resolve');
    return id;
  };
  const listed = async (status: 'draft' | 'published' | 'dismissed' = 'draft') =>
    (await learning.store.list({ status, limit: 20 })).items;

  it('is answered by itself the next time, once somebody has looked at it', async () => {
    const question = 'Hi, how do I clean the thermal print head?';
    expect((await answerTo('before', question))?.meta.kind).not.toBe('answer');
    const id = await caseOf(
      'ada',
      question,
      'Hi there,\n\nSwitch the printer off and wipe the thermal print head with isopropyl alcohol, then let it dry for two minutes.\n\nBest regards,\nMira',
    );
    await learning.learn();
    const [draft] = await listed();
    expect(draft).toMatchObject({
      ...{ kind: 'new', visibility: 'public', escalation: { id } },
      question: 'How do I clean the thermal print head?',
      answer:
        'Switch the printer off and wipe the thermal print head with isopropyl alcohol, then let it dry for two minutes.',
    });

    await press(id, 'publish', 'Tom');
    await press(id, 'publish', 'Ana');
    expect(await listed('published')).toMatchObject([{ decidedBy: 'Tom' }]);
    const reply = await answerTo('after', 'what do I use for cleaning a thermal print head');
    expect(reply?.meta).toMatchObject({
      kind: 'answer',
      citations: [{ title: 'How do I clean the thermal print head?' }],
    });
    expect(reply?.content.markdown).toContain('isopropyl alcohol');

    // The same answer of a person teaches nothing new.
    await caseOf(
      'bob',
      'How is the thermal print head to be cleaned?',
      'Switch the printer off, wipe the thermal print head with isopropyl alcohol and let it dry for 2 minutes.',
    );
    await learning.learn();
    expect([await listed(), (await listed('published'))[0]?.confirmations]).toEqual([[], 1]);

    await press(id, 'restore', 'Ana');
    expect((await answerTo('later', 'what do I use for cleaning a thermal print head'))?.meta.kind).not.toBe('answer');
    await press(id, 'dismiss');
    expect(await listed('dismissed')).toHaveLength(1);
  });

  it('updates an article that says something else, and shows both', async () => {
    const id = await caseOf(
      'cleo',
      'How long do refunds for annual plans take?',
      'Refunds for annual plans take 30 days since January.',
    );
    await learning.learn();
    const [draft] = await listed();
    expect(draft).toMatchObject({
      kind: 'update',
      updates: {
        ...{ documentId: 'refunds', title: 'Refunds' },
        differences: [
          {
            what: 'duration',
            article: 'Refunds for annual plans take 14 days.',
            answer: 'Refunds for annual plans take 30 days since January.',
          },
        ],
      },
    });
    // An article from elsewhere belongs to its source; ours stands beside it.
    expect(draft?.documentId).toBe(`team:${id}`);
    await press(id, 'publish');

    const newer = await caseOf(
      'dan',
      'How long do refunds for annual plans take?',
      'Refunds for annual plans take 7 days since June.',
    );
    await learning.learn();
    expect(await listed()).toMatchObject([{ kind: 'update', documentId: `team:${id}` }]);
    const found = async () =>
      (await knowledge.search('How long do refunds for annual plans take?', { audience: everyone, limit: 5 })).passages
        .filter(({ documentId }) => documentId === `team:${id}`)
        .map(({ text }) => text)
        .join();
    await press(newer, 'publish');
    expect(await found()).toContain('7 days');
    const published = async () => (await learning.store.list({ status: 'published', limit: 2 })).items;
    expect(await published()).toMatchObject([
      { escalation: { id: newer }, replacedBy: undefined },
      {
        escalation: { id },
        replacedBy: (await learning.store.list({ status: 'published', limit: 1 })).items[0]?.escalation.code,
      },
    ]);
    await press(newer, 'restore');
    expect((await published())[0]).toMatchObject({ escalation: { id }, replacedBy: undefined });
    expect(await found()).toContain('30 days');
    await press(newer, 'dismiss');
  });
  const everyone = { organizations: [], shared: false, identity: 'anonymous' } as const;

  it('stays with the organisation it was said to, until somebody says otherwise', async () => {
    const more = { identity: { level: 'verified', organization: 'T0ACME' } } as const;
    const id = await caseOf(
      'eve',
      'Which rebate do we have on label rolls?',
      'Your contract has a rebate of 12 percent on label rolls.',
      more,
    );
    await learning.learn();
    const [draft] = await listed();
    expect(draft).toMatchObject({ visibility: 'org:T0ACME', organization: 'T0ACME' });
    await press(id, 'publish');
    const question = 'Which rebate do we have on label rolls?';
    expect((await answerTo('stranger', question))?.meta.kind).not.toBe('answer');
    expect((await answerTo('colleague', question, more))?.content.markdown).toContain('12 percent');
  });

  it('is changed by whoever reviews it, and gone when the case goes on', async () => {
    const id = await caseOf(
      'fay',
      'How heavy is the warehouse scanner?',
      'The warehouse scanner weighs 310 grams with its battery.',
    );
    await learning.learn();
    const [draft] = await listed();
    const change = { question: 'Scanner weight', answer: 'The scanner weighs 310 g.', visibility: 'internal' } as const;
    expect(await learning.store.change(draft?.id ?? '', change)).toBe(true);
    expect(await learning.store.get(draft?.id ?? '')).toMatchObject(change);
    await press(id, 'reopen');
    expect(await listed()).toEqual([]);
    expect(await learning.store.get(draft?.id ?? '')).toBeUndefined();
  });

  it('is no article where it helps nobody else', async () => {
    await caseOf('gus', 'Where did my parcel of last Monday go?', "I've sent you a new one.");
    await learning.learn();
    expect(await listed()).toEqual([]);
  });
});
