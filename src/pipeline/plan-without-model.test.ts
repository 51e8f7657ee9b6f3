import { describe, expect, it } from 'vitest';
import type { Claim, Commit, Ledger } from '#core/ledger.ts';
import type { Message } from '#core/message.ts';
import { createDesk, transition } from '#src/desk/index.ts';
import { createMemorySessions } from '#src/store/session.ts';
import { aClaim, anAdapter, fakeLedger, fakePipeline, says, theCase, theDesk, unread } from '#test/fakes/pipeline.ts';
import { aMessage } from '#test/fakes/turn.ts';
import { createTakeTurn, type TurnDeps } from './take-turn.ts';
import { wordsFor } from './words.ts';

const place = { channel: 'slack', space: 'CDESK', ownThreads: false } as const;
const deskThread = { ...theDesk, address: { channel: 'slack', space: 'CDESK', thread: '7.0' } } as const;
const opensAt = new Date('2026-01-05T08:00:00Z');
const customer = { role: 'customer', externalId: 's1', name: 'Ada' } as const;

/** What becomes of a claim, with a model that must not be asked. */
const plan = async (
  claim: Claim,
  { window = [], ...more }: Partial<TurnDeps> & { window?: readonly Message[] } = {},
) => {
  const rows: Partial<Ledger> = { loadContext: async () => ({ window, memories: [], answersInEpoch: 0 }) };
  const ledger = fakeLedger(rows);
  const deps: TurnDeps = {
    ...fakePipeline(anAdapter({ id: 'web' }), anAdapter({ id: 'slack' })),
    ledger,
    sessions: createMemorySessions({ ttlMs: 60_000, max: 10, now: () => new Date() }),
    decide: () => Promise.reject(new Error('The model was asked.')),
    desk: createDesk(place),
    transition,
    remember: () => [],
    newCode: () => '9K2M',
    reach: () => ({ kind: 'closed', opensAt, timeZone: 'UTC', asked: new Date('2026-01-04T20:00:00Z') }),
    firstReplyDue: () => undefined,
    answererName: 'test',
    limits: { window: 6, turnsPerEpoch: 5 },
    ...more,
  };
  expect(await createTakeTurn(deps)(claim, new AbortController().signal)).toMatchObject({ kind: 'committed' });
  expect(ledger.commits).toHaveLength(1);
  return ledger.commits[0] as Commit;
};
const at = (
  pending: Claim['pending'],
  status: Claim['conversation']['status'],
  escalation?: Partial<typeof theCase>,
  more: Partial<Claim['conversation']> = {},
): Claim =>
  aClaim(pending, {
    consumed: 1,
    conversation: { status, customer, ...more },
    ...(escalation === undefined ? {} : { escalation: { ...theCase, ...escalation }, counterpart: deskThread }),
  });
const toCustomer = (commit: Commit) => commit.outbox.filter(({ conversation }) => conversation === '1');
const atDesk = (commit: Commit) => commit.outbox.filter(({ conversation }) => conversation === '2');
const texts = (rows: Commit['outbox']) => rows.map(({ payload }) => payload.markdown);

describe('a customer who asks how it stands', () => {
  const asked = () => says('Any update?', { author: customer });

  it('has no request open, and is invited to ask', async () => {
    for (const claim of [at([asked()], 'bot'), at([asked()], 'resolved', { status: 'resolved' })]) {
      const commit = await plan(claim);
      expect(texts(toCustomer(commit))).toEqual(['You have no open request. Ask me anything here.']);
      expect(atDesk(commit)).toEqual([]);
      // Nothing is reopened by it.
      expect(commit.changes).toEqual([]);
      expect(commit).not.toHaveProperty('escalation');
    }
  });

  it('waits, with the code and when somebody is there; the desk reads that they asked', async () => {
    const question = asked();
    const commit = await plan(at([question], 'waiting', {}));
    expect(texts(toCustomer(commit))).toEqual([expect.stringMatching(/7F3K.*Monday.*08:00 \(UTC\)/)]);
    expect(toCustomer(commit)).toMatchObject([{ by: 'system', payload: { meta: { kind: 'escalate' } } }]);
    expect(atDesk(commit)).toMatchObject([{ message: question.messageId, payload: { markdown: 'Any update?' } }]);
    expect(commit.changes).toEqual([]);
  });

  it('hears who has it', async () => {
    const commit = await plan(at([asked()], 'human', { status: 'claimed', claimedBy: 'Mira' }, { owner: 'Mira' }));
    expect(texts(toCustomer(commit))).toEqual(['Mira has your request 7F3K.']);
    expect(texts(atDesk(commit))).toEqual(['Any update?']);
    // A colleague without a case, and after an older one: no code that means nothing any more.
    for (const escalation of [undefined, { status: 'resolved' } as const]) {
      const alone = await plan(at([asked()], 'human', escalation, { owner: 'Mira' }));
      expect(texts(toCustomer(alone))).toEqual(['Mira has your request.']);
      expect(atDesk(alone)).toEqual([]);
    }
  });

  it('is answered in their language, and everything is consumed', async () => {
    const question = says('Wie ist der Stand?', { author: customer });
    const commit = await plan(at([question], 'human', { status: 'claimed' }, { owner: 'Mira', locale: 'de' }));
    expect(texts(toCustomer(commit))).toEqual(['Mira hat Ihre Anfrage 7F3K.']);
    expect(commit.consumed).toBe(question.seq);
  });
});

describe('a vote on a closed case', () => {
  const vote = (score: 1 | -1) => unread({ kind: 'feedback', score, of: 'm5' }, { author: customer });
  const closed = (pending: Claim['pending']) =>
    at(pending, 'resolved', { status: 'resolved', claimedBy: 'Mira', askedAs: ['m5'] });
  const unsolved = wordsFor('en').unsolved;

  it('is told at the desk; who is not helped is offered a person, and nothing is reopened', async () => {
    const no = await plan(closed([vote(-1)]));
    expect(texts(atDesk(no))).toEqual(['Ada says that it is not solved.']);
    expect(toCustomer(no)).toMatchObject([
      { by: 'bot', payload: { markdown: unsolved, actions: [{ id: 'human' }], meta: { kind: 'ask-back' } } },
    ]);
    expect(no.changes).toEqual([]);
    const yes = await plan(closed([vote(1)]));
    expect(texts(atDesk(yes))).toEqual(['Ada says that it is solved.']);
    expect(toCustomer(yes)).toEqual([]);
  });

  it('offers it once: whoever votes again has been asked', async () => {
    const window = [{ ...aMessage('bot', unsolved), meta: { kind: 'ask-back' as const } }];
    expect(toCustomer(await plan(closed([vote(-1)]), { window }))).toEqual([]);
  });

  it('is silent where no case was', async () => {
    const commit = await plan(at([vote(1)], 'resolved'));
    expect(commit.outbox).toEqual([]);
  });
});
