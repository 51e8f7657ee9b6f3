import { describe, expect, it } from 'vitest';
import type { Claim, Commit } from '#core/ledger.ts';
import type { ChannelId, InboundBody, InboundEvent, MessageId } from '#core/message.ts';
import { createDesk, transition } from '#src/desk/index.ts';
import { aClaim, anAdapter, theCase, theDesk, unread } from '#test/fakes/pipeline.ts';
import { createDraft } from './draft.ts';
import { relayFromDesk } from './relay.ts';
import type { Reach } from './words.ts';

const place = { channel: 'slack', space: 'CDESK', ownThreads: false } as const;
const thread = { channel: 'slack', space: 'CDESK', thread: '7.0' } as const;
const secondLevel = { channel: 'slack', space: 'CSECOND' } as const;
const desk = createDesk(place, { secondLevel });
const card = desk.card({
  brief: { question: 'Where is it?', why: 'asked', tried: [] },
  reason: 'asked-for-human',
  code: '7F3K',
  customer: { role: 'customer', externalId: 's1', name: 'Ada' },
  channel: 'web',
  waitingSince: new Date('2026-01-05T10:00:00Z'),
  due: new Date('2026-01-05T11:00:00Z'),
  transcript: [],
});
const cardMessageId = 'm9' as MessageId;

type At = {
  readonly escalation?: Partial<typeof theCase>;
  readonly status?: Claim['conversation']['status'];
  readonly locale?: string;
  readonly reach?: Reach;
  readonly on?: typeof desk;
};
const relay = (
  pending: Claim['pending'],
  { escalation, status = 'waiting', locale = 'en', reach = { kind: 'open' }, on = desk }: At = {},
): Commit => {
  const claim = aClaim(pending, {
    conversation: { ...theDesk, address: thread },
    escalation: { ...theCase, card, cardMessageId, ...escalation },
    counterpart: aClaim([], {
      conversation: { status, locale, customer: { role: 'customer', externalId: 's1', name: 'Ada' } },
    }).conversation,
  });
  const adapterOf = (channel: ChannelId) => anAdapter({ id: channel });
  return relayFromDesk(claim, createDraft(claim, adapterOf, on.place), { desk: on, transition, reach: () => reach });
};

const of = (name: string, body: InboundBody, more: Partial<InboundEvent> = {}) =>
  unread(body, { author: { role: 'human', externalId: `T0:${name}`, name }, address: thread, ...more });
const press = (name: string, action: string) => of(name, { kind: 'action', action, value: '' });
const give = (name: string, person?: { readonly externalId: string; readonly name?: string }) =>
  of(name, { kind: 'action', action: 'reassign', value: '', ...(person === undefined ? {} : { person }) });
const tell = (action: string, value = '') =>
  unread({ kind: 'action', action, value }, { author: { role: 'bot', externalId: 'frontdesk' }, address: thread });
const atDesk = (commit: Commit) => commit.outbox.filter(({ conversation }) => conversation === '2');
const toCustomer = (commit: Commit) => commit.outbox.filter(({ conversation }) => conversation === '1');
const words = (rows: Commit['outbox']) =>
  rows.filter(({ payload }) => payload.redraws !== true).map(({ payload }) => payload.markdown);

const tom = { externalId: 'T0:Tom', name: 'Tom' };
const mine = { escalation: { status: 'claimed', claimedBy: 'Mira', claimedById: 'T0:Mira' }, status: 'human' } as const;

describe('a case that is given to somebody', () => {
  it('is theirs by name and id, and customer, thread and card say so', () => {
    const commit = relay([give('Mira', tom)], mine);
    expect(commit.escalationUpdate).toMatchObject({
      status: 'claimed',
      claimedBy: 'Tom',
      claimedById: 'T0:Tom',
      card: { status: 'claimed', claimedBy: 'Tom' },
    });
    expect(commit.changes).toEqual([{ conversation: '1', version: 3, status: 'human', owner: 'Tom' }]);
    expect(words(toCustomer(commit))).toEqual(['Tom has taken over from Mira.']);
    expect(words(atDesk(commit))).toEqual(['Mira has given this to Tom.']);
  });

  it('may be taken over by anybody who says so outright', () => {
    const commit = relay([give('Tom')], mine);
    expect(commit.escalationUpdate).toMatchObject({ claimedBy: 'Tom', claimedById: 'T0:Tom' });
    expect(words(atDesk(commit))).toEqual(['Tom has taken this over.']);
    expect(commit.refusals).toEqual([]);
  });

  it('may be given by somebody who does not have it, and while nobody has', () => {
    expect(relay([give('Ana', tom)], mine).escalationUpdate).toMatchObject({ claimedBy: 'Tom', claimedById: 'T0:Tom' });
    const open = relay([give('Ana', tom)]);
    expect(open.escalationUpdate).toMatchObject({ status: 'claimed', claimedBy: 'Tom', claimedById: 'T0:Tom' });
    expect(words(toCustomer(open))).toEqual(['Tom from support has joined.']);
  });

  it('is answered by them from then on, and not by whoever had it', () => {
    const says = (name: string) => of(name, { kind: 'message', content: { markdown: `by ${name}`, attachments: [] } });
    const commit = relay([give('Mira', tom), says('Mira'), says('Tom')], mine);
    expect(words(toCustomer(commit))).toEqual(['Tom has taken over from Mira.', 'by Tom']);
    expect(commit.refusals).toMatchObject([{ reason: 'Tom already has this conversation.' }]);
  });

  it('stays where it is when they have it, when it is closed, and says nothing then', () => {
    for (const event of [give('Mira'), give('Ana', { externalId: 'T0:Mira', name: 'Mira' })]) {
      const commit = relay([event], mine);
      expect(commit).not.toHaveProperty('escalationUpdate');
      expect(commit.outbox).toEqual([]);
    }
    const closed = relay([give('Ana', tom)], {
      escalation: { status: 'resolved', claimedBy: 'Mira' },
      status: 'resolved',
    });
    expect(closed).not.toHaveProperty('escalationUpdate');
    expect(closed.refusals).toHaveLength(1);
    expect(toCustomer(closed)).toEqual([]);
  });

  it('goes to nobody whose name nobody knows: the customer would read an id', () => {
    const commit = relay([give('Mira', { externalId: 'T0:UX' })], mine);
    expect(commit).not.toHaveProperty('escalationUpdate');
    expect(commit.refusals).toHaveLength(1);
    expect(toCustomer(commit)).toEqual([]);
  });

  it('goes to the other of two people of one name', () => {
    const commit = relay([give('Ana', { externalId: 'T0:Mira2', name: 'Mira' })], mine);
    expect(commit.escalationUpdate).toMatchObject({ claimedBy: 'Mira (T0:Mira2)', claimedById: 'T0:Mira2' });
    // The console knows people by their names alone: that is her.
    expect(relay([give('Ana', { externalId: 'agent:Mira', name: 'Mira' })], mine)).not.toHaveProperty(
      'escalationUpdate',
    );
    // And whoever has it is known by the id, whatever name the platform says this time.
    expect(relay([give('Ana', { externalId: 'T0:Mira', name: 'mira.w' })], mine)).not.toHaveProperty(
      'escalationUpdate',
    );
  });

  it('moves on in order when it is given several times at once', () => {
    const commit = relay([give('Mira', tom), give('Tom', { externalId: 'T0:Ana', name: 'Ana' })], mine);
    expect(commit.escalationUpdate).toMatchObject({ claimedBy: 'Ana', claimedById: 'T0:Ana' });
    expect(words(atDesk(commit))).toEqual(['Mira has given this to Tom.', 'Tom has given this to Ana.']);
  });
});

describe('a case that nobody has taken', () => {
  it('is told to the desk and honestly to the customer, in their language, with a message worth a mail', () => {
    const opensAt = new Date('2026-01-05T08:00:00Z');
    const asked = new Date('2026-01-04T20:00:00Z');
    const commit = relay([tell('remind')], {
      locale: 'de-AT',
      reach: { kind: 'closed', opensAt, timeZone: 'Europe/Berlin', asked },
    });
    expect(words(atDesk(commit))).toEqual(['Nobody has taken 7F3K yet. The customer is still waiting.']);
    expect(toCustomer(commit)).toMatchObject([{ by: 'system', payload: { meta: { kind: 'escalate' } } }]);
    expect(words(toCustomer(commit))[0]).toMatch(/7F3K.*Montag.*09:00 \(Europe\/Berlin\)/);
    // Under the customer's version, which locks both sides in the order that everybody keeps.
    expect(commit.changes).toEqual([{ conversation: '1', version: 3 }]);
    expect(commit).not.toHaveProperty('escalationUpdate');
  });

  it('is no matter once somebody has it or it is closed', () => {
    for (const at of [mine, { escalation: { status: 'resolved' }, status: 'resolved' }] as const)
      for (const action of ['remind', 'second-level']) expect(relay([tell(action)], at).outbox).toEqual([]);
    // Taken in the same moment.
    const taken = relay([press('Mira', 'claim'), tell('remind'), tell('second-level')]);
    expect(words(toCustomer(taken))).toEqual(['Mira from support has joined.']);
    expect(atDesk(taken)).toHaveLength(1);
  });
});

describe('a clock that has run out', () => {
  it('is told to the desk alone, whoever has the case, until it is closed', () => {
    for (const at of [{}, mine]) {
      const commit = relay([tell('overdue', 'The first reply to 7F3K is overdue.')], at);
      expect(words(atDesk(commit))).toEqual(['The first reply to 7F3K is overdue.']);
      expect(toCustomer(commit)).toEqual([]);
    }
    expect(relay([tell('overdue', 'late')], { escalation: { status: 'resolved' }, status: 'resolved' }).outbox).toEqual(
      [],
    );
  });

  it('is not believed of anybody but ourselves', () => {
    for (const action of ['remind', 'overdue', 'second-level', 'delivered'])
      expect(relay([press('Eve', action)]).outbox).toEqual([]);
  });
});

describe('a case that goes to the second level', () => {
  it('leaves a card behind that says so, and begins a thread of its own there', () => {
    const commit = relay([tell('second-level')]);
    const [left, moved] = atDesk(commit);
    expect(left).toMatchObject({
      message: cardMessageId,
      address: thread,
      payload: { redraws: true, actions: [], meta: { card: { actions: [], superseded: expect.any(String) } } },
    });
    expect(moved).toMatchObject({
      message: 0,
      address: { ...secondLevel, thread: '+' },
      payload: { meta: { card }, actions: card.actions },
    });
    expect(moved?.payload).not.toHaveProperty('redraws');
    expect(moved?.payload.meta.card).not.toHaveProperty('superseded');
    // What the next change is drawn from: the message that shows the card.
    expect(commit.messages).toMatchObject([{ conversation: '2', visibility: 'internal', meta: { card } }]);
    expect(toCustomer(commit)).toEqual([]);
    expect(commit).not.toHaveProperty('escalationUpdate');
  });

  it('stays with whoever takes it in the same moment, before or after', () => {
    for (const events of [
      [tell('second-level'), press('Mira', 'claim')],
      [press('Mira', 'claim'), tell('second-level')],
    ]) {
      const commit = relay(events);
      expect(atDesk(commit)).toMatchObject([
        {
          message: cardMessageId,
          address: thread,
          payload: { meta: { card: { status: 'claimed', claimedBy: 'Mira' } } },
        },
      ]);
      expect(atDesk(commit)[0]?.payload.meta.card).not.toHaveProperty('superseded');
    }
  });

  it('shows there what is still written below the card that was left behind', () => {
    const behind = { channel: 'slack', space: 'CFIRST', thread: '1.0' } as const;
    const reply = of(
      'Mira',
      { kind: 'message', content: { markdown: 'I had a look', attachments: [] } },
      { address: behind },
    );
    const commit = relay([reply], mine);
    expect(words(toCustomer(commit))).toEqual(['I had a look']);
    expect(atDesk(commit)).toMatchObject([{ address: thread, payload: { markdown: 'I had a look' } }]);
  });

  it('stays where there is no second level', () => {
    const on = createDesk(place);
    expect(relay([tell('second-level')], { on }).outbox).toEqual([]);
  });
});

describe('what nobody can pass on', () => {
  const forwarded = of(
    'Mira',
    {
      kind: 'message',
      content: { markdown: 'FYI\n> secret', attachments: [] },
      noReply: 'This mail was forwarded, and nobody can say what of it is meant for the customer.',
    },
    { externalId: 'mail-1' },
  );

  it('stays with the team as a note, and whoever wrote it is told', () => {
    for (const at of [{}, mine]) {
      const commit = relay([forwarded], at);
      expect(toCustomer(commit)).toEqual([]);
      expect(commit.messages[0]).toMatchObject({
        conversation: '1',
        visibility: 'internal',
        markdown: 'FYI\n> secret',
      });
      expect(atDesk(commit)).toMatchObject([
        {
          payload: {
            markdown: expect.stringMatching(/^Mira: .*forwarded.* Your message was not sent\.$/s),
            meta: { receipt: { of: 'mail-1', ok: false } },
          },
        },
      ]);
      expect(commit).not.toHaveProperty('escalationUpdate');
    }
  });
});

describe('a case that is closed', () => {
  it('asks the customer whether it is solved, once, and nobody when it is handed back', () => {
    const asks = (commit: Commit) => toCustomer(commit).map(({ payload }) => payload.meta.asks);
    expect(asks(relay([press('Mira', 'resolve'), press('Mira', 'resolve')], mine))).toEqual(['satisfaction']);
    expect(asks(relay([press('Mira', 'return')], mine))).toEqual([undefined]);
    expect(asks(relay([press('Mira', 'resolve')]))).toEqual(['satisfaction']);
  });

  it('promises no time on its card any more', () => {
    expect(card.due).toBeDefined();
    for (const commit of [relay([press('Mira', 'claim')]), relay([press('Mira', 'resolve')])])
      expect(commit.escalationUpdate?.card).not.toHaveProperty('due');
  });
});
