import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ConversationStatus } from '#core/conversation.ts';
import type { Claim } from '#core/ledger.ts';
import type { AuthorRole, InboundBody, InboundEvent } from '#core/message.ts';
import { cpuMs } from '#test/cpu-time.ts';
import { aClaim, says, theCase, theDesk, unread } from '#test/fakes/pipeline.ts';
import { isThanks, route, standing } from './route.ts';

const content = (markdown: string) => ({ markdown, attachments: [] });
const ids = ['x1', 'x2', 'x3'];
const botAuthor = { role: 'bot', externalId: 'frontdesk' } as const;

const body: fc.Arbitrary<InboundBody> = fc.oneof(
  fc
    .record(
      {
        markdown: fc.constantFrom('How?', 'thanks', 'hi', '', '// note'),
        noReply: fc.constant('automatic'),
        internal: fc.boolean(),
      },
      { requiredKeys: ['markdown'] },
    )
    .map(({ markdown, ...more }): InboundBody => ({ kind: 'message', content: content(markdown), ...more })),
  fc.constantFrom(...ids).map((of): InboundBody => ({ kind: 'edit', of, content: content('edited') })),
  fc.constantFrom(...ids).map((of): InboundBody => ({ kind: 'delete', of })),
  fc
    .constantFrom('human', 'cancel', 'claim', 'resolve', 'return', 'delivery-failed', 'toString')
    .map((action): InboundBody => ({ kind: 'action', action, value: 'v' })),
  fc.constant<InboundBody>({ kind: 'feedback', score: 1, of: 'x1' }),
  fc
    .boolean()
    .map((permanent): InboundBody => ({ kind: 'bounce', recipient: 'a@b', permanent, reason: 'no such user' })),
);
const pending = fc
  .array(
    fc.record({
      body,
      role: fc.constantFrom<AuthorRole>('customer', 'customer', 'customer', 'human', 'bot'),
      externalId: fc.constantFrom(...ids),
    }),
    { minLength: 1, maxLength: 8 },
  )
  .map((events) =>
    events.map(({ body: what, role, externalId }, index) =>
      unread(what, { author: { role, externalId: `${role}-1`, name: role }, externalId }, index + 1),
    ),
  );
const status = fc.constantFrom<ConversationStatus>('bot', 'waiting', 'human', 'resolved');

const isFailure = ({ author, body: what }: InboundEvent): boolean =>
  what.kind === 'bounce' || (what.kind === 'action' && what.action === 'delivery-failed' && author.role === 'bot');

/** A person has it by a case, as everywhere but in rooms where our own people read along. */
const inState = (events: Parameters<typeof aClaim>[0], status: Claim['conversation']['status']): Claim =>
  aClaim(events, {
    conversation: { status },
    ...(status === 'human' ? { escalation: { ...theCase, status: 'claimed', claimedBy: 'Mira' } } : {}),
  });

describe('route', () => {
  it('brings nothing of a person, a desk, or the bot itself before the model', () => {
    fc.assert(
      fc.property(pending, status, (events, now) => {
        expect(route(aClaim(events, { conversation: { ...theDesk, status: now } }))).toEqual({ kind: 'desk' });
        const where = route(inState(events, now));
        if (where.kind !== 'turn') return;
        for (const { event } of where.pending) {
          expect(event.author.role).toBe('customer');
          expect(['message', 'action']).toContain(event.body.kind);
          if (event.body.kind === 'message') expect(event.body).not.toMatchObject({ internal: true });
        }
        expect(
          events.some(
            ({ event }) =>
              event.author.role === 'human' &&
              event.body.kind === 'message' &&
              event.body.noReply === undefined &&
              event.body.internal !== true,
          ),
        ).toBe(false);
      }),
      { numRuns: 2_000 },
    );
  });

  it('lets the bot speak only while it has the conversation, and starts a new epoch only after a case was closed', () => {
    fc.assert(
      fc.property(pending, status, (events, now) => {
        const where = route(inState(events, now));
        if (where.kind === 'turn') {
          expect(['bot', 'resolved']).toContain(now);
          expect(where.newEpoch).toBe(now === 'resolved');
          expect(where.pending.length).toBeGreaterThan(0);
        }
        if (where.kind === 'to-desk') expect(['waiting', 'human']).toContain(now);
      }),
      { numRuns: 1_000 },
    );
  });

  it('loses no standing word: whatever the route, it carries them all, but for thanks after a closed case', () => {
    fc.assert(
      fc.property(pending, status, (events, now) => {
        const where = route(inState(events, now));
        const words = standing(events, 's1');
        if ('pending' in where) expect(where.pending).toEqual(words);
        else if (words.length > 0) expect([where.kind, now]).toEqual(['silent', 'resolved']);
      }),
      { numRuns: 1_000 },
    );
  });

  it('tells a person of what is lost for good, and of a failure on its way only when nothing else is there', () => {
    fc.assert(
      fc.property(pending, status, (events, now) => {
        const where = route(inState(events, now));
        const failures = events.filter(({ event }) => isFailure(event));
        const forGood = failures.some(({ event }) => event.body.kind !== 'bounce' || event.body.permanent);
        expect(where.kind === 'undelivered').toBe(
          forGood || (failures.length > 0 && standing(events, 's1').length === 0),
        );
        if (where.kind === 'undelivered') expect(where.permanent).toBe(forGood);
      }),
      { numRuns: 1_000 },
    );
  });

  it('does not believe a customer that our own delivery failed', () => {
    const forged = unread({ kind: 'action', action: 'delivery-failed', value: 'block me' });
    expect(route(aClaim([forged])).kind).toBe('turn');
  });

  it('names whom a bounce concerns, nobody for what we gave up ourselves', () => {
    const ours = unread(
      { kind: 'action', action: 'delivery-failed', value: 'gone' },
      { author: { role: 'bot', externalId: 'frontdesk' } },
    );
    expect(route(aClaim([ours]))).toMatchObject({
      kind: 'undelivered',
      reason: 'gone',
      permanent: true,
    });
    const bounce = unread({ kind: 'bounce', recipient: 'a@b', permanent: true, reason: '5.1.1' });
    expect(route(aClaim([bounce]))).toMatchObject({ kind: 'undelivered', recipient: 'a@b' });
  });

  it('gives a conversation to the colleague who answered elsewhere, but not to their out-of-office', () => {
    const author = { role: 'human', externalId: 'mira@example.com', name: 'Mira' } as const;
    expect(route(aClaim([says('On it.', { author }), says('Great')]))).toMatchObject({
      kind: 'taken-over',
      by: 'Mira',
      pending: [{}],
    });
    const away = unread({ kind: 'message', content: content('I am away'), noReply: 'automatic' }, { author });
    expect(route(aClaim([away]))).toEqual({ kind: 'silent', why: 'automatic' });
  });

  it('says why it stays silent', () => {
    expect(route(aClaim([unread({ kind: 'message', content: content('away'), noReply: 'auto-replied' })]))).toEqual({
      kind: 'silent',
      why: 'auto-replied',
    });
    expect(route(aClaim([unread({ kind: 'feedback', score: 1, of: 'x' })]))).toEqual({
      kind: 'silent',
      why: 'feedback',
    });
    expect(route(aClaim([unread({ kind: 'delete', of: 'x' })]))).toEqual({ kind: 'silent', why: 'withdrawn' });
    expect(route(aClaim([says('Thank you!')], { conversation: { status: 'resolved' } }))).toEqual({
      kind: 'silent',
      why: 'pleasantry',
    });
    expect(
      route(aClaim([says('Thank you!'), says('But how?')], { conversation: { status: 'resolved' } })),
    ).toMatchObject({ kind: 'turn', newEpoch: true });
  });
});

describe('a customer who asks how it stands', () => {
  const statuses: readonly ConversationStatus[] = ['bot', 'waiting', 'human', 'resolved'];

  it('is told so in every state, without a model', () => {
    for (const state of statuses) {
      const asked = says('Any update?');
      expect(route(inState([asked], state)), state).toEqual({ kind: 'standing', pending: [asked] });
    }
  });

  it('is told so when that is all they ask, and only they', () => {
    for (const state of statuses) {
      expect(route(inState([says('Any update?'), says('My export is empty too')], state)).kind).not.toBe('standing');
      const other = says('Any update?', { author: { role: 'customer', externalId: 's2' } });
      expect(route(inState([other], state)).kind).not.toBe('standing');
      expect(route(inState([says('Any update?'), other], state)).kind).not.toBe('standing');
      expect(route(inState([unread({ kind: 'action', action: 'human', value: 'Any update?' })], state)).kind).not.toBe(
        'standing',
      );
    }
  });

  it('is not when they take it back, or somebody answers them first', () => {
    const asked = says('Any update?', { externalId: 'q' });
    expect(route(aClaim([asked, unread({ kind: 'delete', of: 'q' })])).kind).toBe('silent');
    const edited = unread({ kind: 'edit', of: 'q', content: content('How do I export?') });
    expect(route(aClaim([asked, edited])).kind).toBe('turn');
    const answered = says('I am on it', { author: { role: 'human', externalId: 'mira', name: 'Mira' } });
    expect(route(inState([asked, answered], 'waiting')).kind).toBe('taken-over');
  });

  it('is not interrupted where people talk to each other', () => {
    for (const state of statuses)
      for (const more of [
        { attention: 'overheard', toOthers: true },
        { attention: 'open', toOthers: true },
      ] as const)
        expect(route(inState([says('Any update?', more)], state)).kind, state).not.toBe('standing');
    // Nobody is asked in particular: us while nobody has it yet, else whoever is there.
    const overheard = says('Any update?', { attention: 'overheard' });
    expect(statuses.map((state) => route(inState([overheard], state)).kind)).toEqual([
      'turn',
      'standing',
      'to-desk',
      'turn',
    ]);
    const word = says('status', { attention: 'overheard' });
    expect(statuses.map((state) => route(inState([word], state)).kind)).toEqual([
      'standing',
      'standing',
      'to-desk',
      'turn',
    ]);
    const asked = says('Any update?', { attention: 'addressed' });
    for (const state of statuses) expect(route(inState([asked], state)).kind).toBe('standing');
  });

  it('has more to say when a file comes with it', () => {
    const attachments = [{ name: 'log.txt', mime: 'text/plain', bytes: 3, ref: 'sha256:a' }];
    const withFile = unread({ kind: 'message', content: { markdown: 'Any update?', attachments } });
    expect(statuses.map((state) => route(inState([withFile], state)).kind)).toEqual([
      'turn',
      'to-desk',
      'to-desk',
      'turn',
    ]);
  });

  it('is told first of what did not reach them', () => {
    const lost = unread({ kind: 'action', action: 'delivery-failed', value: 'no such user' }, { author: botAuthor });
    expect(route(inState([says('Any update?'), lost], 'waiting')).kind).toBe('undelivered');
  });
});

describe('a vote', () => {
  const vote = (score: 1 | -1, of = 'x1', more: Partial<InboundEvent> = {}) =>
    unread({ kind: 'feedback', score, of }, more);
  const closed = { ...theCase, status: 'resolved', askedAs: ['x1', '77'] } as const;
  const onClosed = (...votes: readonly ReturnType<typeof vote>[]) =>
    route(aClaim(votes, { conversation: { status: 'resolved' }, escalation: closed }));

  it('on the question of a closed case says whether it is solved, and the last one counts', () => {
    expect(onClosed(vote(1))).toEqual({ kind: 'judged', isSolved: true });
    expect(onClosed(vote(-1, '77'))).toEqual({ kind: 'judged', isSolved: false });
    expect(onClosed(vote(-1), vote(1, '77'))).toEqual({ kind: 'judged', isSolved: true });
  });

  it('on anything else is no word on the case', () => {
    expect(onClosed(vote(-1, 'x2'))).toEqual({ kind: 'silent', why: 'feedback' });
    expect(onClosed(vote(1), vote(-1, 'x2'))).toEqual({ kind: 'judged', isSolved: true });
    expect(route(inState([vote(-1)], 'resolved'))).toEqual({ kind: 'silent', why: 'feedback' });
    // Somebody who reads along.
    const bystander = vote(-1, 'x1', { author: { role: 'customer', externalId: 's2' } });
    expect(onClosed(bystander)).toEqual({ kind: 'silent', why: 'feedback' });
    expect(onClosed(vote(1), bystander)).toEqual({ kind: 'judged', isSolved: true });
  });

  it('says nothing of a case that is not closed', () => {
    for (const state of ['bot', 'waiting', 'human'] as const)
      expect(route(aClaim([vote(-1)], { conversation: { status: state }, escalation: closed }))).toEqual({
        kind: 'silent',
        why: 'feedback',
      });
  });

  it('never holds up what is said beside it', () => {
    for (const state of ['bot', 'waiting', 'human', 'resolved'] as const) {
      const alone = route(inState([says('How?')], state)).kind;
      expect(route(inState([vote(-1), says('How?')], state)).kind).toBe(alone);
    }
  });
});

describe('route in rooms where several people talk', () => {
  const mira = { author: { role: 'human', externalId: 'T0HOME:UMIRA', name: 'Mira' } } as const;
  const ada = (attention: InboundEvent['attention'] = 'overheard') => ({
    author: { role: 'customer', externalId: 's1' } as const,
    ...(attention === undefined ? {} : { attention }),
  });
  const held = {
    conversation: { status: 'human', owner: 'Mira' },
    escalation: { ...theCase, status: 'claimed' },
  } as const;
  const theirs = { conversation: { status: 'human', owner: 'Mira' } } as const;
  const overheard = { ...mira, attention: 'overheard' } as const;

  it('gives a conversation to the colleague who answers in it, with all that was said around it', () => {
    for (const attention of ['overheard', 'open', undefined] as const) {
      const about = attention === undefined ? mira : { ...mira, attention };
      const pending = [says('How?', ada('open')), says('Like this', about), says('ah, and why?', ada())];
      expect(route(aClaim(pending))).toMatchObject({
        kind: 'taken-over',
        by: 'Mira',
        pending: [pending[0], pending[2]],
      });
    }
    const unnamed = { ...overheard, author: { role: 'human', externalId: 'T0HOME:UMIRA' } } as const;
    expect(route(aClaim([says('Like this', unnamed)]))).toMatchObject({ by: 'T0HOME:UMIRA' });
  });

  it('answers one of our own who asks, and whose question it was', () => {
    const asked = says('How do I do this?', { ...mira, attention: 'addressed' });
    expect(route(aClaim([asked]))).toEqual({ kind: 'turn', pending: [asked], newEpoch: false });
    // Their own conversation: what they add is the asker's.
    const more = says('and in Safari', overheard);
    expect(route(aClaim([more], { conversation: { customer: mira.author } }))).toMatchObject({
      kind: 'turn',
      pending: [more],
    });
  });

  it('goes on when it is asked after a colleague, as in a conversation that was theirs, and not when before', () => {
    const answers = says('Like this', overheard);
    const asks = says('@us, how?', ada('addressed'));
    expect(route(aClaim([answers, asks]))).toEqual({ kind: 'turn', pending: [asks], newEpoch: true });
    const before = says('@us, how?', ada('addressed'));
    expect(route(aClaim([before, says('I am on it', overheard)]))).toMatchObject({
      kind: 'taken-over',
      by: 'Mira',
      pending: [before],
    });
    const between = says('I am on it', overheard);
    const again = says('@us, and now?', ada('addressed'));
    expect(route(aClaim([before, between, again]))).toMatchObject({
      kind: 'turn',
      pending: [before, again],
    });
  });

  it('leaves a case with people in every order, and they read what was asked of us', () => {
    const answers = says('Like this', overheard);
    const asks = says('@us, how?', ada('addressed'));
    for (const about of [held, { conversation: { status: 'waiting' }, escalation: theCase } as const])
      expect(route(aClaim([answers, asks], about))).toMatchObject({ kind: 'taken-over', by: 'Mira', pending: [asks] });
  });

  it('stays silent where a colleague answers without a case, until it is asked', () => {
    for (const attention of ['overheard', 'open'] as const)
      expect(route(aClaim([says('And how?', ada(attention))], theirs))).toEqual({
        kind: 'silent',
        why: 'a colleague has this conversation',
      });
    const asks = says('@us, how?', ada('addressed'));
    expect(route(aClaim([says('hm', ada()), asks], theirs))).toMatchObject({ kind: 'turn', newEpoch: true });
    const button = unread({ kind: 'action', action: 'human', value: '' }, ada('addressed'));
    expect(route(aClaim([button], theirs))).toMatchObject({ kind: 'turn', newEpoch: true });
    // An old case that was closed does not count.
    const closed = { ...theirs, escalation: { ...theCase, status: 'resolved' } } as const;
    expect(route(aClaim([says('And how?', ada())], closed))).toMatchObject({ kind: 'silent' });
  });

  it('brings to the desk what is said where a person has a case', () => {
    for (const attention of ['overheard', 'open', 'addressed'] as const) {
      const pending = [says('And how?', ada(attention))];
      expect(route(aClaim(pending, held))).toEqual({ kind: 'to-desk', pending });
    }
  });

  it('comes to the same with a case whether a colleague and the customer are read together or one by one', () => {
    const message = fc.record({ isMira: fc.boolean(), attention: fc.constantFrom('overheard', 'addressed') });
    fc.assert(
      fc.property(fc.array(message, { minLength: 1, maxLength: 5 }), (messages) => {
        const pending = messages.map(({ isMira, attention }) =>
          isMira
            ? says('Like this', overheard)
            : says('How?', ada(attention === 'addressed' ? 'addressed' : 'overheard')),
        );
        const where = route(aClaim(pending, { conversation: { status: 'waiting' }, escalation: theCase }));
        expect(where.kind).toBe(messages.some(({ isMira }) => isMira) ? 'taken-over' : 'to-desk');
        if ('pending' in where) expect(where.pending).toEqual(standing(pending, 's1'));
      }),
    );
  });

  it('loses no standing word there either, but for silence where a colleague has it or thanks end it', () => {
    const attention = fc.constantFrom<InboundEvent['attention'][]>(undefined, 'addressed', 'open', 'overheard');
    fc.assert(
      fc.property(pending, status, fc.boolean(), fc.infiniteStream(attention), (events, now, isHeld, attentions) => {
        const heard = events.map((entry) => {
          const [how] = attentions.take(1);
          return how === undefined ? entry : { ...entry, event: { ...entry.event, attention: how } };
        });
        const claim = isHeld ? inState(heard, now) : aClaim(heard, { conversation: { status: now } });
        const where = route(claim);
        const words = standing(heard, 's1');
        if ('pending' in where) expect(where.pending).toEqual(words);
        else if (words.length > 0) {
          expect(['human', 'resolved']).toContain(now);
          if (now === 'human') expect(words.some(({ event }) => event.attention === 'addressed')).toBe(false);
        }
        if (where.kind === 'turn' && now === 'human') expect(where.newEpoch).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('standing', () => {
  it('applies the last edit, wherever it stands', () => {
    const first = says('first');
    const of = first.event.externalId ?? '';
    const edit = (markdown: string) => unread({ kind: 'edit', of, content: content(markdown) });
    expect(standing([first, edit('second'), edit('third')], 's1').map(({ event }) => event.body)).toEqual([
      { kind: 'message', content: content('third') },
    ]);
  });

  it('asks again what was changed after its answer, as its new text and under its own name', () => {
    const edit = (markdown: string) => unread({ kind: 'edit', of: 'old', content: content(markdown) });
    const last = edit('How do I export?');
    expect(standing([edit('How do I'), last], 's1')).toEqual([
      {
        ...last,
        event: { ...last.event, externalId: 'old', body: { kind: 'message', content: content('How do I export?') } },
      },
    ]);
    expect(standing([edit('How?'), unread({ kind: 'delete', of: 'old' })], 's1')).toEqual([]);
    expect(standing([edit('  ')], 's1')).toEqual([]);
    expect(route(aClaim([edit('  ')]))).toEqual({ kind: 'silent', why: 'withdrawn' });
    // A colleague who mends their own words asks nothing.
    const theirs = { author: { role: 'human', externalId: 'mira' }, attention: 'overheard' } as const;
    expect(standing([unread({ kind: 'edit', of: 'old', content: content('Like this.') }, theirs)], 's1')).toEqual([]);
  });

  it('takes an unread message for withdrawn when nothing is left of it, and keeps one that still has its file', () => {
    const first = says('never mind');
    const of = first.event.externalId ?? '';
    expect(standing([first, unread({ kind: 'edit', of, content: content(' ') })], 's1')).toEqual([]);
    const attachments = [{ name: 'a.txt', mime: 'text/plain', bytes: 1, ref: 'sha256:a' }];
    const left = unread({ kind: 'edit', of, content: { markdown: '', attachments } });
    expect(standing([first, left], 's1')).toMatchObject([{ event: { body: { content: { attachments } } } }]);
  });

  it('drops what was deleted, edited or not', () => {
    const first = says('first');
    const of = first.event.externalId ?? '';
    const rest = says('second');
    expect(
      standing(
        [first, unread({ kind: 'edit', of, content: content('changed') }), unread({ kind: 'delete', of }), rest],
        's1',
      ),
    ).toEqual([rest]);
  });

  it('drops everything up to a cancel, and keeps what follows', () => {
    const before = [says('before'), unread({ kind: 'action', action: 'human', value: '' })];
    const cancel = unread({ kind: 'action', action: 'cancel', value: '' });
    const after = says('after');
    expect(standing([...before, cancel, after], 's1')).toEqual([after]);
  });

  it('keeps messages in their order and never invents one', () => {
    fc.assert(
      fc.property(pending, (events) => {
        const seqs = standing(events, 's1').map(({ seq }) => seq);
        expect(seqs).toEqual([...seqs].sort((a, b) => a - b));
        expect(new Set(seqs).size).toBe(seqs.length);
        for (const seq of seqs) expect(events.some((one) => one.seq === seq)).toBe(true);
      }),
    );
  });
});

describe('isThanks', () => {
  it.each([
    'thanks',
    'Thanks!',
    'thank you so much',
    'Thank you very much for your help!',
    'ok',
    'OK, thanks',
    'great, thank you',
    'Perfect 👍',
    '👍',
    '🙏🙏',
    '❤️',
    'got it',
    "that's all",
    'it works now',
    'works',
    'cheers',
    'thx',
    'Danke schön',
    'Vielen Dank!',
    'merci beaucoup',
    'Gracias',
    'grazie',
    'obrigada',
    'bye, have a nice day',
    'Super, danke',
    'awesome, works now, thanks a lot :)',
  ])('hears thanks in "%s"', (text) => {
    expect(isThanks(text)).toBe(true);
  });

  it.each([
    '',
    '   ',
    'thanks, but it still fails',
    'ok how do I do that?',
    'no thanks, I want a refund',
    'great product, what does it cost',
    'thank you page is broken',
    'it works now but slowly',
    '5',
    '?',
    'thanksgiving',
    'no',
    'yes',
    'works for me?',
    'super admin',
    `${'thanks '.repeat(40)}`,
    'danke, und wie geht das?',
  ])('answers "%s"', (text) => {
    expect(isThanks(text)).toBe(false);
  });

  it('takes no time over hostile texts', () => {
    const started = cpuMs();
    for (const piece of ['ok', 'works now ', 'thank you ', 'that is ', 'many ', 'great, '])
      isThanks(`${piece.repeat(200).slice(0, 190)}x`);
    expect(cpuMs() - started).toBeLessThan(3_000);
  });
});
