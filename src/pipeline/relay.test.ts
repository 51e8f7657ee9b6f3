import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Claim, Commit } from '#core/ledger.ts';
import type { InboundBody, InboundEvent } from '#core/message.ts';
import { createDesk, transition } from '#src/desk/index.ts';
import { aClaim, anAdapter, theCase, theDesk, unread } from '#test/fakes/pipeline.ts';
import { createDraft } from './draft.ts';
import { relayFromDesk } from './relay.ts';

const desk = createDesk({ channel: 'web', space: 'desk', ownThreads: true });
const web = anAdapter({ id: 'web' });

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
  return relayFromDesk(
    claim,
    createDraft(claim, () => web),
    desk,
    transition,
  );
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
    expect(commit.escalationUpdate).toEqual({ id: theCase.id, status: 'claimed', claimedBy: 'Mira' });
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
      relayFromDesk(
        claim,
        createDraft(claim, () => web),
        desk,
        transition,
      ),
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
});
