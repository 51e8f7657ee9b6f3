import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { ChannelAdapter, Progress } from '#core/channel.ts';
import type { Claim, Commit, Ledger } from '#core/ledger.ts';
import type { ConversationId, InboundEvent, MessageId } from '#core/message.ts';
import type { Session } from '#core/session.ts';
import type { Turn, TurnOutcome } from '#core/turn.ts';
import { createDesk, transition } from '#src/desk/index.ts';
import { createMemorySessions } from '#src/store/session.ts';
import { aClaim, anAdapter, fakeLedger, fakePipeline, says, theCase, theDesk, unread } from '#test/fakes/pipeline.ts';
import { aMessage } from '#test/fakes/turn.ts';
import { createGiveUp } from './give-up.ts';
import { attend } from './steps/attend.ts';
import { createTakeTurn, type TurnDeps } from './take-turn.ts';

const live = new AbortController().signal;
const content = (markdown: string) => ({ markdown, attachments: [] });
const answer: TurnOutcome = {
  kind: 'answer',
  content: content('Under Settings [1].'),
  citations: [{ n: 1, documentId: 'd1', title: 'Settings', text: '…' }],
  confidence: 0.9,
};
const offer: TurnOutcome = {
  kind: 'ask-back',
  content: content('Shall I bring in a colleague?'),
  why: 'weak',
  confidence: 0.2,
};
const escalate: TurnOutcome = {
  kind: 'escalate',
  reason: 'asked-for-human',
  brief: { question: 'Where is it?', why: 'asked', tried: [] },
  holding: content(''),
  confidence: 1,
};

const setUp = (
  decide: TurnDeps['decide'],
  more: Partial<TurnDeps> & { readonly rows?: Partial<Ledger>; readonly web?: Parameters<typeof anAdapter>[0] } = {},
) => {
  const { rows, web, ...overrides } = more;
  const ledger = fakeLedger(rows);
  const pipeline = fakePipeline(anAdapter({ id: 'web', ...web }));
  const turns: Turn[] = [];
  const deps: TurnDeps = {
    ...pipeline,
    ledger,
    sessions: createMemorySessions({ ttlMs: 60_000, max: 10, now: () => new Date() }),
    decide: (turn) => {
      turns.push(turn);
      return decide(turn);
    },
    desk: createDesk({ channel: 'web', space: 'desk', ownThreads: true }),
    transition,
    remember: () => [],
    newCode: () => '7F3K',
    reach: () => ({ kind: 'open' }),
    firstReplyDue: () => undefined,
    answererName: 'test',
    limits: { window: 6, turnsPerEpoch: 5 },
    ...overrides,
  };
  const heard: (readonly [string, unknown])[] = [];
  for (const topic of ['settled:1', 'chat:1', 'desk'])
    pipeline.fanout.subscribe(topic, (event) => heard.push([topic, event]));
  const takeTurn = createTakeTurn(deps);
  return {
    ledger,
    deps,
    pipeline,
    turns,
    heard,
    takeTurn,
    /** The one commit of this claim's turn. */
    async plan(claim: Claim): Promise<Commit> {
      expect(await takeTurn(claim, live)).toMatchObject({ kind: 'committed' });
      const commit = ledger.commits.at(-1);
      if (commit === undefined) throw new Error('Nothing was committed.');
      return commit;
    },
  };
};

describe('a turn of the bot', () => {
  it('commits an answer with its citations, everything unread consumed, under the version that it read', async () => {
    const pending = [says('Where'), says('is it?')];
    const { plan, heard, turns } = setUp(async () => answer);
    const commit = await plan(aClaim(pending));
    expect(commit).toMatchObject({
      conversation: '1',
      version: 3,
      consumed: pending[1]?.seq,
      changes: [],
      messages: [
        {
          conversation: '1',
          role: 'bot',
          visibility: 'customer',
          markdown: 'Under Settings [1].',
          meta: { kind: 'answer', confidence: 0.9, citations: [{ n: 1 }] },
        },
      ],
      outbox: [{ message: 0, conversation: '1', by: 'bot', address: { channel: 'web', thread: 's1' } }],
    });
    expect(turns[0]?.question).toBe('Where\nis it?');
    expect(heard).toEqual([['settled:1', { seq: commit.consumed }]]);
  });

  it('offers a person with a button, but not with a greeting', async () => {
    const weak = await setUp(async () => offer).plan(aClaim([says('What?')]));
    expect(weak.outbox[0]?.payload.actions).toMatchObject([{ id: 'human' }]);
    expect(weak.messages[0]?.meta).toMatchObject({ kind: 'ask-back', actions: [{ id: 'human' }] });
    const greeting = await setUp(async () => ({ ...offer, why: 'greeting' })).plan(aClaim([says('hi')]));
    expect(greeting.outbox[0]?.payload.actions).toEqual([]);
  });

  it('hands over: the conversation waits, the customer is told with a code, the desk gets a card', async () => {
    const { plan, heard, pipeline } = setUp(async () => escalate, {
      reach: () => ({ kind: 'open', usualMinutes: 20 }),
    });
    const commit = await plan(aClaim([says('a person please')]));
    expect(commit.changes).toEqual([{ conversation: '1', version: 3, status: 'waiting' }]);
    expect(commit.escalation).toMatchObject({
      code: '7F3K',
      conversation: '1',
      reason: 'asked-for-human',
      desk: { channel: 'web', space: 'desk', ownThreads: true },
    });
    expect(commit.escalation?.card.markdown).toContain('Where is it?');
    // A notice of ours: a person who claims at once does not take it back.
    expect(commit.outbox[0]).toMatchObject({ by: 'system' });
    expect(commit.messages[0]?.markdown).toMatch(/20 minutes.*7F3K/);
    expect(heard.map(([topic]) => topic)).toEqual(['settled:1', 'chat:1', 'desk']);
    expect(pipeline.counted).toContainEqual(['escalation', { event: 'opened', reason: 'asked-for-human' }]);
  });

  it('stays silent with a receipt, and still consumes', async () => {
    const commit = await setUp(async () => ({ kind: 'silent', why: 'pleasantry' })).plan(aClaim([says('thanks')]));
    expect(commit).toMatchObject({ messages: [], outbox: [], receipt: { payload: { outcome: 'silent' } } });
    expect(commit.consumed).toBeGreaterThan(0);
  });

  it('splits what is longer than the channel takes: one message, files and buttons with the last part', async () => {
    const long = {
      ...offer,
      content: {
        markdown: 'word '.repeat(100).trim(),
        attachments: [{ name: 'a', mime: 'text/plain', bytes: 1, ref: 'sha256:aa' }],
      },
    };
    const capabilities = { ...anAdapter().capabilities, maxChars: 100 };
    const commit = await setUp(async () => long, { web: { capabilities } }).plan(aClaim([says('What?')]));
    expect(commit.messages).toHaveLength(1);
    expect(commit.outbox.length).toBeGreaterThan(4);
    expect(commit.outbox.every(({ message, payload }) => message === 0 && payload.markdown.length <= 100)).toBe(true);
    expect(commit.outbox.map(({ payload }) => payload.actions.length + payload.attachments.length)).toEqual([
      ...commit.outbox.slice(1).map(() => 0),
      2,
    ]);
  });

  it('chains a receipt that holds hashes and no text', async () => {
    const { plan } = setUp(async () => answer);
    const { receipt } = await plan(aClaim([says('my secret question')], { receiptHash: 'before' }));
    expect(receipt?.previous).toBe('before');
    const digest = createHash('sha256')
      .update(`before${JSON.stringify(receipt?.payload)}`)
      .digest('base64url');
    expect(receipt?.hash).toBe(digest);
    expect(JSON.stringify(receipt)).not.toMatch(/secret|Settings/);
  });

  it('starts a new epoch for a customer who comes back, with a fresh budget', async () => {
    const { plan, turns } = setUp(async () => answer, {
      rows: { loadContext: async () => ({ window: [], memories: [], answersInEpoch: 5 }) },
    });
    const returning = aClaim([says('Another thing')], { conversation: { status: 'resolved', epoch: 1 }, consumed: 9 });
    expect((await plan(returning)).changes).toEqual([
      { conversation: '1', version: 3, newEpoch: true, status: 'bot', owner: null },
    ]);
    expect(turns[0]?.session.turnsLeft).toBe(5);
    await plan(aClaim([says('More')], { consumed: 9 }));
    expect(turns[1]?.session.turnsLeft).toBe(0);
  });

  it('reopens nothing while it says nothing: others go on talking in a thread that is closed', async () => {
    const { plan } = setUp(async () => ({ kind: 'silent', why: 'people are talking to each other' }));
    for (const status of ['resolved', 'human'] as const)
      expect(
        (await plan(aClaim([says('By the way …', { attention: 'addressed' })], { conversation: { status } }))).changes,
      ).toEqual([]);
  });

  it('gives memories to those who proved who they are alone', async () => {
    const memories = [{ kind: 'fact', text: 'On the Team plan', importance: 0.5 }];
    const rows = { loadContext: async () => ({ window: [], memories, answersInEpoch: 0 }) };
    const { plan, turns } = setUp(async () => answer, { rows });
    for (const identity of ['verified', 'claimed', 'anonymous'] as const)
      await plan(aClaim([says('x')], { identity, consumed: 1 }));
    // One message that only claims to be theirs spoils the batch.
    const verified = { identity: { level: 'verified' } } as const;
    await plan(
      aClaim([says('x', verified), says('y', { identity: { level: 'claimed' } })], {
        identity: 'verified',
        consumed: 1,
      }),
    );
    expect(turns.map((turn) => [turn.audience.identity, turn.memories.length])).toEqual([
      ['verified', 1],
      ['claimed', 0],
      ['anonymous', 0],
      ['claimed', 0],
    ]);
  });

  it('shares neither memories nor what an organisation may see with others in the conversation', async () => {
    const memories = [{ kind: 'fact', text: 'On the Team plan', importance: 0.5 }];
    const remember = () => [{ kind: 'fact', text: 'x', importance: 1, hash: 'h' }];
    const rows = { loadContext: async () => ({ window: [], memories, answersInEpoch: 0 }) };
    const { plan, turns } = setUp(async () => answer, { rows, remember });
    const identity = { level: 'verified', organization: 'example.org' } as const;
    const known = { identity: 'verified', organization: 'example.org', personId: '5', consumed: 1 } as const;
    const own = await plan(aClaim([says('x', { identity })], known));
    const copied = { role: 'customer', externalId: 'bob' } as const;
    const others = await plan(aClaim([says('x', { identity, author: copied })], known));
    const outside = { identity: { level: 'verified', organization: 'other.example' } } as const;
    await plan(aClaim([says('x', { identity }), says('y', outside)], known));
    expect([own.memories?.length, others.memories]).toEqual([1, undefined]);
    expect(turns.map(({ memories: seen, audience }) => [seen.length, audience.organizations])).toEqual([
      [1, ['example.org']],
      [0, ['example.org']],
      [1, []],
    ]);
  });

  it('keeps what it remembers with the person, and nothing where there is none', async () => {
    const remember = () => [{ kind: 'fact', text: 'x', importance: 1, hash: 'h' }];
    expect(
      (await setUp(async () => answer, { remember }).plan(aClaim([says('x')], { personId: '5' }))).memories,
    ).toMatchObject([{ personId: '5', hash: 'h' }]);
    expect(await setUp(async () => answer, { remember }).plan(aClaim([says('x')]))).not.toHaveProperty('memories');
  });

  it('commits nothing once its lease or version is lost, nor when it fails', async () => {
    const lost = new AbortController();
    const { takeTurn, ledger } = setUp(async () => {
      lost.abort();
      return answer;
    });
    expect(await takeTurn(aClaim([says('x')]), lost.signal)).toEqual({ kind: 'stale' });
    expect(ledger.commits).toEqual([]);
    const failing = setUp(() => Promise.reject(new Error('the model is away')));
    await expect(failing.takeTurn(aClaim([says('x')]), live)).rejects.toThrow('the model is away');
    expect(failing.ledger.commits).toEqual([]);
  });

  it('announces nothing and keeps no session when the commit was stale', async () => {
    const { takeTurn, heard, deps, pipeline } = setUp(async () => answer, { rows: { commit: async () => 'stale' } });
    expect(await takeTurn(aClaim([says('x')]), live)).toEqual({ kind: 'stale' });
    expect(heard).toEqual([]);
    expect(await deps.sessions.load('1' as ConversationId, 4)).toBeUndefined();
    expect(pipeline.counted).toContainEqual(['turn', expect.objectContaining({ outcome: 'discarded' })]);
  });

  it('passes on what is to be delivered at once, and the trace', async () => {
    const deliveries = [{ conversationId: '1' as ConversationId, status: 'bot' as const, dispatches: [], askedAt: 0 }];
    const seen: Commit[] = [];
    const commit: Ledger['commit'] = async (one) => {
      seen.push(one);
      return { messages: [], deliveries };
    };
    const pending = [{ ...says('x'), trace: '00-t-01' }];
    expect(await setUp(async () => answer, { rows: { commit } }).takeTurn(aClaim(pending), live)).toEqual({
      kind: 'committed',
      deliveries,
    });
    expect(seen[0]?.trace).toBe('00-t-01');
  });
});

describe('the session', () => {
  it('knows after a turn what the next one needs, and asks nobody then', async () => {
    let asked = 0;
    const loadContext: Ledger['loadContext'] = async () => {
      asked += 1;
      return { window: [], memories: [], answersInEpoch: 0 };
    };
    const { plan, turns } = setUp(async () => answer, { rows: { loadContext } });
    await plan(aClaim([says('one')], { consumed: 1 }));
    await plan(aClaim([says('two')], { consumed: 2, conversation: { version: 4 } }));
    expect(asked).toBe(1);
    expect(turns[1]?.session.window.map(({ author, content: { markdown } }) => [author.role, markdown])).toEqual([
      ['customer', 'one'],
      ['bot', 'Under Settings [1].'],
    ]);
    expect(turns[1]?.session).toMatchObject({ turnsLeft: 4, version: 4 });
    // Somebody else changed the conversation: the rows are asked again.
    await plan(aClaim([says('three')], { consumed: 3, conversation: { version: 9 } }));
    expect(asked).toBe(2);
  });

  it('holds the text as it stands: edited, and without what was deleted', async () => {
    const { plan, deps } = setUp(async () => answer);
    const kept = says('first');
    const gone = says('deleted');
    const edit = unread({ kind: 'edit', of: kept.event.externalId ?? '', content: content('changed') });
    await plan(aClaim([kept, gone, edit, unread({ kind: 'delete', of: gone.event.externalId ?? '' })]));
    const session = (await deps.sessions.load('1' as ConversationId, 4)) as Session;
    expect(session.window.map((message) => message.content.markdown)).toEqual(['changed', 'Under Settings [1].']);
  });

  it('is asked of the rows when something older was changed or taken back, which it still has', async () => {
    for (const body of [
      { kind: 'delete', of: 'x0' } as const,
      { kind: 'edit', of: 'x0', content: content('') } as const,
    ]) {
      const { plan, deps, turns } = setUp(async () => answer);
      await plan(aClaim([says('my password is 1234')], { consumed: 1 }));
      const kept = (await deps.sessions.load('1' as ConversationId, 4)) as Session;
      expect(kept.window[0]?.content.markdown).toContain('1234');
      await plan(aClaim([unread(body), says('and now?')], { consumed: 2, conversation: { version: 4 } }));
      expect(JSON.stringify(turns[1]?.session)).not.toContain('1234');
    }
  });

  it('is asked of the rows after a colleague spoke, whose words are no part of the turn', async () => {
    const { plan, deps } = setUp(async () => ({ kind: 'silent', why: 'pleasantry' }));
    const kim = { role: 'human', externalId: 'T1:UKIM', name: 'Kim' } as const;
    await plan(
      aClaim([says('Try this', { author: kim, attention: 'overheard' }), says('thanks', { attention: 'addressed' })]),
    );
    expect(await deps.sessions.load('1' as ConversationId, 4)).toBeUndefined();
  });

  it('is bounded', async () => {
    const { plan, deps } = setUp(async () => answer);
    for (let version = 0; version < 8; version += 1)
      await plan(aClaim([says(`${version}`)], { conversation: { version } }));
    expect((await deps.sessions.load('1' as ConversationId, 8))?.window).toHaveLength(6);
  });

  it('costs no answer when it cannot be kept', async () => {
    const sessions = {
      load: async () => undefined,
      save: () => Promise.reject(new Error('Redis is away')),
      drop: async () => undefined,
    };
    const { takeTurn, pipeline } = setUp(async () => answer, { sessions });
    expect(await takeTurn(aClaim([says('x')]), live)).toMatchObject({ kind: 'committed' });
    expect(pipeline.log.lines).toContainEqual({
      level: 'warn',
      fields: { error: 'Redis is away' },
      message: 'a session could not be kept',
    });
  });
});

describe('a turn in a room', () => {
  const address = { channel: 'slack', space: 'C1', thread: '1.0' } as const;
  const ada = { role: 'customer', externalId: 'T1:UADA' } as const;
  const inRoom = (markdown: string, more: Partial<InboundEvent> = {}) =>
    says(markdown, { address, author: ada, attention: 'open', ...more });
  const roomClaim = (pending: Claim['pending'], more: Partial<Omit<Claim, 'conversation' | 'pending'>> = {}) =>
    aClaim(pending, { conversation: { address, customer: ada }, identity: 'verified', ...more });
  /** The turn asks the attend step, as the composed one does. */
  const attending: TurnDeps['decide'] = (turn) => attend(turn, async () => answer);
  const room = (slack: Partial<ChannelAdapter> = {}, decide = attending, rows: Partial<Ledger> = {}) => {
    const adapters = fakePipeline(anAdapter({ id: 'web' }), anAdapter(slack)).adapters;
    return setUp(decide, { rows, adapters });
  };

  it('keeps why it spoke or stayed silent, for every event', async () => {
    const asked = [inRoom('hi'), inRoom('How do I add a user?')];
    const spoke = await room().plan(roomClaim(asked));
    expect(spoke.messages).toHaveLength(1);
    expect(spoke.decisions).toEqual(
      asked.map(({ event }) => ({
        key: event.dedupeKey,
        address,
        speaks: true,
        reason: 'a question where we answer questions',
      })),
    );
    const silent = await room().plan(roomClaim([inRoom('We deploy tonight')]));
    expect(silent).toMatchObject({
      messages: [],
      outbox: [],
      decisions: [{ speaks: false, reason: 'not a question' }],
    });
    const others = await room().plan(roomClaim([inRoom('@Tom?', { toOthers: true })]));
    expect(others.decisions).toMatchObject([{ speaks: false, reason: 'said to somebody else' }]);
    // A later step may think better of it.
    const polite = room({}, async () => ({ kind: 'silent', why: 'pleasantry' }));
    expect((await polite.plan(roomClaim([inRoom('thanks', { attention: 'addressed' })]))).decisions).toMatchObject([
      { speaks: false, reason: 'pleasantry' },
    ]);
  });

  it('keeps it too where a colleague speaks, and opens no case where our people read along', async () => {
    const colleague = { author: { role: 'human', externalId: 'T0HOME:UMIRA', name: 'Mira' } } as const;
    const staffPresent = { capabilities: { ...anAdapter().capabilities, staffPresent: true } };
    const taken = await room(staffPresent).plan(
      roomClaim([inRoom('How?'), inRoom('Like this', { ...colleague, attention: 'overheard' })]),
    );
    expect(taken).toMatchObject({
      changes: [{ status: 'human', owner: 'Mira' }],
      outbox: [],
      decisions: [
        { speaks: false, reason: 'Mira answers here' },
        { speaks: false, reason: 'Mira answers here' },
      ],
    });
    expect(taken).not.toHaveProperty('escalation');
    const quiet = await room(staffPresent).plan({
      ...roomClaim([inRoom('And?')]),
      conversation: { ...roomClaim([]).conversation, status: 'human', owner: 'Mira' },
    });
    expect(quiet.decisions).toMatchObject([{ speaks: false, reason: 'a colleague has this conversation' }]);
  });

  it('keeps none where everything is said to us', async () => {
    expect((await setUp(attending).plan(aClaim([says('How?')]))).decisions).toEqual([]);
  });

  it('tells those who search who reads along: several organisations, or unknown ones, share nothing but the public', async () => {
    for (const readers of [
      { organizations: ['T1'], shared: true },
      { organizations: ['T1', 'T2'], shared: true },
      { organizations: [], shared: true },
    ]) {
      const { plan, turns } = room({ lookUp: async () => ({ readers }) });
      const identity = { level: 'verified', organization: 'T1' } as const;
      await plan(roomClaim([inRoom('How?', { identity })], { organization: 'T1' }));
      expect(turns[0]?.audience).toEqual({ ...readers, identity: 'verified' });
    }
    // Nobody said: the customer's own organisation alone.
    const { plan, turns } = room();
    await plan(roomClaim([inRoom('How?')], { organization: 'T1' }));
    expect(turns[0]?.audience).toEqual({ organizations: ['T1'], shared: false, identity: 'verified' });
  });

  it('takes what was said before it was asked into the question', async () => {
    const before = 'Ben: The export fails with error 500';
    const { plan, turns } = room({ lookUp: async (_event, { isFirst }) => (isFirst ? { before } : {}) });
    const mention = (text: string) => inRoom(text, { attention: 'addressed' });
    await plan(roomClaim([mention('')]));
    await plan(roomClaim([mention('any idea?')]));
    await plan(roomClaim([mention('any idea?')], { consumed: 4 }));
    expect(turns.map(({ question }) => question)).toEqual([before, `${before}\nany idea?`, 'any idea?']);
  });

  it('says who and where on the card, by the names that the platform knows', async () => {
    const { plan } = room(
      { lookUp: async () => ({ name: 'Ada', organizationName: 'Acme', place: '#acme-support' }) },
      async () => escalate,
    );
    const commit = await plan(roomClaim([inRoom('a person please', { attention: 'addressed' })]));
    expect(commit.names).toMatchObject([{ conversation: '1', channel: 'slack', id: 'T1:UADA', name: 'Ada' }]);
    expect(commit.escalation?.card.meta.card).toMatchObject({
      customer: 'Ada',
      organization: 'Acme',
      place: '#acme-support',
      transcript: [{ who: 'Ada', role: 'customer', text: 'a person please' }],
    });
  });

  describe('with a partial message', () => {
    const streaming = (outcome: TurnOutcome, rows: Partial<Ledger> = {}) => {
      const kept: string[] = [];
      const seen: Progress[] = [];
      const discarded: string[] = [];
      const set = room(
        {
          present: async (_id, _address, progress) => {
            const { goAhead: _asked, ...given } = progress;
            seen.push(given);
            return progress.stream ?? 's1';
          },
          discard: async (_address, stream) => void discarded.push(stream),
        },
        async (turn) => {
          turn.progress({ text: 'Under' });
          await setImmediate();
          return outcome;
        },
        { keepStream: async (_id, stream) => void kept.push(stream), ...rows },
      );
      return { ...set, kept, seen, discarded };
    };
    const asked = () => roomClaim([inRoom('How?', { attention: 'addressed' })]);

    it('lets the answer take its place, the first part of a long one', async () => {
      const { plan, kept, discarded } = streaming(answer);
      expect((await plan(asked())).outbox).toMatchObject([{ payload: { replaces: 's1' } }]);
      expect([kept, discarded]).toEqual([['s1'], []]);
      const long = streaming({ ...answer, content: content('word '.repeat(2_000)) });
      const { outbox } = await long.plan(asked());
      expect(outbox.length).toBeGreaterThan(1);
      expect(outbox.map(({ payload }) => payload.replaces)).toEqual(['s1', ...outbox.slice(1).map(() => undefined)]);
    });

    it('lets what the customer reads meanwhile take its place when a person is asked', async () => {
      const { plan, discarded } = streaming(escalate);
      expect((await plan(asked())).outbox).toMatchObject([{ by: 'system', payload: { replaces: 's1' } }]);
      expect(discarded).toEqual([]);
    });

    it('takes it back when nothing came of the turn', async () => {
      const silent = streaming({ kind: 'silent', why: 'not said to us' });
      expect((await silent.plan(asked())).outbox).toEqual([]);
      expect(silent.discarded).toEqual(['s1']);
      // A colleague was faster than an earlier try of this turn.
      const late = streaming(answer);
      const colleague = { role: 'human', externalId: 'T0HOME:UMIRA', name: 'Mira' } as const;
      await late.plan(
        roomClaim([inRoom('Like this', { author: colleague, attention: 'overheard' })], { stream: 's0' }),
      );
      expect(late.discarded).toEqual(['s0']);
    });

    it('keeps it for the next try when the turn was discarded, which goes on with it', async () => {
      const { takeTurn, seen, kept, discarded, ledger } = streaming(answer, { commit: async () => 'stale' });
      expect(await takeTurn(asked(), live)).toEqual({ kind: 'stale' });
      expect([kept, discarded, ledger.commits]).toEqual([['s1'], [], []]);
      const again = streaming(answer);
      const commit = await again.plan({ ...asked(), stream: 's1' });
      expect(commit.outbox).toMatchObject([{ payload: { replaces: 's1' } }]);
      expect(again.seen).toEqual([{ text: 'Under', stream: 's1' }]);
      expect([again.kept, again.discarded]).toEqual([[], []]);
      expect(seen).toEqual([{ text: 'Under' }]);
    });

    it('waits for what is on its way when the turn was discarded, so that the next try knows of it', async () => {
      const kept: string[] = [];
      const { promise, resolve } = Promise.withResolvers<string>();
      const { takeTurn } = room(
        { present: () => promise },
        async (turn) => {
          turn.progress({ text: 'Under' });
          await setImmediate();
          return { kind: 'silent', why: 'not said to us' };
        },
        { commit: async () => 'stale', keepStream: async (_id, stream) => void kept.push(stream) },
      );
      const ended = takeTurn(asked(), live);
      await new Promise((later) => setTimeout(later, 20));
      resolve('s1');
      expect(await ended).toEqual({ kind: 'stale' });
      expect(kept).toEqual(['s1']);
    });

    it('leaves it alone when the lease was lost: whoever has the turn now finishes it', async () => {
      const lost = new AbortController();
      const { takeTurn, discarded } = streaming(answer, {
        keepStream: async () => lost.abort(),
      });
      expect(await takeTurn(asked(), lost.signal)).toEqual({ kind: 'stale' });
      expect(discarded).toEqual([]);
    });
  });
});

describe('without the model', () => {
  const never: TurnDeps['decide'] = () => Promise.reject(new Error('The model was asked.'));
  const waiting = { conversation: { status: 'waiting' }, escalation: theCase, counterpart: theDesk } as const;

  it('shows the desk what the customer adds while somebody is on the way, and says so once', async () => {
    const holding = aMessage('bot', 'holding', { kind: 'escalate' });
    const rows = { loadContext: async () => ({ window: [holding], memories: [], answersInEpoch: 0 }) };
    const pending = [says('more'), says('and more')];
    const commit = await setUp(never, { rows }).plan(aClaim(pending, { ...waiting, consumed: 1 }));
    expect(
      commit.outbox.map(({ conversation, message, by, payload }) => [conversation, message, by, payload.markdown]),
    ).toEqual([
      ['2', pending[0]?.messageId, 'system', 'more'],
      ['2', pending[1]?.messageId, 'system', 'and more'],
      ['1', 0, 'bot', expect.stringContaining('added this to your request')],
    ]);
    const again = setUp(never, {
      rows: {
        loadContext: async () => ({
          window: [holding, aMessage('bot', 'added', { kind: 'notice' })],
          memories: [],
          answersInEpoch: 0,
        }),
      },
    });
    expect((await again.plan(aClaim([says('x')], { ...waiting, consumed: 1 }))).messages).toEqual([]);
  });

  it('keeps quiet towards the customer while a person has the conversation', async () => {
    const commit = await setUp(never).plan(
      aClaim([says('thanks Mira'), says('one more thing')], {
        ...waiting,
        conversation: { status: 'human', owner: 'Mira' },
      }),
    );
    expect(commit.outbox.map(({ conversation }) => conversation)).toEqual(['2', '2']);
    expect(commit.messages).toEqual([]);
    expect(commit).not.toHaveProperty('receipt');
  });

  it('gives the conversation to the colleague who answered from their own mailbox', async () => {
    const author = { role: 'human', externalId: 'mira@example.com', name: 'Mira' } as const;
    const fresh = await setUp(never).plan(aClaim([says('On it', { author })], { conversation: { title: 'My order' } }));
    expect(fresh).toMatchObject({
      changes: [{ status: 'human', owner: 'Mira' }],
      outbox: [],
      escalation: { claimedBy: 'Mira', brief: { question: 'My order' } },
    });
    const open = await setUp(never).plan(aClaim([says('On it', { author }), says('Thanks, also this')], waiting));
    expect(open).toMatchObject({
      escalationUpdate: { id: '7', status: 'claimed', claimedBy: 'Mira' },
      outbox: [{ conversation: '2', payload: { markdown: 'Thanks, also this' } }],
    });
    expect(open).not.toHaveProperty('escalation');
  });

  it('tells a person of a message that is lost for good, and blocks an address that bounced', async () => {
    const bounce = unread({
      kind: 'bounce',
      recipient: 'ada@example.org',
      permanent: true,
      reason: '5.1.1 no such user',
    });
    const commit = await setUp(never).plan(aClaim([says('Hello?'), bounce]));
    expect(commit).toMatchObject({
      changes: [{ status: 'waiting' }],
      block: { conversation: '1', reason: '5.1.1 no such user', recipient: 'ada@example.org' },
      escalation: { reason: 'delivery-failure', brief: { question: 'Hello?' } },
      messages: [{ visibility: 'internal', markdown: expect.stringContaining('5.1.1') }],
      outbox: [],
    });
    const ours = unread(
      { kind: 'action', action: 'delivery-failed', value: 'too long' },
      { author: { role: 'bot', externalId: 'frontdesk' } },
    );
    const givenUp = await setUp(never).plan(aClaim([ours]));
    expect(givenUp.escalation?.reason).toBe('delivery-failure');
    expect(givenUp).not.toHaveProperty('block');
  });

  it('notes a failure for those who have the conversation already, and still shows them what the customer wrote', async () => {
    const bounce = unread({ kind: 'bounce', recipient: 'a@b', permanent: true, reason: 'gone' });
    const commit = await setUp(never).plan(aClaim([says('Are you there?'), bounce], waiting));
    expect(commit).toMatchObject({
      changes: [],
      block: { reason: 'gone' },
      messages: [{ visibility: 'internal' }],
      outbox: [{ conversation: '2', payload: { markdown: 'Are you there?' } }],
    });
    expect(commit).not.toHaveProperty('escalation');
  });

  const relay = (of: string, value: string) =>
    unread(
      { kind: 'action', action: 'delivery-failed', value, of },
      { author: { role: 'bot', externalId: 'frontdesk' } },
    );
  const slackDesk = { ...theDesk, address: { channel: 'slack', space: 'C0DESK', thread: '1.0' } } as const;
  const toldAt = (commit: Commit) =>
    commit.outbox
      .filter(({ conversation }) => conversation === '2')
      .map(({ payload }) => [payload.markdown, payload.meta.receipt?.of]);

  it('says of each reply why it did not arrive, and of nothing else', async () => {
    const pressed = unread({ kind: 'action', action: 'human', value: '', of: 'C1:button' });
    const commit = await setUp(never).plan(
      aClaim([relay('C0DESK:1', 'gone'), relay('C0DESK:2', 'too long'), pressed], {
        ...waiting,
        counterpart: slackDesk,
      }),
    );
    expect(toldAt(commit)).toEqual([
      ['This did not reach the customer: gone', 'C0DESK:1'],
      ['This did not reach the customer: too long', 'C0DESK:2'],
    ]);
  });

  it('says so in the thread of a case that was closed meanwhile, too, and opens a new one', async () => {
    const closed = { conversation: { status: 'resolved' }, escalation: { ...theCase, status: 'resolved' } } as const;
    const commit = await setUp(never).plan(aClaim([relay('C0DESK:1', 'gone')], { ...closed, counterpart: slackDesk }));
    expect(toldAt(commit)).toEqual([['This did not reach the customer: gone', 'C0DESK:1']]);
    expect(commit.escalation?.reason).toBe('delivery-failure');
  });

  it('opens a case for what is lost where a colleague has the conversation without one', async () => {
    const ours = relay('', 'gone');
    const commit = await setUp(never).plan(aClaim([says('And this?'), ours], { conversation: { status: 'human' } }));
    expect(commit.escalation?.brief.question).toBe('And this?');
  });

  it('thanks nobody for what people say to each other while somebody is on the way', async () => {
    const rows = {
      loadContext: async () => ({
        window: [aMessage('bot', 'holding', { kind: 'escalate' })],
        memories: [],
        answersInEpoch: 0,
      }),
    };
    const others = { author: { role: 'customer', externalId: 'T1:UEVE' }, attention: 'overheard' } as const;
    for (const more of [others, { attention: 'overheard', toOthers: true } as const]) {
      const commit = await setUp(never, { rows }).plan(
        aClaim([says('Eve, lunch?', more)], { ...waiting, consumed: 1 }),
      );
      expect(commit.outbox.map(({ conversation }) => conversation)).toEqual(['2']);
    }
  });

  it('only notes what may still arrive', async () => {
    const bounce = unread({ kind: 'bounce', recipient: 'a@b', permanent: false, reason: 'mailbox full' });
    const commit = await setUp(never).plan(aClaim([bounce]));
    expect(commit).toMatchObject({
      changes: [],
      outbox: [],
      messages: [{ visibility: 'internal', markdown: expect.stringContaining('mailbox full') }],
    });
    expect(commit).not.toHaveProperty('block');
    expect((await setUp(async () => answer).plan(aClaim([says('And my question?'), bounce]))).messages).toMatchObject([
      { meta: { kind: 'answer' } },
    ]);
  });

  it('lets the desk speak, tells whoever watches, and counts it', async () => {
    const claimIt = unread(
      { kind: 'action', action: 'claim', value: '' },
      { author: { role: 'human', externalId: 'agent:Mira', name: 'Mira' } },
    );
    const { plan, heard, pipeline } = setUp(never);
    const claim = aClaim([claimIt], {
      conversation: theDesk,
      escalation: theCase,
      counterpart: aClaim([], { conversation: { status: 'waiting' } }).conversation,
    });
    expect(await plan(claim)).toMatchObject({
      conversation: '2',
      changes: [{ conversation: '1', status: 'human', owner: 'Mira' }],
    });
    expect(heard).toEqual([
      ['chat:1', { type: 'conversation', conversation: { status: 'human', owner: 'Mira' } }],
      ['desk', { type: 'changed', escalationId: '7' }],
    ]);
    expect(pipeline.counted).toContainEqual(['escalation', { event: 'claimed', reason: 'asked-for-human' }]);
  });

  it('leaves notices out where a channel has no place for them, but keeps them in the transcript', async () => {
    const claimIt = unread(
      { kind: 'action', action: 'claim', value: '' },
      { author: { role: 'human', externalId: 'agent:Mira', name: 'Mira' } },
    );
    const capabilities = { ...anAdapter().capabilities, notices: false };
    const claim = aClaim([claimIt], {
      conversation: theDesk,
      escalation: theCase,
      counterpart: aClaim([], { conversation: { status: 'waiting' } }).conversation,
    });
    const commit = await setUp(never, { web: { capabilities } }).plan(claim);
    expect(commit.outbox).toEqual([]);
    expect(commit.messages).toMatchObject([{ conversation: '1', markdown: expect.stringContaining('joined') }]);
  });
});

describe('giving up', () => {
  it('hands what was asked to a person, without asking the model', async () => {
    const { deps, ledger } = setUp(() => Promise.reject(new Error('The model was asked.')));
    expect(await createGiveUp(deps)(aClaim([says('My question')], { attempts: 5 }), live)).toMatchObject({
      kind: 'committed',
    });
    expect(ledger.commits[0]).toMatchObject({
      escalation: { reason: 'tool-failure', brief: { question: 'My question' } },
      changes: [{ status: 'waiting' }],
      messages: [{ meta: { kind: 'escalate' } }],
    });
  });

  it('passes on what belongs to the desk as always', async () => {
    const { deps, ledger } = setUp(() => Promise.reject(new Error('The model was asked.')));
    const messageId = 'm77' as MessageId;
    await createGiveUp(deps)(
      aClaim([{ ...says('more'), messageId }], {
        attempts: 9,
        conversation: { status: 'human' },
        escalation: theCase,
        counterpart: theDesk,
      }),
      live,
    );
    expect(ledger.commits[0]?.outbox).toMatchObject([{ conversation: '2', message: messageId }]);
  });
});
