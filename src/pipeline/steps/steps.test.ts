import { describe, expect, it } from 'vitest';
import type { Knowledge } from '#core/knowledge.ts';
import type { Message } from '#core/message.ts';
import type { Turn, TurnOutcome } from '#core/turn.ts';
import { unread } from '#test/fakes/pipeline.ts';
import { aMessage, aPassage, aTurn, type TurnParts } from '#test/fakes/turn.ts';
import { askHuman } from './ask-human.ts';
import { compose } from './compose.ts';
import { guard } from './guard.ts';
import { handOver } from './hand-over.ts';
import { limit } from './limit.ts';
import { retrieve } from './retrieve.ts';

const passed: TurnOutcome = {
  kind: 'answer',
  content: { markdown: 'passed on', attachments: [] },
  citations: [],
  confidence: 1,
};
const next = async (): Promise<TurnOutcome> => passed;
const offered = aMessage('bot', 'Shall I bring in a colleague?', {
  kind: 'ask-back',
  actions: [{ id: 'human', label: 'Bring in a colleague' }],
});
const citing = (documentId: string, title: string) => ({ n: 1, documentId, title, text: '' });
const answered = aMessage('bot', 'Under Settings.', { kind: 'answer' });
const asking = (question: string, window: readonly Message[] = [], more: TurnParts = {}): Turn =>
  aTurn({ question, session: { window }, ...more });
const pressing = (action: string): TurnParts => ({ pending: [unread({ kind: 'action', action, value: '' })] });

describe('compose', () => {
  it('runs steps in order, each with what the one before passed on, until one decides', async () => {
    const seen: string[] = [];
    const run = compose([
      async (turn, on) => {
        seen.push(turn.question);
        return on({ ...turn, question: 'enriched' });
      },
      async (turn) => {
        seen.push(turn.question);
        return passed;
      },
      () => Promise.reject(new Error('not reached')),
    ]);
    expect(await run(aTurn({ question: 'raw' }))).toBe(passed);
    expect(seen).toEqual(['raw', 'enriched']);
  });

  it('says so when nobody decides', async () => {
    await expect((async () => compose([(turn, on) => on(turn)])(aTurn()))()).rejects.toThrow('No step decided');
  });
});

describe('guard', () => {
  it('says what we are for, and leaves questions about anything else alone', async () => {
    for (const question of ['What can you help me with?', 'help', 'Hi, what can you do?', 'Was kannst du tun?'])
      expect(await guard(asking(question), next)).toMatchObject({
        kind: 'ask-back',
        why: 'greeting',
        content: { markdown: expect.stringMatching(/documentation|Dokumentation/) },
      });
    for (const question of [
      'What can you tell me about exports?',
      'Help, my printer is on fire',
      'Where do I start a trial?',
    ])
      expect(await guard(asking(question), next)).toBe(passed);
  });

  it('gives thanks no answer, and a greeting a short one', async () => {
    expect(await guard(asking('Thanks a lot!'), next)).toEqual({ kind: 'silent', why: 'pleasantry' });
    expect(await guard(asking('Hello'), next)).toMatchObject({ kind: 'ask-back', why: 'greeting' });
    expect(await guard(asking('Hello', [], { audience: { shared: true } }), next)).toMatchObject({ kind: 'silent' });
    expect(await guard(asking('Hello, how do I pay?'), next)).toBe(passed);
    expect(await guard(asking('', [], pressing('human')), next)).toBe(passed);
  });

  it.each(['ok', 'OK!', 'okay', 'ok thanks'])(
    'takes "%s" for a yes after an offer, and for thanks otherwise',
    async (text) => {
      const run = compose([guard, askHuman([]), () => Promise.resolve(passed)]);
      expect(await run(asking(text, [answered, offered]))).toMatchObject({
        kind: 'escalate',
        reason: 'asked-for-human',
      });
      expect(await run(asking(text, [offered, answered]))).toMatchObject({ kind: 'silent' });
    },
  );

  it('takes plain thanks after an offer for what they are', async () => {
    expect(await guard(asking('thanks', [offered]), next)).toMatchObject({ kind: 'silent' });
  });
});

describe('askHuman', () => {
  const step = askHuman([{ name: 'refund', text: /\brefund\b/iu }]);

  it('brings a person when asked in words, by the button, or by saying yes', async () => {
    expect(await step(asking('Can I talk to a human?'), next)).toMatchObject({
      kind: 'escalate',
      reason: 'asked-for-human',
    });
    expect(await step(asking('', [], pressing('human')), next)).toMatchObject({
      kind: 'escalate',
      reason: 'asked-for-human',
    });
    for (const yes of ['yes', 'Yes please!', 'sure, thanks', 'ja bitte', 'oui', 'sí', 'please do']) {
      expect(await step(asking(yes, [offered]), next), yes).toMatchObject({
        kind: 'escalate',
        reason: 'asked-for-human',
      });
    }
    for (const other of ['yes', 'no', 'yes, but how much is it?']) {
      expect(await step(asking(other, other === 'yes' ? [] : [offered]), next), other).toBe(passed);
    }
  });

  it('follows policies, moods and answers that did not help', async () => {
    expect(await step(asking('I want a REFUND'), next)).toMatchObject({
      reason: 'policy',
      brief: { why: expect.stringContaining('refund') },
    });
    expect(await step(asking('This is ridiculous'), next)).toMatchObject({ reason: 'negative-mood' });
    expect(await step(asking('That did not help', [answered]), next)).toMatchObject({ reason: 'repeated' });
    expect(await step(asking('It is still not working', [answered]), next)).toMatchObject({ reason: 'repeated' });
    expect(await step(asking('My printer is still not working'), next)).toBe(passed);
  });

  it('does not offer twice in a row: the second time it just brings somebody', async () => {
    const offering = async (): Promise<TurnOutcome> => ({
      kind: 'ask-back',
      why: 'weak',
      confidence: 0.1,
      content: { markdown: '?', attachments: [] },
    });
    expect(await step(asking('What about zebras?', [answered]), offering)).toMatchObject({ kind: 'ask-back' });
    expect(await step(asking('What about zebras?', [offered]), offering)).toMatchObject({
      kind: 'escalate',
      reason: 'low-confidence',
    });
    const greeting = async (): Promise<TurnOutcome> => ({
      kind: 'ask-back',
      why: 'greeting',
      confidence: 1,
      content: { markdown: 'Hello.', attachments: [] },
    });
    expect(await step(asking('hello', [offered]), greeting)).toMatchObject({ kind: 'ask-back' });
  });

  it('shows a person who writes into somebody else’s thread to a person', async () => {
    const linked = { ...aTurn().conversation, linkedTo: '9' as never };
    expect(await step(asking('What did they order?', [], { conversation: linked }), next)).toMatchObject({
      reason: 'unknown-sender',
    });
  });
});

describe('handOver', () => {
  it('says what the customer wants, though they only said yes', () => {
    const outcome = handOver(
      asking('yes please', [aMessage('customer', 'Where is my order 4711?'), offered]),
      'asked-for-human',
      'asked',
    );
    expect(outcome).toMatchObject({ brief: { question: 'Where is my order 4711?', why: 'asked' } });
    expect(handOver(asking(''), 'asked-for-human', 'asked')).toMatchObject({
      brief: { question: 'The customer asked for a person.' },
    });
  });

  it('takes its question from this case: no earlier one, no question about its status, no bare wish for a person', () => {
    const ask = (text: string) => aMessage('customer', text);
    const question = (words: string, window: readonly Message[]) => {
      const outcome = handOver(asking(words, window), 'asked-for-human', 'asked');
      return outcome.kind === 'escalate' ? outcome.brief.question : undefined;
    };
    const window = [
      ask('What about the blue stapler?'),
      aMessage('bot', 'Mira has closed this request.', { kind: 'notice', asks: 'satisfaction' }),
      ask('Why is my export empty today?'),
      ask('Who has my request?'),
      ask('What can you help me with?'),
    ];
    expect(question('I would like to talk to a person', window)).toBe('Why is my export empty today?');
    expect(question('a human please', window.slice(0, 2))).toBe('a human please');
    expect(question('I want somebody to look at why none of our exports have arrived since Monday', window)).toMatch(
      /^I want/,
    );
  });

  it('lists what was tried, each document once', () => {
    const passages = ['a', 'b', 'b', 'c', 'd'].map((name) => aPassage(name, `text of ${name}`));
    const outcome = handOver(asking('How?', [], { passages }), 'policy', 'why', 'Try this.');
    expect(outcome).toMatchObject({ brief: { suggestedReply: 'Try this.' } });
    const tried = outcome.kind === 'escalate' ? outcome.brief.tried : [];
    expect(tried.map(({ n }) => n)).toEqual([1, 2, 3]);
    expect(new Set(tried.map(({ documentId }) => documentId)).size).toBe(3);
  });
});

describe('limit', () => {
  const now = new Date('2026-01-05T10:05:00Z');
  const replies = (count: number): readonly Message[] => Array.from({ length: count }, () => answered);
  const step = (machinesAnswer: boolean) =>
    limit({ machinesAnswer: () => machinesAnswer, repliesPerWindow: 3, windowMs: 600_000 }, () => now);

  it('suspects another machine behind many quick exchanges, where machines write', async () => {
    expect(await step(true)(asking('x', replies(3)), next)).toMatchObject({
      kind: 'escalate',
      reason: 'overload',
      brief: { why: expect.stringContaining('3 automatic replies in 10 minutes') },
    });
    expect(await step(true)(asking('x', replies(2)), next)).toBe(passed);
    expect(await step(false)(asking('x', replies(9)), next)).toBe(passed);
  });

  it('forgets what is long past', async () => {
    const later = limit({ machinesAnswer: () => true, repliesPerWindow: 3, windowMs: 60_000 }, () => now);
    expect(await later(asking('x', replies(9)), next)).toBe(passed);
  });

  it('ends when the budget of an epoch is used up', async () => {
    expect(await step(false)(aTurn({ session: { turnsLeft: 0 } }), next)).toMatchObject({
      kind: 'escalate',
      reason: 'overload',
    });
    expect(await step(false)(aTurn({ session: { turnsLeft: 1 } }), next)).toBe(passed);
  });
});

describe('retrieve', () => {
  const searching = () => {
    const asked: Parameters<Knowledge['search']>[] = [];
    const knowledge: Knowledge = {
      search: async (...args) => {
        asked.push(args);
        return { passages: [aPassage('a', 'text')], confidence: 0.7 };
      },
      withdrawn: async () => new Set(['gone']),
    };
    return { asked, knowledge };
  };

  it('passes passages and evidence on, and searches for this audience alone', async () => {
    const { asked, knowledge } = searching();
    let enriched: Turn | undefined;
    const statuses: unknown[] = [];
    const turn = asking('How do refunds work?', [], {
      audience: { organizations: ['example.org'], identity: 'verified' },
      progress: (progress) => statuses.push(progress),
    });
    await retrieve(knowledge, 6)(turn, async (on) => {
      enriched = on;
      return passed;
    });
    expect(asked).toEqual([['How do refunds work?', { audience: turn.audience, limit: 6, thread: [], locale: 'en' }]]);
    expect(enriched).toMatchObject({ evidence: 0.7, passages: [{ documentId: 'a' }] });
    expect(statuses).toHaveLength(1);
  });

  it('hands on what was said before, but not the question itself', async () => {
    const { asked, knowledge } = searching();
    const first = aMessage('customer', 'How do I cancel?');
    const answer = aMessage('bot', 'Under Billing [1].', {
      kind: 'answer',
      citations: [citing('cancel.md', 'Cancelling')],
    });
    const note = { ...aMessage('human', 'A note.'), visibility: 'internal' as const };
    const turn = asking('And how long does it take?', [first, answer, note]);
    const now = aMessage('customer', turn.question);
    const pending = [{ ...unread({ kind: 'message', content: now.content }), messageId: now.id }];
    await retrieve(knowledge, 6)(
      { ...turn, pending, session: { ...turn.session, window: [...turn.session.window, now] } },
      next,
    );
    expect(asked[0]?.[1].thread).toEqual([
      { role: 'customer', text: 'How do I cancel?' },
      { role: 'bot', text: 'Under Billing [1].', titles: ['Cancelling'] },
    ]);
  });

  it('forgets what was answered from a document that is gone', async () => {
    const { knowledge } = searching();
    const kept = aMessage('bot', 'Still right [1].', { kind: 'answer', citations: [citing('kept', 'Kept')] });
    const stale = aMessage('bot', 'No longer right [1].', { kind: 'answer', citations: [citing('gone', 'Gone')] });
    let window: readonly Message[] = [];
    await retrieve(knowledge, 6)(asking('How do refunds work?', [kept, stale]), async (on) => {
      window = on.session.window;
      return passed;
    });
    expect(window).toEqual([kept]);
  });

  it('has nothing to look up without words', async () => {
    const { asked, knowledge } = searching();
    await retrieve(knowledge, 6)(asking('  '), next);
    expect(asked).toEqual([]);
  });
});
