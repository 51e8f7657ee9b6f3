import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HumanDesk } from '#core/escalation.ts';
import type { Claim, Commit } from '#core/ledger.ts';
import type { Address, ChannelId, InboundBody, InboundEvent, MessageId } from '#core/message.ts';
import { createDesk, transition } from '#src/desk/index.ts';
import { aClaim, anAdapter, theCase, theDesk, unread } from '#test/fakes/pipeline.ts';
import { createDraft } from './draft.ts';
import { relayFromDesk } from './relay.ts';

const desk = createDesk({ channel: 'web', space: 'desk', ownThreads: true });
const adapterOf = (channel: ChannelId) => anAdapter({ id: channel });

const by = (name: string, body: InboundBody) =>
  unread(body, { author: { role: 'human', externalId: `agent:${name}`, name }, address: theDesk.address });
const press = (name: string, action: string) => by(name, { kind: 'action', action, value: '' });
const write = (name: string, markdown: string, more: { readonly internal?: boolean } = {}) =>
  by(name, { kind: 'message', content: { markdown, attachments: [] }, ...more });

/** What the desk's thread becomes when these events are read in one go. */
const relay = (
  pending: Claim['pending'],
  {
    escalation,
    status = 'waiting',
  }: { readonly escalation?: Partial<typeof theCase>; readonly status?: Claim['conversation']['status'] } = {},
): Commit => {
  const claim = aClaim(pending, {
    conversation: theDesk,
    escalation: { ...theCase, ...escalation },
    counterpart: aClaim([], { conversation: { status } }).conversation,
  });
  return relayFromDesk(claim, createDraft(claim, adapterOf, desk.place), {
    desk,
    transition,
    reach: () => ({ kind: 'open' }),
  });
};
const heard = (commit: Commit): readonly string[] => commit.outbox.map(({ payload }) => payload.markdown);

describe('relayFromDesk', () => {
  it('gives the case to the first who claims, and tells the others', () => {
    const commit = relay([
      press('Mira', 'claim'),
      press('Tom', 'claim'),
      write('Tom', 'Hello?'),
      press('Mira', 'claim'),
    ]);
    expect(commit.escalationUpdate).toEqual({
      id: theCase.id,
      status: 'claimed',
      claimedBy: 'Mira',
      claimedById: 'agent:Mira',
    });
    expect(commit.changes).toEqual([{ conversation: '1', version: 3, status: 'human', owner: 'Mira' }]);
    expect(heard(commit)).toEqual(['Mira from support has joined.']);
    expect(commit.refusals?.map(({ reason }) => reason)).toEqual([
      'Mira already has this conversation.',
      'Mira already has this conversation.',
    ]);
  });

  it('lets a reply claim, under the name of whoever wrote it', () => {
    const commit = relay([write('Mira', 'I am looking at it.')]);
    expect(heard(commit)).toEqual(['Mira from support has joined.', 'I am looking at it.']);
    expect(commit.outbox[1]).toMatchObject({
      by: 'human',
      conversation: '1',
      payload: { author: { role: 'human', externalId: 'agent:Mira', name: 'Mira' } },
    });
    expect(commit.messages[1]).toMatchObject({ role: 'human', visibility: 'customer', authorName: 'Mira' });
    expect(commit.escalationUpdate?.status).toBe('claimed');
  });

  it('never shows a note to the customer', () => {
    const commit = relay([
      write('Mira', '// angry, careful'),
      write('Tom', 'secret', { internal: true }),
      write('Tom', '  //quiet'),
    ]);
    expect(commit.outbox).toEqual([]);
    expect(commit.messages.map(({ visibility, markdown }) => [visibility, markdown])).toEqual([
      ['internal', 'angry, careful'],
      ['internal', 'secret'],
      ['internal', 'quiet'],
    ]);
    expect(commit).not.toHaveProperty('escalationUpdate');
  });

  it('closes, says so, and refuses whatever follows', () => {
    const commit = relay([
      press('Mira', 'claim'),
      press('Mira', 'resolve'),
      write('Mira', 'One more thing'),
      press('Tom', 'claim'),
      press('Mira', 'resolve'),
    ]);
    expect(heard(commit)).toEqual([
      'Mira from support has joined.',
      expect.stringContaining('Mira has closed this request'),
    ]);
    expect(commit.changes).toMatchObject([{ status: 'resolved', owner: null }]);
    expect(commit.escalationUpdate).toMatchObject({ status: 'resolved', claimedBy: 'Mira' });
    expect(commit.refusals).toHaveLength(2);
  });

  it('hands back to the bot in a new epoch', () => {
    const commit = relay([press('Mira', 'return')], {
      escalation: { status: 'claimed', claimedBy: 'Mira' },
      status: 'human',
    });
    expect(commit.changes).toEqual([{ conversation: '1', version: 3, status: 'bot', owner: null, newEpoch: true }]);
    expect(heard(commit)).toEqual([expect.stringContaining('handed back')]);
  });

  it('requires the customer’s version for everything that the customer sees', () => {
    const commit = relay([write('Mira', 'Hello')], {
      escalation: { status: 'claimed', claimedBy: 'Mira' },
      status: 'human',
    });
    expect(commit.changes).toEqual([{ conversation: '1', version: 3 }]);
  });

  it('understands nobody but people, and nothing but what a desk knows', () => {
    const customer: Partial<InboundEvent> = { author: { role: 'customer', externalId: 'eve' } };
    const commit = relay([
      unread({ kind: 'action', action: 'claim', value: '' }, customer),
      unread({ kind: 'message', content: { markdown: 'hi', attachments: [] } }, customer),
      press('Mira', 'toString'),
      press('Mira', '__proto__'),
      press('Mira', 'human'),
      by('Mira', { kind: 'delete', of: 'x' }),
    ]);
    expect(commit).toMatchObject({ messages: [], outbox: [], changes: [], refusals: [] });
  });

  it('consumes what it cannot place', () => {
    const event = press('Mira', 'claim');
    const claim = aClaim([event], { conversation: theDesk });
    expect(
      relayFromDesk(claim, createDraft(claim, adapterOf, desk.place), {
        desk,
        transition,
        reach: () => ({ kind: 'open' }),
      }),
    ).toMatchObject({ consumed: event.seq, messages: [], outbox: [] });
  });

  const step = fc.oneof(
    fc
      .record({ agent: fc.constantFrom('Mira', 'Tom', 'Ana'), action: fc.constantFrom('claim', 'resolve', 'return') })
      .map(({ agent, action }) => press(agent, action)),
    fc
      .record({ agent: fc.constantFrom('Mira', 'Tom', 'Ana'), text: fc.constantFrom('reply', '// note') })
      .map(({ agent, text }) => write(agent, text)),
  );
  const sequence = fc.array(step, { maxLength: 12 });

  it('holds its promises in every order of events', () => {
    fc.assert(
      fc.property(sequence, (events) => {
        const commit = relay(events);
        // Notes stay inside.
        for (const text of heard(commit)) expect(text).not.toContain('note');
        // One owner: everybody who speaks to the customer is the one who took the case.
        const speakers = new Set(
          commit.outbox.filter(({ by: who }) => who === 'human').map(({ payload }) => payload.author.name),
        );
        expect(speakers.size).toBeLessThanOrEqual(1);
        for (const speaker of speakers) expect(commit.escalationUpdate?.claimedBy).toBe(speaker);
        // Joins and leaves at most once each, in this order.
        const notices = heard(commit).filter((text) => text !== 'reply');
        expect(notices.length).toBeLessThanOrEqual(2);
        expect(notices.findIndex((text) => text.includes('joined'))).toBeLessThanOrEqual(0);
        // Nothing is said after the end.
        const ended = heard(commit).findIndex((text) => /closed|handed back/.test(text));
        if (ended >= 0) expect(ended).toBe(heard(commit).length - 1);
        // Everybody who tried in vain is told, once per try.
        expect(new Set(commit.refusals?.map(({ actionId }) => actionId)).size).toBe(commit.refusals?.length);
        expect(commit.consumed).toBe(events.at(-1)?.seq ?? 0);
      }),
      { numRuns: 1_000 },
    );
  });

  it('comes to the same whether events are read together or one by one', () => {
    fc.assert(
      fc.property(sequence, (events) => {
        const together = relay(events);
        let escalation: Partial<typeof theCase> = {};
        let status: Claim['conversation']['status'] = 'waiting';
        const said: string[] = [];
        for (const event of events) {
          const one = relay([event], { escalation, status });
          said.push(...heard(one));
          if (one.escalationUpdate !== undefined) escalation = one.escalationUpdate;
          status = one.changes.at(-1)?.status ?? status;
        }
        expect(said).toEqual(heard(together));
        expect(escalation.status).toBe(together.escalationUpdate?.status);
        expect(status).toBe(together.changes.at(-1)?.status ?? 'waiting');
      }),
      { numRuns: 500 },
    );
  });
});

describe('at a desk that is not the console', () => {
  const place = { channel: 'slack', space: 'CDESK', ownThreads: false } as const;
  const slackDesk = createDesk(place);
  const thread = { channel: 'slack', space: 'CDESK', thread: '7.0' } as const;
  const card = slackDesk.card({
    brief: { question: 'Where is it?', why: 'asked', tried: [] },
    reason: 'asked-for-human',
    code: '7F3K',
    customer: { role: 'customer', externalId: 's1', name: 'Ada' },
    channel: 'web',
    waitingSince: new Date('2026-01-05T10:00:00Z'),
    transcript: [],
  });
  const cardMessageId = 'm9' as MessageId;
  type At = {
    readonly escalation?: Partial<typeof theCase>;
    readonly status?: Claim['conversation']['status'];
    readonly home?: Address;
    readonly on?: HumanDesk;
  };
  const relayThere = (
    pending: Claim['pending'],
    { escalation, status = 'waiting', home = thread, on = slackDesk }: At = {},
  ): Commit => {
    const claim = aClaim(pending, {
      conversation: { ...theDesk, address: home },
      escalation: { ...theCase, card, cardMessageId, ...escalation },
      counterpart: aClaim([], {
        conversation: { status, customer: { role: 'customer', externalId: 's1', name: 'Ada' } },
      }).conversation,
    });
    return relayFromDesk(claim, createDraft(claim, adapterOf, on.place), {
      desk: on,
      transition,
      reach: () => ({ kind: 'open' }),
    });
  };
  const inThread = (name: string, body: InboundBody, more: Partial<InboundEvent> = {}) =>
    unread(body, { author: { role: 'human', externalId: `T0HOME:${name}`, name }, address: thread, ...more });
  const says = (name: string, markdown: string, more: Partial<InboundEvent> = {}) =>
    inThread(name, { kind: 'message', content: { markdown, attachments: [] } }, more);
  const presses = (name: string, action: string) => inThread(name, { kind: 'action', action, value: '' });
  const tells = (action: string, of?: string) =>
    unread(
      { kind: 'action', action, value: '', ...(of === undefined ? {} : { of }) },
      { author: { role: 'bot', externalId: 'frontdesk' }, address: thread },
    );
  const shown = (commit: Commit) => commit.outbox.filter(({ conversation }) => conversation === '2');
  const saidToCustomer = (commit: Commit) => commit.outbox.filter(({ conversation }) => conversation === '1');
  const mine = { escalation: { status: 'claimed', claimedBy: 'Mira' }, status: 'human' } as const;

  it('draws the card anew after every change, in its place, as the case keeps it', () => {
    const commit = relayThere([presses('Mira', 'claim')]);
    expect(commit.escalationUpdate?.card).toMatchObject({ status: 'claimed', claimedBy: 'Mira' });
    expect(shown(commit)).toMatchObject([
      {
        message: cardMessageId,
        by: 'system',
        address: thread,
        payload: {
          redraws: true,
          meta: { card: commit.escalationUpdate?.card },
          actions: commit.escalationUpdate?.card?.actions,
        },
      },
    ]);
    // Claimed and closed in one go: drawn once, as it is now.
    const closed = relayThere([presses('Mira', 'claim'), presses('Mira', 'resolve')]);
    expect(shown(closed)).toHaveLength(1);
    expect(shown(closed)[0]?.payload.actions.map(({ id }) => id)).toEqual(['reopen']);
    // Nothing changed, nothing drawn.
    expect(shown(relayThere([presses('Mira', 'claim')], mine))).toEqual([]);
  });

  it('says in the thread what was refused, and why', () => {
    const commit = relayThere([presses('Tom', 'claim'), says('Tom', 'Hello?')], mine);
    expect(shown(commit).map(({ payload }) => payload.markdown)).toEqual([
      'Tom: Mira already has this conversation.',
      'Tom: Mira already has this conversation. Your message was not sent.',
    ]);
    // A mark at what was not passed on.
    expect(shown(commit).map(({ payload }) => payload.meta.receipt?.ok)).toEqual([undefined, false]);
    expect(commit.refusals).toHaveLength(2);
    expect(saidToCustomer(commit)).toEqual([]);
  });

  it('says that a change comes too late, and passes nothing on', () => {
    const changes = (body: Parameters<typeof unread>[0]) =>
      unread(body, { author: { role: 'human', externalId: 'T1:UMIRA', name: 'Mira' } });
    const edit = (markdown: string) =>
      changes({ kind: 'edit', of: 'CDESK:1.0', content: { markdown, attachments: [] } });
    const commit = relayThere([edit('Hello!'), edit('// a note')], mine);
    expect(shown(commit).map(({ payload }) => payload.markdown)).toEqual([
      'Mira: what the customer has been sent stays as it was. Write again to correct it.',
    ]);
    expect(saidToCustomer(commit)).toEqual([]);
  });

  it('confirms beside a reply that it has arrived', () => {
    const commit = relayThere([tells('delivered', 'CDESK:8.0')], mine);
    expect(shown(commit)).toMatchObject([
      { payload: { markdown: 'Delivered to Ada.', meta: { kind: 'notice', receipt: { of: 'CDESK:8.0', ok: true } } } },
    ]);
    expect(shown(relayThere([tells('delivered'), tells('something else')], mine))).toEqual([]);
  });

  it('reminds of a case that nobody has, and of no other', () => {
    expect(shown(relayThere([tells('remind')])).map(({ payload }) => payload.markdown)).toEqual([
      'Nobody has taken 7F3K yet. The customer is still waiting.',
    ]);
    expect(shown(relayThere([tells('remind')], mine))).toEqual([]);
    // Taken in the same moment.
    expect(shown(relayThere([presses('Mira', 'claim'), tells('remind')]))).toHaveLength(1);
  });

  it('shows in the thread what was written in the console or in a form, and not what stands there already', () => {
    const attachments = [{ name: 'a.pdf', mime: 'application/pdf', bytes: 3, ref: 'sha256:a' }];
    const reply: InboundBody = { kind: 'message', content: { markdown: 'Try this', attachments } };
    for (const more of [{ unseen: true }, { address: theDesk.address }] as const) {
      const commit = relayThere([inThread('Mira', reply, more)], mine);
      expect(shown(commit)).toMatchObject([
        { address: thread, payload: { markdown: 'Try this', attachments, author: { role: 'human', name: 'Mira' } } },
      ]);
      expect(saidToCustomer(commit)).toMatchObject([{ by: 'human', payload: { markdown: 'Try this', attachments } }]);
      expect(commit.messages.map(({ conversation, visibility }) => [conversation, visibility])).toEqual([
        ['1', 'customer'],
        ['2', 'internal'],
      ]);
    }
    const there = relayThere([inThread('Mira', reply)], mine);
    expect(shown(there)).toEqual([]);
    expect(saidToCustomer(there)).toMatchObject([{ payload: { attachments, meta: { relays: expect.any(String) } } }]);
  });

  it('shows notes too, to the team alone', () => {
    for (const markdown of ['// careful, angry', '  //careful, angry']) {
      const commit = relayThere([says('Mira', markdown, { unseen: true })], mine);
      expect(shown(commit).map(({ payload }) => payload.markdown)).toEqual(['Internal note: careful, angry']);
      expect(saidToCustomer(commit)).toEqual([]);
      expect(commit.messages.every(({ visibility }) => visibility === 'internal')).toBe(true);
    }
    expect(shown(relayThere([says('Mira', '// careful')], mine))).toEqual([]);
    const form = inThread(
      'Mira',
      { kind: 'message', content: { markdown: 'careful', attachments: [] }, internal: true },
      { unseen: true },
    );
    expect(shown(relayThere([form], mine)).map(({ payload }) => payload.markdown)).toEqual(['Internal note: careful']);
  });

  it('writes to where the card will land while that is not known', () => {
    // As the rows say it when there is none.
    const home = { channel: 'web', space: '', thread: '' } as const;
    const commit = relayThere([presses('Mira', 'claim'), says('Mira', 'Hello', { address: theDesk.address })], {
      home,
    });
    expect(shown(commit).map(({ address }) => address)).toEqual([
      { channel: 'slack', space: 'CDESK', thread: '' },
      { channel: 'slack', space: 'CDESK', thread: '' },
    ]);
  });

  it('takes a closed case up again, for whoever reopens it', () => {
    const closed = { escalation: { status: 'resolved', claimedBy: 'Mira' }, status: 'resolved' } as const;
    const commit = relayThere([presses('Tom', 'reopen'), says('Tom', 'One more thing')], closed);
    expect(commit.escalationUpdate).toMatchObject({ status: 'claimed', claimedBy: 'Tom' });
    expect(commit.changes).toEqual([{ conversation: '1', version: 3, status: 'human', owner: 'Tom' }]);
    expect(heard({ ...commit, outbox: saidToCustomer(commit) })).toEqual([
      'Tom from support has joined.',
      'One more thing',
    ]);
    const newer = relayThere([presses('Tom', 'reopen')], { ...closed, status: 'waiting' });
    expect(shown(newer).map(({ payload }) => payload.markdown)).toEqual([
      'Tom: The customer has a newer case by now: go on there.',
    ]);
    expect(newer).not.toHaveProperty('escalationUpdate');
  });

  const deed = fc.oneof(
    fc
      .tuple(fc.constantFrom('Mira', 'Tom'), fc.constantFrom('claim', 'resolve', 'return', 'reopen'))
      .map(([who, action]) => presses(who, action)),
    fc
      .tuple(fc.constantFrom('Mira', 'Tom'), fc.constantFrom('words', '// secret'), fc.boolean())
      .map(([who, text, unseen]) => says(who, text, unseen ? { unseen: true } : {})),
    fc.constantFrom('delivered', 'remind').map((action) => tells(action, 'CDESK:8.0')),
  );

  it('tells the customer nothing of the desk’s own, whatever happens there', () => {
    fc.assert(
      fc.property(fc.array(deed, { maxLength: 10 }), (events) => {
        const commit = relayThere(events);
        for (const { payload } of saidToCustomer(commit)) {
          expect(payload.markdown).not.toMatch(
            /secret|Internal note|already has|Delivered|Nobody has taken|closed\. Reopen/,
          );
          expect(payload.meta).not.toHaveProperty('card');
          expect(payload.meta).not.toHaveProperty('receipt');
          expect(payload).not.toHaveProperty('redraws');
        }
        for (const row of shown(commit)) expect(row).toMatchObject({ by: 'system', address: thread });
        for (const { conversation, visibility } of commit.messages)
          if (conversation === '2') expect(visibility).toBe('internal');
        expect(shown(commit).filter(({ payload }) => payload.redraws === true).length).toBeLessThanOrEqual(1);
      }),
      { numRuns: 500 },
    );
  });

  it('posts nothing of the kind where the desk is the console, which shows the rows', () => {
    fc.assert(
      fc.property(fc.array(deed, { maxLength: 10 }), (events) => {
        const commit = relayThere(events, { home: theDesk.address, on: desk });
        expect(shown(commit)).toEqual([]);
        expect(commit.messages.filter(({ conversation }) => conversation === '2')).toEqual([]);
      }),
    );
  });
});

describe('transition', () => {
  const agents = fc.constantFrom('Mira', 'Tom');
  const kinds = fc.constantFrom('claim', 'reply', 'note', 'resolve', 'return-to-bot');

  it('keeps state in order: one owner, who never changes, and a closed case that stays closed', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(kinds, agents), { maxLength: 15 }), (events) => {
        let state: Parameters<typeof transition>[0] = { escalation: 'open', conversation: 'waiting' };
        for (const [kind, agent] of events) {
          const result = transition(state, kind, agent);
          if (!result.ok) {
            expect(result.refusal).not.toBe('');
            continue;
          }
          if (!result.changed) expect(result.state).toBe(state);
          if (state.claimedBy !== undefined) expect(result.state.claimedBy).toBe(state.claimedBy);
          if (state.escalation === 'resolved') expect(result.state).toEqual(state);
          if (result.state.escalation !== 'open') expect(result.state.claimedBy).toBeDefined();
          // Doing it again changes nothing more.
          const again = transition(result.state, kind, agent);
          if (again.ok) expect(again.state).toEqual(result.state);
          state = result.state;
        }
      }),
      { numRuns: 1_000 },
    );
  });

  describe('people', () => {
    const of = (externalId: string, name: string | undefined, body: Parameters<typeof unread>[0]) =>
      unread(body, { author: { role: 'human', externalId, ...(name === undefined ? {} : { name }) } });
    const reply = (externalId: string, name?: string) =>
      of(externalId, name, { kind: 'message', content: { markdown: 'Hello', attachments: [] } });

    it('are known by their id when the platform gives no name this time', () => {
      const escalation = { status: 'claimed', claimedBy: 'Mira Weber', claimedById: 'T1:U1' } as const;
      const commit = relay([reply('T1:U1')], { escalation, status: 'human' });
      expect(commit.refusals).toEqual([]);
      expect(commit.messages).toMatchObject([{ role: 'human', authorName: 'Mira Weber', markdown: 'Hello' }]);
    });

    it('of the same name are two people where the platform tells them apart', () => {
      const escalation = { status: 'claimed', claimedBy: 'Alex', claimedById: 'T1:U1' } as const;
      expect(relay([reply('T1:U2', 'Alex')], { escalation, status: 'human' }).refusals).toHaveLength(1);
      expect(relay([reply('agent:Alex', 'Alex')], { escalation, status: 'human' }).refusals).toEqual([]);
    });

    it('may change or take back their words as long as nobody has read them', () => {
      const said = (externalId: string, markdown: string) =>
        unread(
          { kind: 'message', content: { markdown, attachments: [] } },
          { externalId, author: { role: 'human', externalId: 'T1:U1', name: 'Mira' } },
        );
      const later = (body: Parameters<typeof unread>[0]) => of('T1:U1', 'Mira', body);
      const commit = relay([
        said('m1', 'You are wrong'),
        said('m2', 'Helo'),
        later({ kind: 'delete', of: 'm1' }),
        later({ kind: 'edit', of: 'm2', content: { markdown: 'Hello', attachments: [] } }),
      ]);
      expect(commit.messages.filter(({ role }) => role === 'human').map(({ markdown }) => markdown)).toEqual(['Hello']);
    });
  });
});
