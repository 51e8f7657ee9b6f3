import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Claim, Commit, Ledger } from '#core/ledger.ts';
import type { ConversationId, MessageId } from '#core/message.ts';
import type { Session } from '#core/session.ts';
import type { Turn, TurnOutcome } from '#core/turn.ts';
import { createDesk, transition } from '#src/desk/index.ts';
import { createMemorySessions } from '#src/store/session.ts';
import { aClaim, anAdapter, fakeLedger, fakePipeline, says, theCase, theDesk, unread } from '#test/fakes/pipeline.ts';
import { aMessage } from '#test/fakes/turn.ts';
import { createGiveUp } from './give-up.ts';
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
    usualWait: () => undefined,
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
    const { plan, heard, pipeline } = setUp(async () => escalate, { usualWait: () => 20 });
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
    const deliveries = [{ conversationId: '1' as ConversationId, status: 'bot' as const, dispatches: [] }];
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
